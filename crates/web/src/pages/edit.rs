//! The editor's pages: a handoff changed or made. What was typed is kept whatever comes between: a
//! field that cannot be, another version saved meanwhile, a session that ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{
    AccountSettings, App, AppError, Expected, Grant, HandoffTag, ReadDrafts, StoredHandoff, WriteHandoffs,
};
use outbound_model::{Handoff, HandoffId, ShapeError, random_uuid};

use crate::editor::{Draft, Editor, Form, FormError, Look, OPERATION};
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::page::{Page, Part};
use crate::pages::compare::changes;
use crate::pages::handoff::known_id;
use crate::preview::draw;
use crate::session::{Posted, SignedIn, Visit};

/// The longest note, in characters, as the use case has it.
const LONGEST_NOTE: usize = 1000;
/// Where new handoffs are made.
const NEW: &str = "/handoffs/new";
/// What the form holds before anybody types.
const BLANK: &str = r#"{"id":"H000000000000000","name":"New handoff","lookbackPeriodDay":30,"lookbackPeriodHour":0,
    "routeAllWithinLookback":true,"createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"1970-01-01T00:00:00.000Z",
    "channels":[]}"#;

/// What is edited, and what the form remembers of it.
struct Desk {
    /// `None` for one that is being made.
    stored: Option<StoredHandoff>,
    /// The version that the form was opened with, and its number.
    base: Handoff,
    number: i64,
    /// What the handoff looked like when the form was opened, or shown again after that.
    tag: String,
    /// By which a new handoff is made once, however often its form is sent.
    key: String,
    note: String,
    settings: AccountSettings,
}

/// How the form is shown.
#[derive(Default)]
struct Shown {
    refused: Option<(StatusCode, String)>,
    /// Above the form: what has changed meanwhile.
    meanwhile: Option<Markup>,
    is_changed: bool,
}

impl Shown {
    fn refused(status: StatusCode, why: impl Into<String>) -> Self {
        Self { refused: Some((status, why.into())), is_changed: true, ..Self::default() }
    }
}

impl Desk {
    async fn new(app: &App, visit: &Visit, fields: &Fields) -> Result<Self, PageError> {
        let base = app.read_draft(BLANK.as_bytes())?;
        let key = fields.get("key").map_or_else(|| random_uuid(app.generator()).to_string(), str::to_owned);
        let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
        let note = fields.text("note").to_owned();
        Ok(Self { stored: None, base, number: 0, tag: String::new(), key, note, settings })
    }

    /// The handoff as it is, and as it was when the form was opened.
    async fn of(app: &App, visit: &Visit, id: &HandoffId, fields: &Fields) -> Result<Self, PageError> {
        let grant: Grant<ReadDrafts> = visit.session.grant()?;
        let stored = app.draft(&grant, id).await?;
        let latest = stored.latest_version.number;
        let number = fields.text("base").parse().unwrap_or(latest);
        let base = match number {
            number if number == latest => stored.latest.clone(),
            number => app.version(&grant, id, number).await?.1,
        };
        let tag = fields.get("tag").map_or_else(|| HandoffTag::of(&stored).to_string(), str::to_owned);
        let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
        let note = fields.text("note").to_owned();
        Ok(Self { stored: Some(stored), base, number, tag, key: String::new(), note, settings })
    }

    fn path(&self) -> String {
        self.stored.as_ref().map_or_else(|| NEW.to_owned(), |stored| format!("/handoffs/{}/edit", stored.id))
    }

    /// The page with the draft in its form.
    fn page(&self, visit: &Visit, draft: &Draft, shown: &Shown) -> PageResult {
        let (title, leave) = match &self.stored {
            Some(stored) => (format!("Edit {}", stored.latest.name), format!("/handoffs/{}", stored.id)),
            None => ("New handoff".to_owned(), "/handoffs".to_owned()),
        };
        let content = html! {
            div class="page-head" {
                h1 dir="auto" { (title) }
                div class="actions" { a href=(leave) { "Leave without saving" } }
            }
            @if let Some(meanwhile) = &shown.meanwhile { (meanwhile) }
            (self.form(visit, draft, shown.is_changed)?)
        };
        // Of any permitted host, as its picture may be typed in.
        let hosts = self.settings.permitted_media_hosts.iter().cloned().collect();
        let page = Page::new(&title, content).part(Part::Handoffs).media(hosts);
        Ok(match &shown.refused {
            Some((status, why)) => page.refused(*status, why).to(visit),
            None => page.to(visit),
        })
    }

    /// Form and phones.
    fn form(&self, visit: &Visit, draft: &Draft, is_changed: bool) -> Result<Markup, PageError> {
        let look = Look::at(draft, &self.settings.rules()).map_err(unreadable)?;
        let previews = draw(&look.rendered, &self.settings.permitted_media_hosts);
        let (action, number) = (self.path(), self.number.to_string());
        let editor = Editor {
            draft,
            look: &look,
            previews: &previews,
            action: &action,
            live: &format!("{action}/live"),
            hidden: &[(CSRF_FIELD, visit.csrf()), ("base", &number), ("tag", &self.tag), ("key", &self.key)],
            buttons: self.buttons(),
            is_changed,
        };
        Ok(editor.draw())
    }

    fn buttons(&self) -> Markup {
        html! {
            input class="version-note" name="note" value=(self.note) maxlength=(LONGEST_NOTE) placeholder="Note for the history (optional)"
                aria-label="Note for the history" dir="auto";
            button name=(OPERATION) value="save" data-saves { "Save" }
            button class="primary" name=(OPERATION) value="review" data-saves { "Save and review" }
        }
    }

    /// What somebody else has saved since the form was opened, and how to go on.
    fn meanwhile(&mut self) -> Result<Option<Markup>, PageError> {
        let Some(stored) = &self.stored else { return Ok(None) };
        let version = &stored.latest_version;
        let differences = changes(&self.base, &stored.latest, &Fields::default())?;
        let markup = html! {
            section class="panel" aria-labelledby="meanwhile" {
                h2 id="meanwhile" { "Changed meanwhile" }
                p {
                    "The form is of version " (self.number) ". Now there is version " (version.number) ", saved by "
                    span dir="auto" { (version.saved_by) } ". What you typed is still in the form. "
                    "Saving again puts it over the newer version; its own changes are these:"
                }
                (differences)
                p { a href=(self.path()) { "Leave what you typed, and edit the newer version" } }
            }
        };
        // Whoever has seen this may save over it.
        self.tag = HandoffTag::of(stored).to_string();
        Ok(Some(markup))
    }

    /// Saves, and answers where it is, and whether that is a page of its own.
    async fn save(
        &self,
        app: &App,
        grant: &Grant<WriteHandoffs>,
        draft: Handoff,
    ) -> Result<HandoffId, AppError> {
        let note = Some(self.note.trim()).filter(|note| !note.is_empty());
        match &self.stored {
            None => {
                let made = app.create_draft(grant, draft, note, Some(&self.key)).await?;
                Ok(made.stored.id)
            }
            Some(stored) => {
                let expected = Expected::OneOf(vec![self.tag.clone()]);
                app.replace_draft(grant, &stored.id, draft, &expected, note).await?;
                Ok(stored.id.clone())
            }
        }
    }
}

/// `GET /handoffs/new`.
pub(crate) async fn make(
    SignedIn { visit, .. }: SignedIn<WriteHandoffs>,
    State(app): State<App>,
) -> PageResult {
    let desk = Desk::new(&app, &visit, &Fields::default()).await?;
    desk.page(&visit, &Draft::of(&desk.base).map_err(no_form)?, &Shown::default())
}

/// `GET /handoffs/{id}/edit`.
pub(crate) async fn edit(
    SignedIn { visit, .. }: SignedIn<WriteHandoffs>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let desk = Desk::of(&app, &visit, &known_id(&id)?, &Fields::default()).await?;
    desk.page(&visit, &Draft::of(&desk.base).map_err(no_form)?, &Shown::default())
}

/// `POST /handoffs/new`.
pub(crate) async fn make_posted(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let desk = Desk::new(&app, &posted.visit, &posted.fields).await?;
    act(&app, posted, desk).await
}

/// `POST /handoffs/{id}/edit`.
pub(crate) async fn edit_posted(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let desk = Desk::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    act(&app, posted, desk).await
}

/// `POST /handoffs/new/live`: the form and the phones for what is typed, without a frame.
pub(crate) async fn make_live(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let desk = Desk::new(&app, &posted.visit, &posted.fields).await?;
    live(&desk, &posted)
}

/// `POST /handoffs/{id}/edit/live`: the same for a handoff that is there.
pub(crate) async fn edit_live(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let desk = Desk::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    live(&desk, &posted)
}

fn live(desk: &Desk, Posted { visit, fields, .. }: &Posted<WriteHandoffs>) -> PageResult {
    let form = Form::read(fields.encoded().as_bytes()).map_err(no_form)?;
    let draft = Draft::read(&desk.base, &form).map_err(no_form)?;
    Ok(desk.form(visit, &draft, true)?.into_response())
}

/// What the button that was pressed says: one that saves, or one that changes the draft.
async fn act(
    app: &App,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
    mut desk: Desk,
) -> PageResult {
    let form = Form::read(fields.encoded().as_bytes()).map_err(no_form)?;
    let mut draft = Draft::read(&desk.base, &form).map_err(no_form)?;
    let operation = form.other(OPERATION).unwrap_or("refresh");
    let shown = if matches!(operation, "save" | "review") {
        match saved(app, &grant, &mut desk, &draft).await? {
            Ok(id) => return Ok(leave(&id, operation == "review")),
            Err(shown) => shown,
        }
    } else {
        let done = operation.parse().and_then(|operation| draft.apply(&operation, &desk.settings.rules()));
        match done {
            Ok(()) => Shown { is_changed: true, ..Shown::default() },
            Err(why) => Shown::refused(StatusCode::CONFLICT, why.to_string()),
        }
    };
    desk.page(&visit, &draft, &shown)
}

fn leave(id: &HandoffId, to_review: bool) -> Response {
    let page = if to_review { "/review" } else { "" };
    Redirect::to(&format!("/handoffs/{id}{page}?done=saved")).into_response()
}

/// Saves the draft, or says how the form is to be shown instead.
async fn saved(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    desk: &mut Desk,
    draft: &Draft,
) -> Result<Result<HandoffId, Shown>, PageError> {
    if draft.problems().next().is_some() {
        let why = "Not saved: some fields hold what cannot be there. They are marked.";
        return Ok(Err(Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, why)));
    }
    let handoff = draft.handoff().map_err(unreadable)?;
    let shown = match desk.save(app, grant, handoff.clone()).await {
        Ok(id) => return Ok(Ok(id)),
        Err(AppError::Stale { id, .. }) if is_saved(desk, &handoff) => return Ok(Ok(id)),
        Err(AppError::Stale { .. }) => {
            let why = "Not saved: somebody else has saved this handoff meanwhile.";
            let shown = Shown::refused(StatusCode::CONFLICT, why);
            Shown { meanwhile: desk.meanwhile()?, ..shown }
        }
        Err(AppError::IdempotencyKeyReused) => {
            desk.key = random_uuid(app.generator()).to_string();
            let why = "This form has made a handoff already. Saving again makes another one.";
            Shown::refused(StatusCode::CONFLICT, why)
        }
        Err(error @ (AppError::NameTaken(_) | AppError::Archived(_))) => {
            Shown::refused(StatusCode::CONFLICT, sentence(&format!("not saved: {error}")))
        }
        Err(AppError::Invalid(invalid)) => {
            Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, sentence(&format!("not saved: {invalid}")))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Err(shown))
}

/// Whether what is stored is what was typed: the same form was sent twice.
fn is_saved(desk: &Desk, draft: &Handoff) -> bool {
    desk.stored.as_ref().is_some_and(|stored| {
        let (id, created_at, updated_at) =
            (stored.id.clone(), stored.latest.created_at, stored.latest.updated_at);
        stored.latest == Handoff { id, created_at, updated_at, ..draft.clone() }
    })
}

fn no_form(error: FormError) -> PageError {
    let status = match error {
        FormError::OtherVersion => StatusCode::CONFLICT,
        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    PageError::refused(status, "bad_form", error.to_string())
}

fn unreadable(error: ShapeError) -> PageError {
    AppError::Internal(Box::new(error)).into()
}
