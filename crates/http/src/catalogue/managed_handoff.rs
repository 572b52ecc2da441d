//! A handoff as its authors see it: the newest version, where it stands, and what it breaks.

use axum::Json;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use outbound_app::{App, Grant, HandoffTag, ReadDrafts, Right, StoredHandoff, VersionRecord};
use outbound_model::{Handoff, HandoffFile, HandoffState, Object, Timestamp, examples, from_json_str};
use outbound_rules::Finding;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::ApiError;

/// Who saved a version, when and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionItem {
    /// The version's number: 1, 2, 3 …
    #[schema(example = 3)]
    version: i64,
    /// When it was saved.
    saved_at: Timestamp,
    /// Who saved it: a login name, a client's id, or `command line`.
    #[schema(example = "anna")]
    saved_by: String,
    /// Why, if the author said.
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

/// A handoff and where it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManagedHandoff {
    /// The newest version, as files hold it: with `x-outbound`, which is never served.
    #[schema(value_type = HandoffFile)]
    handoff: Object,
    /// Where it stands: `changed` is published, with a newer version that is not.
    state: HandoffState,
    #[serde(flatten)]
    newest: VersionItem,
    /// The number of the version that is served, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    published_version: Option<i64>,
    /// When it was set aside, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<Timestamp>,
    /// What the newest version breaks, by the account's present rules and beside its other handoffs.
    findings: Vec<Finding>,
}

/// The answer for a handoff whose findings are known, with its tag.
pub(super) async fn response_with_findings<R: Right>(
    app: &App,
    grant: &Grant<R>,
    stored: StoredHandoff,
    findings: Vec<Finding>,
) -> Result<Response, ApiError> {
    compute_response(app, grant, move || tagged(stored, findings)).await
}

/// Makes the answer that holds a handoff off the connection's thread: it can be a megabyte.
pub(super) async fn compute_response<R: Right, A: IntoResponse>(
    app: &App,
    grant: &Grant<R>,
    make: impl FnOnce() -> Result<A, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    app.compute(grant.account(), move || make().map(IntoResponse::into_response)).await?
}

fn tagged(
    stored: StoredHandoff,
    findings: Vec<Finding>,
) -> Result<(HeaderMap, Json<ManagedHandoff>), ApiError> {
    let tag = HeaderValue::try_from(format!("\"{}\"", HandoffTag::of(&stored)));
    let tag = tag.ok().map(|tag| (header::ETAG, tag)).into_iter().collect();
    let body = ManagedHandoff {
        state: stored.state(),
        handoff: to_file(&stored.latest)?,
        newest: stored.latest_version.into(),
        published_version: stored.published_version,
        archived_at: stored.archived_at,
        findings,
    };
    Ok((tag, Json(body)))
}

/// The answer for a handoff, which is checked now.
pub(super) async fn handoff_response(
    app: &App,
    grant: &Grant<ReadDrafts>,
    stored: StoredHandoff,
) -> Result<Response, ApiError> {
    let findings = app.check_stored(grant, &stored).await?;
    response_with_findings(app, grant, stored, findings).await
}

/// A handoff as a file holds it.
pub(super) fn to_file(handoff: &Handoff) -> Result<Object, ApiError> {
    handoff.to_file().map_err(|error| outbound_app::AppError::from(error).into())
}

/// The handoff that a body holds.
pub(super) async fn read_draft<R: Right>(
    app: &App,
    grant: &Grant<R>,
    body: Bytes,
) -> Result<Handoff, ApiError> {
    let reader = app.clone();
    Ok(app.compute(grant.account(), move || reader.read_draft(&body)).await??)
}

/// A handoff to send, for the OpenAPI file: what it needs to say.
pub(super) fn draft_example() -> Value {
    let mut draft = first_example();
    for ours in ["id", "createdAt", "updatedAt"] {
        draft.remove(ours);
    }
    Value::Object(draft)
}

/// A response, for the OpenAPI document.
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
