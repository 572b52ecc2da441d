//! Import of handoffs from files: returns a plan, or applies it with `mode=apply`.

use std::time::Duration;

use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use outbound_app::{App, ChannelDefaults, FileImport, Format, PublishMode, ReadOptions, WriteHandoffs};
use outbound_model::{ChannelType, random_uuid};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

use super::import_jobs::{ImportJob, ImportJobs, ImportResult};
use super::import_response::ImportResponse;
use super::import_schema::{ImportFormat, ImportMode};
use super::import_status::{ImportStatus, accepted, json_body, prefers_async};
use super::import_upload::ImportUpload;
use super::import_work::{ImportContext, ImportWork};
use super::managed_handoff::draft_example;
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::path::AccountPath;
use crate::extract::query::Parameters;

/// The query parameters of an import.
const PARAMETERS: [&str; 9] =
    ["mode", "publish", "format", "channel", "name", "language", "sender", "namespace", "serviceAccountName"];

/// How long a request with `Prefer: respond-async` waits until the import is recorded for other nodes.
const RECORD_TIMEOUT: Duration = Duration::from_secs(1);

/// The query of an import.
pub(crate) struct ImportQuery {
    applies: bool,
    publish: PublishMode,
    format: Option<Format>,
    channel: Option<ChannelType>,
    name: Option<String>,
    defaults: ChannelDefaults,
}

impl<S: Sync> FromRequestParts<S> for ImportQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Parameters::of(parts, &PARAMETERS)?;
        let applies = match query.text("mode") {
            None | Some("plan") => false,
            Some("apply") => true,
            Some(_) => return Err(ApiError::bad_parameter("mode must be plan or apply")),
        };
        Ok(Self {
            applies,
            publish: match query.text("publish") {
                None => PublishMode::Valid,
                Some(_) if query.flag("publish")? => PublishMode::All,
                Some(_) => PublishMode::Nothing,
            },
            format: query.value("format")?,
            channel: query.value("channel")?,
            name: query.text("name").map(str::to_owned),
            defaults: ChannelDefaults {
                language: query.text("language").map(str::to_owned),
                sender: query.text("sender").map(str::to_owned),
                namespace: query.text("namespace").map(str::to_owned),
                service_account_name: query.text("serviceAccountName").map(str::to_owned),
            },
        })
    }
}

/// Import handoffs
///
/// Imports LivePerson's JSON, Meta's message templates, Twilio's contents or Google's RBM messages. With `mode=plan`
/// (the default), the response describes what would happen to each handoff. With `mode=apply`, all handoffs are
/// imported, or none. Imported handoffs are published, unless they have errors or a channel of an unknown type; use
/// `publish` to change that. A template that was imported before is updated. If the import takes longer than a few
/// seconds, the response is 202 and the import continues in the background.
#[utoipa::path(
    post,
    operation_id = "importHandoffs",
    path = "/manage/v1/accounts/{accountId}/handoffs/import",
    tag = "Handoffs",
    params(
        AccountPath,
        ("mode" = Option<ImportMode>, Query, description = "Whether to apply the import; default `plan`"),
        ("format" = Option<ImportFormat>, Query, description = "The format of the body; detected by default"),
        ("publish" = Option<bool>, Query, description = "`true`: publish all handoffs; `false`: \
            save all as drafts; by default, handoffs with errors or a channel of an unknown type stay drafts"),
        ("channel" = Option<ChannelType>, Query,
            description = "The channel of contents whose type does not determine it"),
        ("name" = Option<String>, Query, description = "The name of handoffs whose format has no names"),
        ("language" = Option<String>, Query, description = "The language of channels without one"),
        ("sender" = Option<String>, Query, description = "The `outboundnumber` of channels without one; \
            the default is the account's `importDefaults`"),
        ("namespace" = Option<String>, Query, description = "The namespace of WhatsApp channels without one; \
            the default is the account's `importDefaults`"),
        ("serviceAccountName" = Option<String>, Query, description = "The service account of RCS channels without \
            one; the default is the account's `importDefaults`"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: respond with 202 immediately"),
    ),
    request_body(content = Value, description = "A file in one of the formats. For `liveperson`, an array of \
        `HandoffDraft` or a single one", example = json!([draft_example()])),
    responses(
        (status = 200, description = "The result or plan for each handoff", body = ImportResponse),
        (status = 202, description = "The import continues; get its status from `Location`", body = ImportStatus,
            headers(("Location" = String), ("Retry-After" = String), ("Preference-Applied" = String))),
        (status = 409, description = "Nothing was imported: `fields` lists the handoffs that cannot be \
            imported, or the account requires another user to publish (`own_version`)", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn import(
    Authorized(grant): Authorized<WriteHandoffs>,
    query: ImportQuery,
    caller: Caller,
    Extension(jobs): Extension<ImportJobs>,
    headers: HeaderMap,
    State(app): State<App>,
    upload: ImportUpload,
) -> Result<Response, ApiError> {
    let deadline = Instant::now() + caller.work_wait();
    let ImportQuery { applies, publish, format, channel, name, defaults } = query;
    let defaults = app.import_defaults(&grant, defaults).await?;
    let import = FileImport { format, options: ReadOptions { name, channel, defaults }, publish, applies };
    let place = app.queue_import(&grant)?;
    let edge = caller.edge().clone();
    let (account, id) = (grant.account().clone(), random_uuid(edge.generator()));
    let job = jobs.begin(&account, grant.principal(), id, edge.clock());
    let respond_async = prefers_async(&headers);
    if respond_async {
        job.accept();
    }
    let context = ImportContext { app, edge, jobs: jobs.clone(), job: job.clone() };
    tokio::spawn(context.work(ImportWork { grant, import, upload, place }).in_current_span());
    if respond_async {
        // Other nodes find the import by its row. With SQLite, the row may have to wait until another import has
        // finished writing; but then there is only this node, which knows the import anyway.
        timeout(RECORD_TIMEOUT, job.recorded()).await.unwrap_or(Ok(()))?;
        return Ok(accepted(&account, job, true));
    }
    if let Ok(result) = timeout_at(deadline, job.finished()).await {
        return finished_response(&jobs, &job, result);
    }
    job.accept();
    // The import may have ended just before it was marked as accepted; then its row is not kept.
    match job.completion() {
        Some(completion) => finished_response(&jobs, &job, Some(completion.result)),
        None => Ok(accepted(&account, job, false)),
    }
}

/// Returns the response of an import that ended within its request.
fn finished_response(
    jobs: &ImportJobs,
    job: &ImportJob,
    result: Option<ImportResult>,
) -> Result<Response, ApiError> {
    jobs.remove(job.id);
    match &*result.ok_or_else(ApiError::internal)? {
        Ok(import) => Ok(json_body(import.body("", ""))),
        Err(error) => Err(error.clone()),
    }
}
