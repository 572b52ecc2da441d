//! A handoff in the management API: the newest version, its state and its findings.

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use outbound_app::{
    App, Grant, HandoffTag, HandoffWithFindings, ReadDrafts, Right, StoredHandoff, VersionRecord, off_thread,
};
use outbound_model::{Handoff, HandoffFile, HandoffState, Object, Timestamp, examples, from_json_str};
use outbound_rules::Finding;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::ApiError;

/// A version of a handoff, without the handoff itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionItem {
    /// The version's number: 1, 2, 3 …
    #[schema(example = 3)]
    version: i64,
    /// When it was saved.
    saved_at: Timestamp,
    /// Who saved it: a login name, a client id, or `command line`.
    #[schema(example = "anna")]
    saved_by: String,
    /// The author's reason for the version, if given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "New Year")]
    note: Option<String>,
}

impl From<VersionRecord> for VersionItem {
    fn from(record: VersionRecord) -> Self {
        let VersionRecord { number, saved_at, saved_by, note } = record;
        Self { version: number, saved_at, saved_by, note }
    }
}

/// A handoff with its state and findings.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManagedHandoff {
    /// The newest version, including `x-outbound`, which is never in the published lists.
    #[schema(value_type = HandoffFile)]
    handoff: Object,
    /// The state. `changed` means published, with a newer version that is not published.
    state: HandoffState,
    #[serde(flatten)]
    newest: VersionItem,
    /// The number of the published version, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    published_version: Option<i64>,
    /// When it was archived, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<Timestamp>,
    /// The findings of the newest version, by the account's current rules, including rules about its other handoffs.
    findings: Vec<Finding>,
}

/// Checks a handoff and returns its response.
pub(super) async fn handoff_response(
    app: &App,
    grant: &Grant<ReadDrafts>,
    stored: StoredHandoff,
) -> Result<Response, ApiError> {
    let findings = app.check_stored(grant, &stored).await?;
    // On another thread than the connection's, because a handoff can be a megabyte long.
    app.compute(grant.account(), move || with_entity_tag(stored, findings)).await?
}

/// The response to a change, which is already committed. It waits for no turn, because an error would suggest that
/// nothing was changed.
pub(super) async fn changed_response(changed: HandoffWithFindings) -> Result<Response, ApiError> {
    off_thread(move || with_entity_tag(changed.stored, changed.findings)).await?
}

fn with_entity_tag(stored: StoredHandoff, findings: Vec<Finding>) -> Result<Response, ApiError> {
    let tag = HeaderValue::try_from(format!("\"{}\"", HandoffTag::of(&stored)));
    let tag: HeaderMap = tag.ok().map(|tag| (header::ETAG, tag)).into_iter().collect();
    let body = ManagedHandoff {
        state: stored.state(),
        handoff: to_file(&stored.latest)?,
        newest: stored.latest_version.into(),
        published_version: stored.published_version,
        archived_at: stored.archived_at,
        findings,
    };
    Ok((tag, Json(body)).into_response())
}

/// Converts a handoff to the format of files.
pub(super) fn to_file(handoff: &Handoff) -> Result<Object, ApiError> {
    handoff.to_file().map_err(|error| outbound_app::AppError::from(error).into())
}

/// Parses the handoff in a body.
pub(super) async fn read_draft<R: Right>(
    app: &App,
    grant: &Grant<R>,
    body: Bytes,
) -> Result<Handoff, ApiError> {
    let reader = app.clone();
    Ok(app.compute(grant.account(), move || reader.read_draft(&body)).await??)
}

/// Returns an example of a handoff in a request, for the OpenAPI document.
pub(super) fn draft_example() -> Value {
    let mut draft = first_example();
    for server_set in ["id", "createdAt", "updatedAt"] {
        draft.remove(server_set);
    }
    Value::Object(draft)
}

/// Returns an example of a response, for the OpenAPI document.
pub(super) fn managed_example() -> Value {
    json!({
        "handoff": first_example(), "state": "changed", "version": 3, "savedAt": "2022-10-03T09:00:00.000Z",
        "savedBy": "anna", "note": "New Year", "publishedVersion": 2, "findings": [],
    })
}

fn first_example() -> Object {
    let handoffs: Vec<Object> = from_json_str(examples::HANDOFFS).unwrap_or_default();
    handoffs.into_iter().next().unwrap_or_default()
}
