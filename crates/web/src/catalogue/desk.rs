//! The editor as it lies before somebody: what is edited, the version that the form was opened with, and
//! how the form is shown.

use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{
    AccountSettings, App, AppError, ExpectedTag, Grant, HandoffTag, ReadDrafts, StoredHandoff, WriteHandoffs,
};
use outbound_model::{Handoff, HandoffId, ShapeError, Timestamp, random_uuid};
use outbound_rules::Finding;

use super::compare::changes;
use super::editor::{Draft, Editor, FormError, OPERATION, ViewOptions};
use super::preview::draw;
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::page::{Page, Part};
use crate::sessions::session::Visit;

/// The longest note, in characters, as the use case has it.
const MAX_NOTE_LENGTH: usize = 1000;
/// Where new handoffs are made.
const NEW: &str = "/handoffs/new";
/// What the form holds before anybody types.
const BLANK: &str = r#"{"id":"H000000000000000","name":"New handoff","lookbackPeriodDay":30,"lookbackPeriodHour":0,
    "routeAllWithinLookback":true,"createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"1970-01-01T00:00:00.000Z",
    "channels":[]}"#;

/// What is edited, and what the form remembers of it.
pub(crate) struct Desk {
    /// `None` for one that is being made.
    pub(super) stored: Option<StoredHandoff>,
    /// The version that the form was opened with, and its number.
    pub(super) base: Handoff,
    number: i64,
    /// What the handoff looked like when the form was opened, or shown again after that.
    tag: String,
    /// By which a new handoff is made once, however often its form is sent.
    pub(super) key: String,
    note: String,
    pub(super) settings: AccountSettings,
}

/// How the form is shown.
#[derive(Default)]
pub(crate) struct Shown {
    pub(super) refused: Option<(StatusCode, String)>,
    /// Above the form: what has changed meanwhile.
    pub(super) meanwhile: Option<Markup>,
    pub(super) is_changed: bool,
}

impl Shown {
    pub(crate) fn refused(status: StatusCode, why: impl Into<String>) -> Self {
        Self { refused: Some((status, why.into())), is_changed: true, ..Self::default() }
    }
}

impl Desk {
    pub(super) async fn new(app: &App, visit: &Visit, fields: &Fields) -> Result<Self, PageError> {
        let base = app.read_draft(BLANK.as_bytes())?;
        let key = fields.get("key").map_or_else(|| random_uuid(app.generator()).to_string(), str::to_owned);
        let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
        let note = fields.text("note").to_owned();
        Ok(Self { stored: None, base, number: 0, tag: String::new(), key, note, settings })
    }

    /// The handoff as it is, and as it was when the form was opened.
    pub(super) async fn of(
        app: &App,
        visit: &Visit,
        id: &HandoffId,
        fields: &Fields,
    ) -> Result<Self, PageError> {
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
    pub(crate) fn page(
        &self,
        visit: &Visit,
        draft: &Draft,
        findings: Vec<Finding>,
        shown: &Shown,
    ) -> PageResult {
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
            (self.form(visit, draft, findings, shown.is_changed)?)
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
    pub(crate) fn form(
        &self,
        visit: &Visit,
        draft: &Draft,
        findings: Vec<Finding>,
        is_changed: bool,
    ) -> Result<Markup, PageError> {
        let look = ViewOptions::new(draft.handoff().map_err(unreadable)?, findings);
        let previews = draw(&look.rendered, &self.settings.permitted_media_hosts);
        let (action, number) = (self.path(), self.number.to_string());
        let editor = Editor {
            draft,
            look: &look,
            previews: &previews,
            action: &action,
            live: &format!("{action}/live"),
            hidden: &[(CSRF_FIELD, visit.csrf()), ("base", &number), ("tag", &self.tag), ("key", &self.key)],
            foot: self.note_field(),
            buttons: Self::buttons(),
            is_changed,
        };
        Ok(editor.draw())
    }

    /// The draft as it is checked in its account at the time `now`.
    pub(super) fn checked(&self, draft: &Draft, now: Timestamp) -> Result<Handoff, PageError> {
        let handoff = draft.handoff().map_err(unreadable)?;
        // A new one collides with all that were made before.
        let created_at = if self.stored.is_none() { now } else { handoff.created_at };
        Ok(Handoff { created_at, ..handoff })
    }

    fn note_field(&self) -> Markup {
        html! {
            div class="field" {
                label for="note" { "Note for the history" }
                input id="note" name="note" value=(self.note) maxlength=(MAX_NOTE_LENGTH) placeholder="Optional" dir="auto";
            }
        }
    }

    fn buttons() -> Markup {
        html! {
            button name=(OPERATION) value="save" data-saves { "Save" }
            button class="primary" name=(OPERATION) value="review" data-saves { span class="spelled" { "Save and " } span { "review" } }
        }
    }

    /// What somebody else has saved since the form was opened, and how to go on.
    pub(crate) fn meanwhile(&mut self) -> Result<Option<Markup>, PageError> {
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

    /// Saves, and answers where it is.
    pub(super) async fn save(
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
                let expected = ExpectedTag::OneOf(vec![self.tag.clone()]);
                app.replace_draft(grant, &stored.id, draft, &expected, note).await?;
                Ok(stored.id.clone())
            }
        }
    }

    /// Whether what is stored is what was typed: the same form was sent twice.
    pub(crate) fn is_saved(&self, draft: &Handoff) -> bool {
        self.stored.as_ref().is_some_and(|stored| {
            let Handoff { created_at, updated_at, .. } = stored.latest;
            stored.latest == Handoff { id: stored.id.clone(), created_at, updated_at, ..draft.clone() }
        })
    }
}

/// A form that cannot be read, as a page of its own.
pub(crate) fn no_form(error: &FormError) -> PageError {
    let status = match error {
        FormError::OtherVersion => StatusCode::CONFLICT,
        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    PageError::refused(status, "bad_form", error.to_string())
}

/// A draft that is no handoff, which no form makes.
pub(crate) fn unreadable(error: ShapeError) -> PageError {
    AppError::Internal(Box::new(error)).into()
}
