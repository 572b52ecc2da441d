//! Actions on a handoff: publish, unpublish, archive, restore. An action applies to the state of the handoff that the
//! page showed; sent twice, it is executed once. Unpublishing and archiving ask for confirmation and can be undone on
//! the page that follows.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use outbound_app::{App, AppError, ExpectedTag, Grant, HandoffTag, WriteHandoffs};
use outbound_auth::Secret;
use outbound_model::{HandoffId, HandoffState};

use super::handoff::{LoadedHandoff, error_page, known_id};
use crate::confirm::Question;
use crate::error::{PageResult, sentence};
use crate::fields::Fields;
use crate::page::Section;
use crate::sessions::session::{LoggedIn, Posted};
use crate::text::{self, Text};

/// An action that changes the state of a handoff.
#[derive(Clone, Copy, Debug)]
enum Action {
    Publish,
    Unpublish,
    Archive,
    Restore,
}

impl Action {
    /// Executes the action, and returns the value of `done` for the next page.
    async fn run(
        self,
        app: &App,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<String, AppError> {
        match self {
            Action::Publish => app.publish(grant, id, expected, false).await.map(|_| "published".to_owned()),
            Action::Unpublish | Action::Archive => self.take_back(app, grant, id, expected).await,
            Action::Restore => app.restore(grant, id, expected).await.map(|_| "restored".to_owned()),
        }
    }

    /// Unpublishes or archives, and returns `done` with a token to undo it.
    async fn take_back(
        self,
        app: &App,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<String, AppError> {
        let before = app.draft(&grant.to_read(), id).await?;
        let (after, done) = match self {
            Action::Archive => (app.archive(grant, id, expected).await?.stored, "archived"),
            _ => (app.unpublish(grant, id, expected).await?.stored, "unpublished"),
        };
        let served = before.published_version;
        let token = app.undo_token(grant.account(), &after, served);
        Ok(format!("{done}&served={}&undo={}", served.unwrap_or(0), token.expose()))
    }

    /// Whether the handoff is already in the target state, because the form was sent twice or by two users.
    fn is_done(self, state: HandoffState) -> bool {
        match self {
            Action::Publish => state == HandoffState::Published,
            Action::Unpublish | Action::Restore => state == HandoffState::Draft,
            Action::Archive => state == HandoffState::Archived,
        }
    }
}

/// `POST /handoffs/{id}/publish`.
pub(crate) async fn publish(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Action::Publish, app, id, posted).await
}

/// `POST /handoffs/{id}/unpublish`.
pub(crate) async fn unpublish(
    app: State<App>,
    id: Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    act(Action::Unpublish, app, id, posted).await
}

/// `POST /handoffs/{id}/archive`.
pub(crate) async fn archive(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Action::Archive, app, id, posted).await
}

/// `POST /handoffs/{id}/restore`.
pub(crate) async fn restore(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Action::Restore, app, id, posted).await
}

/// `GET /handoffs/{id}/unpublish`: asks for confirmation.
pub(crate) async fn ask_unpublish(
    app: State<App>,
    id: Path<String>,
    visitor: LoggedIn<WriteHandoffs>,
) -> PageResult {
    let labels = |name: &str| [text::unpublish_title(name), text::unpublish_consequence(), text::unpublish()];
    ask("unpublish", app, id, visitor, labels).await
}

/// `GET /handoffs/{id}/archive`: asks for confirmation.
pub(crate) async fn ask_archive(
    app: State<App>,
    id: Path<String>,
    visitor: LoggedIn<WriteHandoffs>,
) -> PageResult {
    let labels = |name: &str| [text::archive_title(name), text::archive_consequence(), text::archive()];
    ask("archive", app, id, visitor, labels).await
}

/// Asks for confirmation. `labels` gives title, consequence and button for the name of the handoff.
async fn ask(
    action: &str,
    State(app): State<App>,
    Path(id): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<WriteHandoffs>,
    labels: impl Fn(&str) -> [Text; 3],
) -> PageResult {
    let stored = app.draft(&grant.to_read(), &known_id(&id)?).await?;
    let [title, consequence, button] = labels(stored.latest.name.as_str());
    let (path, tag) = (format!("/handoffs/{}", stored.id), HandoffTag::of(&stored));
    let question = Question {
        section: Section::Handoffs,
        title: &title,
        consequence: &consequence,
        action: &format!("{path}/{action}"),
        fields: &[("tag", tag.as_str())],
        button: &button,
        back: &path,
    };
    Ok(question.ask(&visit))
}

/// `POST /handoffs/{id}/undo`.
pub(crate) async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let id = known_id(&id)?;
    let (served, token) = undo_of(&fields);
    let error = match app.undo(&grant, &id, served, &token).await {
        Ok(_) => return Ok(Redirect::to(&format!("/handoffs/{id}?done=undone")).into_response()),
        Err(error @ (AppError::Stale { .. } | AppError::NameTaken(_))) => error,
        Err(error) => return Err(error.into()),
    };
    let loaded = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
    let visit = visit.returning_to(loaded.path());
    error_page(&app, visit, loaded, (StatusCode::CONFLICT, error_message(&error))).await
}

/// The version that was published before, and the token that proves it, from a query string or form.
pub(crate) fn undo_of(fields: &Fields) -> (Option<i64>, Secret) {
    let served = fields.text("served").parse().ok().filter(|number| *number > 0);
    (served, Secret::new(fields.text("undo")))
}

async fn act(
    action: Action,
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let Posted { grant, visit, fields } = posted;
    let id = known_id(&id)?;
    let expected = ExpectedTag::OneOf(vec![fields.text("tag").to_owned()]);
    let error = match action.run(&app, &grant, &id, &expected).await {
        Ok(done) => return Ok(Redirect::to(&format!("/handoffs/{id}?done={done}")).into_response()),
        Err(error) => error,
    };
    let status = match &error {
        AppError::Stale { .. } | AppError::Archived(_) | AppError::OwnVersion(_) | AppError::NameTaken(_) => {
            StatusCode::CONFLICT
        }
        AppError::RuleViolations(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => return Err(error.into()),
    };
    let loaded = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
    if matches!(error, AppError::Stale { .. }) && action.is_done(loaded.stored.state()) {
        return Ok(Redirect::to(&loaded.path()).into_response());
    }
    let visit = visit.returning_to(loaded.path());
    error_page(&app, visit, loaded, (status, error_message(&error))).await
}

/// The sentence that the page of the handoff shows when an action failed.
pub(crate) fn error_message(error: &AppError) -> Text {
    match error {
        AppError::Stale { .. } => text::action_stale(),
        AppError::OwnVersion(_) => text::action_own_version(),
        AppError::RuleViolations(_) => text::publish_with_errors(),
        other => sentence(&other.to_string()).into(),
    }
}
