//! Imports that go on after their request was answered: how far they are, and what became of them.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::WriteHandoffs;
use outbound_model::{AccountId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::import_answer::ImportAnswer;
use super::import_jobs::{ImportJob, ImportJobs};
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::extract::Authorized;
use crate::extract::path::{Named, OfImport};
use crate::refusals::{Refused, Unknown};

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
    /// How many handoffs it has worked on.
    handoffs: u64,
    /// When it began.
    begun_at: Timestamp,
    /// Why nothing was imported, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorBody>,
    /// What became of each handoff, once it is done. The last field: it is written from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ImportAnswer>,
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
    fn new(job: &ImportJob, state: ImportProgress, error: Option<ErrorBody>) -> Self {
        let (id, handoffs) = (job.id.to_string(), job.progress.handoffs());
        Self { id, state, handoffs, begun_at: job.begun_at, error, result: None }
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
    let status = ImportStatus::new(&job, ImportProgress::Running, None);
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
pub(super) fn json(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// What became of an import
///
/// Of one that was answered 202: how far it is, and its result, which is kept for an hour. Behind several servers, ask
/// the one that answered.
#[utoipa::path(
    get,
    operation_id = "getImport",
    path = "/manage/v1/accounts/{accountId}/imports/{importId}",
    tag = "Handoffs",
    params(OfImport),
    responses(
        (status = 200, description = "How far it is; `Retry-After` while it is under way", body = ImportStatus,
            headers(("Retry-After" = String))),
        Refused, Unknown,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<WriteHandoffs>,
    Named(id): Named<Uuid>,
    caller: Caller,
    Extension(jobs): Extension<ImportJobs>,
) -> Result<Response, ApiError> {
    let now = caller.edge().clock().monotonic();
    let job = jobs.find(grant.account(), id, now).ok_or_else(ApiError::unknown_import)?;
    match job.result().as_deref() {
        None => {
            let status = ImportStatus::new(&job, ImportProgress::Running, None);
            Ok(([(header::RETRY_AFTER, RETRY_SECONDS)], axum::Json(status)).into_response())
        }
        Some(Err(error)) => {
            let status = ImportStatus::new(&job, ImportProgress::Failed, Some(error.body(id)));
            Ok(axum::Json(status).into_response())
        }
        Some(Ok(answer)) => {
            let status = ImportStatus::new(&job, ImportProgress::Done, None);
            let status = serde_json::to_string(&status).map_err(|_| ApiError::internal())?;
            let open = status.strip_suffix('}').ok_or_else(ApiError::internal)?;
            Ok(json(answer.body(&format!("{open},\"result\":"), "}")))
        }
    }
}
