//! The change feed, in pages or as a stream.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, HandoffChange, ReadDrafts};
use outbound_model::{ChangeKind, HandoffId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::change_stream::ChangeStream;
use super::changes_query::{ChangesParameters, ChangesQuery};
use crate::edge::Caller;
use crate::error::ApiError;
use crate::error_responses::CommonErrorResponses;
use crate::extract::Authorized;
use crate::extract::credential::CallerCredential;
use crate::extract::path::AccountPath;

/// A change of a handoff.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ListedChange {
    /// The number of the change in the account: 1, 2, 3 … without gaps.
    #[schema(example = 42)]
    pub(super) sequence: i64,
    /// The time of the change.
    at: Timestamp,
    /// Who made the change: a login name, a client id, or `command line`.
    #[schema(example = "anna")]
    by: String,
    /// The kind of change.
    kind: ChangeKind,
    /// The id of the handoff.
    handoff: HandoffId,
    /// The version that was saved or published, or the newest one.
    #[schema(example = 3)]
    version: i64,
}

impl From<HandoffChange> for ListedChange {
    fn from(change: HandoffChange) -> Self {
        let HandoffChange { sequence, at, by, kind, handoff, version } = change;
        Self { sequence, at, by, kind, handoff, version }
    }
}

/// A page of the change feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Changes {
    /// The changes, the oldest first.
    items: Vec<ListedChange>,
    /// The `since` of the next request: the number of the last change on this page.
    #[schema(example = 42)]
    next: i64,
}

/// List changes of handoffs
///
/// Every save, publication, unpublication and archiving, in order and without gaps. Changes are never modified
/// later. To read newer changes, send the value of `next` as `since`. With `Accept: text/event-stream`, the
/// response is a stream of server-sent events with an event for each new change, whose id is the number of the change.
/// `Last-Event-ID` takes precedence over `since`.
#[utoipa::path(
    get,
    operation_id = "listChanges",
    path = "/manage/v1/accounts/{accountId}/changes",
    tag = "Changes",
    params(
        AccountPath,
        ChangesParameters,
        ("Last-Event-ID" = Option<i64>, Header, description = "For a stream: the id of the last received event"),
    ),
    responses(
        (status = 200, description = "The changes", content(
            (Changes = "application/json"),
            (String = "text/event-stream", example = "id: 42\ndata: {\"sequence\":42,…}\n\n"),
        )),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn changes(
    Authorized(grant): Authorized<ReadDrafts>,
    CallerCredential(credential): CallerCredential,
    query: ChangesQuery,
    caller: Caller,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    if query.stream {
        let stream = ChangeStream::open(caller.edge(), &app, &grant, credential, query.since)?;
        return Ok(stream.into_response());
    }
    let found = app.handoff_changes(&grant, query.since, query.limit).await?;
    let next = found.last().map_or(query.since, |change| change.sequence);
    let items = found.into_iter().map(ListedChange::from).collect();
    Ok(Json(Changes { items, next }).into_response())
}
