//! State of one open editor: the stored handoff, the base version of the form, and the view options.

use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{
    AccountSettings, App, AppError, ExpectedTag, Grant, HandoffTag, ReadDrafts, StoredHandoff, WriteHandoffs,
};
use outbound_model::{Handoff, HandoffId, ShapeError, Timestamp, random_uuid};
use outbound_rules::Finding;

use super::compare::changes;
use super::editor::{Draft, DraftView, Editor, FormError, OPERATION};
use super::new_handoff::new_handoff;
use super::preview::draw;
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::page::{Page, Section};
use crate::sessions::session::Visit;
use crate::text::{self, rich};

/// The limit of the use case, in characters.
const MAX_NOTE_LENGTH: usize = 1000;
/// The path of the editor for a new handoff.
const NEW_PATH: &str = "/handoffs/new";

/// The state of an open editor.
pub(crate) struct EditorState {
    /// `None` for a new handoff.
    pub(super) stored: Option<StoredHandoff>,
    /// The version that the form is based on, and its number.
    pub(super) base: Handoff,
    number: i64,
    /// The tag of the newest version that the user has seen.
    tag: String,
    /// The idempotency key of a new handoff, so that a form that is sent twice creates only one.
    pub(super) key: String,
    note: String,
    pub(super) settings: AccountSettings,
}

/// How the editor shows the form.
#[derive(Default)]
pub(crate) struct ViewOptions {
    pub(super) error: Option<(StatusCode, String)>,
    /// The changes of another user, shown above the form.
    pub(super) conflict: Option<Markup>,
    pub(super) is_changed: bool,
}

impl ViewOptions {
    pub(crate) fn error(status: StatusCode, why: impl Into<String>) -> Self {
        Self { error: Some((status, why.into())), is_changed: true, ..Self::default() }
    }
}

impl EditorState {
    pub(super) async fn new(app: &App, visit: &Visit, fields: &Fields) -> Result<Self, PageError> {
        let base = app.read_draft(new_handoff().to_string().as_bytes())?;
        let key = fields.get("key").map_or_else(|| random_uuid(app.generator()).to_string(), str::to_owned);
        let settings = app.settings(&visit.session.grant::<ReadDrafts>()?).await?;
        let note = fields.text("note").to_owned();
        Ok(Self { stored: None, base, number: 0, tag: String::new(), key, note, settings })
    }

    /// The editor of a stored handoff. The form may be based on an older version.
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
        self.stored
            .as_ref()
            .map_or_else(|| NEW_PATH.to_owned(), |stored| format!("/handoffs/{}/edit", stored.id))
    }

    /// The page with the form.
    pub(crate) fn page(
        &self,
        visit: &Visit,
        draft: &Draft,
        findings: Vec<Finding>,
        options: &ViewOptions,
    ) -> PageResult {
        let (title, leave) = match &self.stored {
            Some(stored) => {
                (text::edit_title(stored.latest.name.as_str()), format!("/handoffs/{}", stored.id))
            }
            None => (text::new_handoff(), "/handoffs".to_owned()),
        };
        let content = html! {
            div class="page-head" {
                h1 dir="auto" { (title) }
                div class="actions" { a href=(leave) { (text::discard_changes()) } }
            }
            @if let Some(conflict) = &options.conflict { (conflict) }
            (self.form(visit, draft, findings, options.is_changed)?)
        };
        // All permitted hosts, because the user may enter a URL of any of them.
        let hosts = self.settings.permitted_media_hosts.iter().cloned().collect();
        let page = Page::new(title, content).section(Section::Handoffs).media(hosts);
        Ok(match &options.error {
            Some((status, why)) => page.error(*status, why).response(visit),
            None => page.response(visit),
        })
    }

    /// The form with the previews.
    pub(crate) fn form(
        &self,
        visit: &Visit,
        draft: &Draft,
        findings: Vec<Finding>,
        is_changed: bool,
    ) -> Result<Markup, PageError> {
        let view = DraftView::new(draft.handoff().map_err(unreadable)?, findings);
        let previews = draw(&view.rendered, &self.settings.permitted_media_hosts);
        let (action, number) = (self.path(), self.number.to_string());
        let editor = Editor {
            draft,
            view: &view,
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

    /// The handoff of a draft as it is checked in its account at the time `now`.
    pub(super) fn checked(&self, draft: &Draft, now: Timestamp) -> Result<Handoff, PageError> {
        let handoff = draft.handoff().map_err(unreadable)?;
        // A new handoff is newer than all stored ones, so it loses claims that they have.
        let is_new = self.stored.is_none();
        Ok(if is_new { Handoff { created_at: now, updated_at: now, ..handoff } } else { handoff })
    }

    fn note_field(&self) -> Markup {
        html! {
            div class="field" {
                label for="note" { (text::version_note()) }
                input id="note" name="note" value=(self.note) maxlength=(MAX_NOTE_LENGTH) placeholder=(text::optional())
                    dir="auto";
            }
        }
    }

    fn buttons() -> Markup {
        html! {
            button name=(OPERATION) value="save" data-saves { (text::save()) }
            button class="primary" name=(OPERATION) value="review" data-saves {
                // Narrow screens show the short label, and screen readers always read the full one.
                span class="full-label" { (text::save_and_review()) }
                span class="short-label" aria-hidden="true" { (text::save_and_review_short()) }
            }
        }
    }

    /// Shows what another user has saved since the form was opened, and lets this user overwrite it.
    pub(crate) fn conflict(&mut self) -> Result<Option<Markup>, PageError> {
        let Some(stored) = &self.stored else { return Ok(None) };
        let version = &stored.latest_version;
        let differences = changes(&self.base, &stored.latest, &Fields::default())?;
        let markup = html! {
            section class="panel" aria-labelledby="conflict" {
                h2 id="conflict" { (text::conflict()) }
                p {
                    (rich(
                        |[user]| text::conflict_details(self.number.to_string(), version.number.to_string(), user),
                        &[html! { span dir="auto" { (version.saved_by) } }],
                    ))
                }
                (differences)
                p { a href=(self.path()) { (text::discard_and_edit_newer()) } }
            }
        };
        // The user has seen the newer version now and may overwrite it.
        self.tag = HandoffTag::of(stored).to_string();
        Ok(Some(markup))
    }

    /// Saves the draft and returns the id of the handoff.
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
                Ok(made.handoff.stored.id)
            }
            Some(stored) => {
                let expected = ExpectedTag::OneOf(vec![self.tag.clone()]);
                app.replace_draft(grant, &stored.id, draft, &expected, note).await?;
                Ok(stored.id.clone())
            }
        }
    }

    /// Whether the draft is already stored, because the form was sent twice.
    pub(crate) fn is_saved(&self, draft: &Handoff) -> bool {
        self.stored.as_ref().is_some_and(|stored| {
            let Handoff { created_at, updated_at, .. } = stored.latest;
            stored.latest == Handoff { id: stored.id.clone(), created_at, updated_at, ..draft.clone() }
        })
    }
}

/// The page for a form that cannot be read.
pub(crate) fn no_form(error: &FormError) -> PageError {
    let status = match error {
        FormError::OtherVersion => StatusCode::CONFLICT,
        FormError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    PageError::new(status, "bad_form", error.to_string())
}

/// The error for a draft that is not a handoff. No form produces one.
pub(crate) fn unreadable(error: ShapeError) -> PageError {
    AppError::Internal(Box::new(error)).into()
}
