//! Status and result of imports that continue after their request was answered.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::{App, Job, WriteHandoffs};
use outbound_model::{AccountId, JobState, JobTask, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::import_jobs::{ImportJob, ImportJobs};
use super::import_response::ImportResponse;
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::path::{ImportPath, PathValue};

const PREFER: &str = "prefer";
const RESPOND_ASYNC: &str = "respond-async";
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Seconds after which clients should ask again.
const RETRY_SECONDS: &str = "2";

/// The status of an import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportStatus {
    /// The id of the import.
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    id: String,
    /// The state of the import.
    state: ImportProgress,
    /// Who sent it.
    by: String,
    /// The number of handoffs processed so far.
    handoffs: u64,
    /// When it was sent.
    begun_at: Timestamp,
    /// When processing started.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// Why the import failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ErrorBody>)]
    error: Option<Value>,
    /// The result, once the import is done. Always the last field, because it is written separately.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ImportResponse>)]
    result: Option<Value>,
}

/// The state of an import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ImportProgress {
    /// The import is running, or waits for other imports of the account.
    Running,
    /// The import is done; see `result`.
    Done,
    /// Nothing was imported; see `error`.
    Failed,
}

impl ImportStatus {
    /// Creates the status of an import that this process executes or has executed.
    fn new(job: &ImportJob, state: ImportProgress) -> Self {
        let tracker = &job.tracker;
        Self {
            id: job.id.to_string(),
            state,
            by: tracker.by().to_owned(),
            handoffs: tracker.handoffs(),
            begun_at: job.begun_at,
            started_at: tracker.started_at(),
            ended_at: job.completion().map(|completion| completion.ended_at),
            error: None,
            result: None,
        }
    }

    /// Creates the status of an import of another node from its row.
    fn from_row(id: Uuid, row: &Job) -> Self {
        let mut report: Value =
            row.report.as_deref().and_then(|report| report.parse().ok()).unwrap_or_default();
        let mut part = |name: &str| Some(report[name].take()).filter(|part| !part.is_null());
        let state = match row.state {
            JobState::Waiting | JobState::Running => ImportProgress::Running,
            JobState::Done => ImportProgress::Done,
            JobState::Failed => ImportProgress::Failed,
        };
        // If the report has no error, a worker has found that the process of the import has ended.
        let interrupted =
            || row.error.as_ref().map(|error| json!(ApiError::import_interrupted(error).body(id)));
        Self {
            id: id.to_string(),
            state,
            by: part("by").and_then(|by| by.as_str().map(str::to_owned)).unwrap_or_default(),
            handoffs: part("handoffs").and_then(|handoffs| handoffs.as_u64()).unwrap_or_default(),
            begun_at: row.created_at,
            started_at: part("startedAt").and_then(|at| at.as_str()?.parse().ok()),
            ended_at: row.ended_at,
            error: part("error").or_else(interrupted),
            result: part("result"),
        }
    }

    /// Returns the response, with `Retry-After` while the import is running.
    fn response(&self) -> Response {
        match self.state {
            ImportProgress::Running => {
                ([(header::RETRY_AFTER, RETRY_SECONDS)], axum::Json(self)).into_response()
            }
            ImportProgress::Done | ImportProgress::Failed => axum::Json(self).into_response(),
        }
    }
}

/// Returns whether the client prefers an asynchronous response (RFC 7240).
pub(super) fn prefers_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut names = preferences.flat_map(|value| value.split([',', ';']));
    names.any(|name| name.trim().eq_ignore_ascii_case(RESPOND_ASYNC))
}

/// Returns the response to a request whose import continues. If it fails later, this is logged under the import's id.
pub(super) fn accepted(account: &AccountId, job: Arc<ImportJob>, preferred: bool) -> Response {
    let location = format!("/manage/v1/accounts/{account}/imports/{}", job.id);
    let status = ImportStatus::new(&job, ImportProgress::Running);
    let headers = [(header::LOCATION, location), (header::RETRY_AFTER, RETRY_SECONDS.to_owned())];
    let mut response = (StatusCode::ACCEPTED, headers, axum::Json(status)).into_response();
    if preferred {
        let applied = header::HeaderValue::from_static(RESPOND_ASYNC);
        response.headers_mut().insert(PREFERENCE_APPLIED, applied);
    }
    tokio::spawn(async move {
        if let Some(Err(error)) = job.finished().await.as_deref() {
            tracing::info_span!("request", request = %job.id).in_scope(|| error.log());
        }
    });
    response
}

/// Returns a response with a JSON body.
pub(super) fn json_body(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Get the status of an import
///
/// Returns progress and result of an import that was answered with 202. Every server knows them for a week. Only the
/// server that executed the import knows the complete list of handoffs, for an hour; other servers return the
/// first handoffs with problems.
#[utoipa::path(
    get,
    operation_id = "getImport",
    path = "/manage/v1/accounts/{accountId}/imports/{importId}",
    tag = "Handoffs",
    params(ImportPath),
    responses(
        (status = 200, description = "The status, with `Retry-After` while the import is running", body = ImportStatus,
            headers(("Retry-After" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<Uuid>,
    caller: Caller,
    Extension(jobs): Extension<ImportJobs>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let now = caller.edge().clock().monotonic();
    let Some(job) = jobs.find(grant.account(), id, now) else {
        let row = app.import_record(&grant, &JobTask::Import(id)).await?;
        return Ok(ImportStatus::from_row(id, &row.ok_or_else(ApiError::unknown_import)?).response());
    };
    match job.completion().as_ref().map(|completion| &*completion.result) {
        None => Ok(ImportStatus::new(&job, ImportProgress::Running).response()),
        Some(Err(error)) => {
            let status = ImportStatus::new(&job, ImportProgress::Failed);
            Ok(ImportStatus { error: Some(json!(error.body(id))), ..status }.response())
        }
        Some(Ok(import)) => {
            let status = ImportStatus::new(&job, ImportProgress::Done);
            let status = serde_json::to_string(&status).map_err(|_| ApiError::internal())?;
            let unclosed = status.strip_suffix('}').ok_or_else(ApiError::internal)?;
            Ok(json_body(import.body(&format!("{unclosed},\"result\":"), "}")))
        }
    }
}
