//! The change feed, in pages or as a stream.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, ChangeSubject, FeedEntry, ReadDrafts};
use outbound_model::{ChangeDetails, ChangeKind, HandoffId, Timestamp};
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

/// A change of a handoff, a campaign, a message or a consumer. Fields that do not belong to the kind are missing.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ListedChange {
    /// The number of the change in the account: 1, 2, 3 …
    #[schema(example = 42)]
    pub(super) sequence: i64,
    /// The time of the change.
    at: Timestamp,
    /// Who made the change: a login name, a client id, `command line`, `consumer`, or `outbound` for changes that
    /// happen by themselves.
    #[schema(example = "anna")]
    by: String,
    /// The kind of change.
    kind: ChangeKind,
    /// The id of the handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    handoff: Option<HandoffId>,
    /// The version that was saved or published, or the newest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    version: Option<i64>,
    #[serde(flatten)]
    details: ChangeDetails,
}

impl From<FeedEntry> for ListedChange {
    fn from(change: FeedEntry) -> Self {
        let FeedEntry { sequence, at, by, kind, subject } = change;
        let (handoff, version, details) = match subject {
            ChangeSubject::Handoff { handoff, version } => {
                (Some(handoff), Some(version), ChangeDetails::default())
            }
            ChangeSubject::Campaign(details) => (None, None, *details),
        };
        Self { sequence, at, by, kind, handoff, version, details }
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

/// List changes
///
/// Every save, publication, unpublication and archiving of a handoff, and what happened to campaigns, in order. Changes
/// of messages are recorded while a webhook names their kinds. Changes are never modified later; those of campaigns,
/// messages and consumers are deleted after 90 days. To read newer changes, send the value of `next` as `since`. With `Accept: text/event-stream`, the
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
