//! The buttons that move a handoff: publish, unpublish, archive, restore. Each is good for the handoff
//! as it was on the page; pressed twice it does nothing twice.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use outbound_app::{App, AppError, Expected, Grant, WriteHandoffs};
use outbound_model::{HandoffId, HandoffState};

use crate::error::{PageResult, sentence};
use crate::pages::handoff::{Seen, known_id, page};
use crate::session::Posted;

/// A way to move a handoff.
#[derive(Clone, Copy, Debug)]
enum Act {
    Publish,
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
        expected: &Expected,
    ) -> Result<&'static str, AppError> {
        match self {
            Act::Publish => app.publish(grant, id, expected, false).await.map(|_| "published"),
            Act::Unpublish => app.unpublish(grant, id, expected).await.map(|_| "unpublished"),
            Act::Archive => app.archive(grant, id, expected).await.map(|_| "archived"),
            Act::Restore => app.restore(grant, id, expected).await.map(|_| "restored"),
        }
    }

    /// Whether a handoff in this state needs it no more: somebody pressed twice, or two the same.
    fn is_done(self, state: HandoffState) -> bool {
        match self {
            Act::Publish => state == HandoffState::Published,
            Act::Unpublish | Act::Restore => state == HandoffState::Draft,
            Act::Archive => state == HandoffState::Archived,
        }
    }
}

/// `POST /handoffs/{id}/publish`.
pub(crate) async fn publish(app: State<App>, id: Path<String>, posted: Posted<WriteHandoffs>) -> PageResult {
    act(Act::Publish, app, id, posted).await
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

async fn act(
    act: Act,
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let Posted { grant, visit, fields } = posted;
    let id = known_id(&id)?;
    let expected = Expected::OneOf(vec![fields.text("tag").to_owned()]);
    let refused = match act.run(&app, &grant, &id, &expected).await {
        Ok(done) => return Ok(Redirect::to(&format!("/handoffs/{id}?done={done}")).into_response()),
        Err(error) => error,
    };
    let status = match &refused {
        AppError::Stale { .. } | AppError::Archived(_) | AppError::OwnVersion(_) | AppError::NameTaken(_) => {
            StatusCode::CONFLICT
        }
        AppError::Broken(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => return Err(refused.into()),
    };
    let seen = Seen::of(&app, &grant.to_read(), &id).await?;
    if matches!(refused, AppError::Stale { .. }) && act.is_done(seen.stored.state()) {
        return Ok(Redirect::to(&seen.path()).into_response());
    }
    Ok(page(&app, &visit, &seen, Some((status, &why(&refused)))))
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
        AppError::Broken(_) => {
            "Not published: a provider would refuse this message. The errors stand below.".to_owned()
        }
        other => sentence(&other.to_string()),
    }
}
