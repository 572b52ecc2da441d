//! The feed of changes, in pages or as a stream.

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

/// Something that happened to a handoff.
#[derive(Serialize, ToSchema)]
pub(crate) struct Change {
    /// Its number in the account: 1, 2, 3 … without a gap.
    #[schema(example = 42)]
    pub(super) sequence: i64,
    /// When.
    at: Timestamp,
    /// Who did it: a login, a client id, or `command line`.
    #[schema(example = "anna")]
    by: String,
    /// What.
    kind: ChangeKind,
    /// To which handoff.
    handoff: HandoffId,
    /// The version that was saved or published, or the newest one.
    #[schema(example = 3)]
    version: i64,
}

impl From<HandoffChange> for Change {
    fn from(change: HandoffChange) -> Self {
        let HandoffChange { sequence, at, by, kind, handoff, version } = change;
        Self { sequence, at, by, kind, handoff, version }
    }
}

/// A page of the feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Changes {
    /// The changes, the oldest first.
    items: Vec<Change>,
    /// The `since` of the next page: the number of the last change that you have now.
    #[schema(example = 42)]
    next: i64,
}

/// What happened to handoffs
///
/// Every save, publication, withdrawal and archiving, in order, without a gap and never changed
/// afterwards. Keep `next` and ask with it as `since` for what came later. With `Accept:
/// text/event-stream` the answer goes on, an event for each change as it happens (server-sent events),
/// its id the number of the change; `Last-Event-ID` counts before `since`.
#[utoipa::path(
    get,
    operation_id = "listChanges",
    path = "/manage/v1/accounts/{accountId}/changes",
    tag = "Changes",
    params(
        AccountPath,
        ChangesParameters,
        ("Last-Event-ID" = Option<i64>, Header, description = "For a stream: the last event that came"),
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
    let items = found.into_iter().map(Change::from).collect();
    Ok(Json(Changes { items, next }).into_response())
}
