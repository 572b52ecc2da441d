//! The buttons that move a handoff: publish, unpublish, archive, restore. Each is good for the handoff
//! as it was on the page; pressed twice it does nothing twice. Unpublishing and archiving ask first, and
//! can be undone from the page after them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use outbound_app::{App, AppError, ExpectedTag, Grant, HandoffTag, WriteHandoffs};
use outbound_auth::Secret;
use outbound_model::{HandoffId, HandoffState};

use super::handoff::{LoadedHandoff, known_id, refused_page};
use crate::confirm::Question;
use crate::error::{PageResult, sentence};
use crate::fields::Fields;
use crate::page::Part;
use crate::sessions::session::{Posted, SignedIn, Visit};

/// A way to move a handoff.
#[derive(Clone, Copy, Debug)]
enum Act {
    PublishMode,
    Unpublish,
    Archive,
    Restore,
}

impl Act {
    /// Does it, and says it to the next page.
    async fn run(
        self,
        app: &App,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<String, AppError> {
        match self {
            Act::PublishMode => app.publish(grant, id, expected, false).await.map(|_| "published".to_owned()),
            Act::Unpublish | Act::Archive => self.take_back(app, grant, id, expected).await,
            Act::Restore => app.restore(grant, id, expected).await.map(|_| "restored".to_owned()),
        }
    }

    /// Unpublishes or archives, and hands the next page what undoes that.
    async fn take_back(
        self,
        app: &App,
        grant: &Grant<WriteHandoffs>,
        id: &HandoffId,
        expected: &ExpectedTag,
    ) -> Result<String, AppError> {
        let before = app.draft(&grant.to_read(), id).await?;
        let (after, done) = match self {
            Act::Archive => (app.archive(grant, id, expected).await?, "archived"),
            _ => (app.unpublish(grant, id, expected).await?, "unpublished"),
        };
        let served = before.published_version;
        let token = app.undo_token(grant.account(), &after, served);
        Ok(format!("{done}&served={}&undo={}", served.unwrap_or(0), token.expose()))
    }

    /// Whether a handoff in this state needs it no more: somebody pressed twice, or two the same.
    fn is_done(self, state: HandoffState) -> bool {
        match self {
            Act::PublishMode => state == HandoffState::Published,
            Act::Unpublish | Act::Restore => state == HandoffState::Draft,
            Act::Archive => state == HandoffState::Archived,
        }
    }
}

/// `POST /handoffs/{id}/publish`.
pub(crate) async fn publish(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Act::PublishMode, app, id, posted).await
}

/// `POST /handoffs/{id}/unpublish`.
pub(crate) async fn unpublish(
    app: State<App>,
    id: Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    act(Act::Unpublish, app, id, posted).await
}

/// `POST /handoffs/{id}/archive`.
pub(crate) async fn archive(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Act::Archive, app, id, posted).await
}

/// `POST /handoffs/{id}/restore`.
pub(crate) async fn restore(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Act::Restore, app, id, posted).await
}

/// `GET /handoffs/{id}/unpublish`: asks first.
pub(crate) async fn ask_unpublish(
    SignedIn { grant, visit }: SignedIn<WriteHandoffs>,
    app: State<App>,
    id: Path<String>,
) -> PageResult {
    let consequence = "It is no longer served from then on. You can undo this.";
    ask(&visit, &grant, app, id, ("Unpublish", "unpublish"), consequence).await
}

/// `GET /handoffs/{id}/archive`: asks first.
pub(crate) async fn ask_archive(
    SignedIn { grant, visit }: SignedIn<WriteHandoffs>,
    app: State<App>,
    id: Path<String>,
) -> PageResult {
    let consequence = "It is no longer served from then on, and its name becomes free. Its history stays. You can undo this.";
    ask(&visit, &grant, app, id, ("Archive", "archive"), consequence).await
}

async fn ask(
    visit: &Visit,
    grant: &Grant<WriteHandoffs>,
    State(app): State<App>,
    Path(id): Path<String>,
    (button, act): (&str, &str),
    consequence: &str,
) -> PageResult {
    let stored = app.draft(&grant.to_read(), &known_id(&id)?).await?;
    let (path, tag) = (format!("/handoffs/{}", stored.id), HandoffTag::of(&stored));
    let question = Question {
        part: Part::Handoffs,
        title: &format!("{button} {}?", stored.latest.name),
        consequence,
        action: &format!("{path}/{act}"),
        fields: &[("tag", tag.as_str())],
        button,
        back: &path,
    };
    Ok(question.ask(visit))
}

/// `POST /handoffs/{id}/undo`.
pub(crate) async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let id = known_id(&id)?;
    let (served, token) = undo_of(&fields);
    let refused = match app.undo(&grant, &id, served, &token).await {
        Ok(_) => return Ok(Redirect::to(&format!("/handoffs/{id}?done=undone")).into_response()),
        Err(refused @ (AppError::Stale { .. } | AppError::NameTaken(_))) => refused,
        Err(error) => return Err(error.into()),
    };
    let seen = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
    refused_page(&app, visit, seen, (StatusCode::CONFLICT, why(&refused))).await
}

/// The version that was served, and the proof of that, as a query or a form has them.
pub(crate) fn undo_of(fields: &Fields) -> (Option<i64>, Secret) {
    let served = fields.text("served").parse().ok().filter(|number| *number > 0);
    (served, Secret::new(fields.text("undo")))
}

async fn act(
    act: Act,
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let Posted { grant, visit, fields } = posted;
    let id = known_id(&id)?;
    let expected = ExpectedTag::OneOf(vec![fields.text("tag").to_owned()]);
    let refused = match act.run(&app, &grant, &id, &expected).await {
        Ok(done) => return Ok(Redirect::to(&format!("/handoffs/{id}?done={done}")).into_response()),
        Err(error) => error,
    };
    let status = match &refused {
        AppError::Stale { .. } | AppError::Archived(_) | AppError::OwnVersion(_) | AppError::NameTaken(_) => {
            StatusCode::CONFLICT
        }
        AppError::RuleViolations(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => return Err(refused.into()),
    };
    let seen = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
    if matches!(refused, AppError::Stale { .. }) && act.is_done(seen.stored.state()) {
        return Ok(Redirect::to(&seen.path()).into_response());
    }
    refused_page(&app, visit, seen, (status, why(&refused))).await
}

/// In words for people.
pub(crate) fn why(refused: &AppError) -> String {
    match refused {
        AppError::Stale { .. } => {
            "Somebody has changed this handoff since you opened it, so nothing was done. This is how it is now."
                .to_owned()
        }
        AppError::OwnVersion(_) => {
            "You saved this version yourself. In this account somebody else has to publish it.".to_owned()
        }
        AppError::RuleViolations(_) => {
            "Not published: a provider would refuse this message. The errors stand below.".to_owned()
        }
        other => sentence(&other.to_string()),
    }
}
