//! Imports that go on after their request was answered: how far they are, and what became of them.

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
/// When to ask again, in seconds.
const RETRY_SECONDS: &str = "2";

/// How far an import is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportStatus {
    /// Its id.
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    id: String,
    /// Whether it is under way or over.
    state: ImportProgress,
    /// Who sent it.
    by: String,
    /// How many handoffs it has worked on.
    handoffs: u64,
    /// When it was sent.
    begun_at: Timestamp,
    /// When its turn came.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// Why nothing was imported, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ErrorBody>)]
    error: Option<Value>,
    /// What became of each handoff, once it is done. The last field: it is written from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ImportResponse>)]
    result: Option<Value>,
}

/// Whether an import is over.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ImportProgress {
    /// It waits for other imports of the account, or is under way.
    Running,
    /// It is done; `result` tells what became of each handoff.
    Done,
    /// Nothing was imported; `error` tells why.
    Failed,
}

impl ImportStatus {
    /// Of an import that this process works on, or whose result it keeps.
    fn new(job: &ImportJob, state: ImportProgress) -> Self {
        let progress = &job.progress;
        Self {
            id: job.id.to_string(),
            state,
            by: progress.by().to_owned(),
            handoffs: progress.handoffs(),
            begun_at: job.begun_at,
            started_at: progress.started_at(),
            ended_at: job.end().map(|end| end.ended_at),
            error: None,
            result: None,
        }
    }

    /// Of an import that another node works on or has ended, as its row reports.
    fn of_row(id: Uuid, row: &Job) -> Self {
        let mut report: Value =
            row.report.as_deref().and_then(|report| report.parse().ok()).unwrap_or_default();
        let mut part = |name: &str| Some(report[name].take()).filter(|part| !part.is_null());
        let state = match row.state {
            JobState::Waiting | JobState::Running => ImportProgress::Running,
            JobState::Done => ImportProgress::Done,
            JobState::Failed => ImportProgress::Failed,
        };
        // Without a report of an error, a worker has found that its process is gone.
        let gone = || row.error.as_ref().map(|error| json!(ApiError::import_gone(error).body(id)));
        Self {
            id: id.to_string(),
            state,
            by: part("by").and_then(|by| by.as_str().map(str::to_owned)).unwrap_or_default(),
            handoffs: part("handoffs").and_then(|handoffs| handoffs.as_u64()).unwrap_or_default(),
            begun_at: row.created_at,
            started_at: part("startedAt").and_then(|at| at.as_str()?.parse().ok()),
            ended_at: row.ended_at,
            error: part("error").or_else(gone),
            result: part("result"),
        }
    }

    /// With `Retry-After` while it is under way.
    fn answer(&self) -> Response {
        match self.state {
            ImportProgress::Running => {
                ([(header::RETRY_AFTER, RETRY_SECONDS)], axum::Json(self)).into_response()
            }
            ImportProgress::Done | ImportProgress::Failed => axum::Json(self).into_response(),
        }
    }
}

/// Whether the client wants no answer that takes long (RFC 7240).
pub(super) fn prefers_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    let mut names = preferences.flat_map(|value| value.split([',', ';']));
    names.any(|name| name.trim().eq_ignore_ascii_case(RESPOND_ASYNC))
}

/// The answer to a request whose import goes on. Its failure is then logged under the import's id.
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

/// An answer of JSON.
pub(super) fn json_body(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// What became of an import
///
/// Of one that was answered 202: how far it is, and its result. Every server knows both for a week. The list of all
/// handoffs is kept for an hour by the server that worked on the import; the others list the first problems.
#[utoipa::path(
    get,
    operation_id = "getImport",
    path = "/manage/v1/accounts/{accountId}/imports/{importId}",
    tag = "Handoffs",
    params(ImportPath),
    responses(
        (status = 200, description = "How far it is; `Retry-After` while it is under way", body = ImportStatus,
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
        return Ok(ImportStatus::of_row(id, &row.ok_or_else(ApiError::unknown_import)?).answer());
    };
    match job.end().as_ref().map(|end| &*end.result) {
        None => Ok(ImportStatus::new(&job, ImportProgress::Running).answer()),
        Some(Err(error)) => {
            let status = ImportStatus::new(&job, ImportProgress::Failed);
            Ok(ImportStatus { error: Some(json!(error.body(id))), ..status }.answer())
        }
        Some(Ok(answer)) => {
            let status = ImportStatus::new(&job, ImportProgress::Done);
            let status = serde_json::to_string(&status).map_err(|_| ApiError::internal())?;
            let open = status.strip_suffix('}').ok_or_else(ApiError::internal)?;
            Ok(json_body(answer.body(&format!("{open},\"result\":"), "}")))
        }
    }
}
