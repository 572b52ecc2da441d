//! Handoffs come in from files of any known format: first the plan, then the deed.

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

use super::import_answer::ImportAnswer;
use super::import_jobs::{ImportJob, ImportJobs, ImportResult};
use super::import_schema::{ImportFormat, ImportMode};
use super::import_status::{ImportStatus, accepted, json_body, prefers_async};
use super::import_upload::ImportUpload;
use super::import_work::{ImportContext, ImportWork};
use super::managed::draft_example;
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::extract::Authorized;
use crate::extract::path::InAccount;
use crate::extract::query::Parameters;
use crate::refusals::{BadBody, Refused};

/// The parameters of an import.
const KNOWN: [&str; 9] =
    ["mode", "publish", "format", "channel", "name", "language", "sender", "namespace", "serviceAccountName"];

/// What is left of the time for a request when an import is answered 202.
const MARGIN: Duration = Duration::from_secs(2);

/// How long `Prefer: respond-async` waits until other nodes know of the import.
const RECORD_TIMEOUT: Duration = Duration::from_secs(1);

/// The query of an import.
pub(crate) struct ImportQuery {
    applies: bool,
    publish: PublishMode,
    format: Option<Format>,
    channel: Option<ChannelType>,
    name: Option<String>,
    given: ChannelDefaults,
}

impl<S: Sync> FromRequestParts<S> for ImportQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Parameters::of(parts, &KNOWN)?;
        let applies = match query.text("mode") {
            None | Some("plan") => false,
            Some("apply") => true,
            Some(_) => return Err(ApiError::bad_parameter("mode is plan or apply")),
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
            given: ChannelDefaults {
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
/// From LivePerson's JSON, Meta's message templates, Twilio's contents or Google's RBM messages. `plan`
/// (the default) says what would become of each; `apply` does it, all or nothing. Handoffs are published;
/// those with errors or a channel of an unknown type stay drafts. `publish` says otherwise. A template that
/// was imported before is updated. What takes longer than some seconds goes on after an answer of 202.
#[utoipa::path(
    post,
    operation_id = "importHandoffs",
    path = "/manage/v1/accounts/{accountId}/handoffs/import",
    tag = "Handoffs",
    params(
        InAccount,
        ("mode" = Option<ImportMode>, Query, description = "Whether to do it; `plan` without it"),
        ("format" = Option<ImportFormat>, Query, description = "The format of the text; found out without it"),
        ("publish" = Option<bool>, Query, description = "`true`: publish all as they are; `false`: \
            save drafts only; without it, handoffs with errors or a channel of an unknown type stay drafts"),
        ("channel" = Option<ChannelType>, Query, description = "The channel of contents whose type says none"),
        ("name" = Option<String>, Query, description = "The name of messages whose format has none"),
        ("language" = Option<String>, Query, description = "The language of channels that have none"),
        ("sender" = Option<String>, Query,
            description = "The `outboundnumber` of channels that have none; else the account's `importDefaults`"),
        ("namespace" = Option<String>, Query, description = "The namespace of WhatsApp channels, likewise"),
        ("serviceAccountName" = Option<String>, Query, description = "That of RCS channels, likewise"),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: answer 202 at once"),
    ),
    request_body(content = Value, description = "A text in any of the formats: for `liveperson` an array of \
        `HandoffDraft`, or one", example = json!([draft_example()])),
    responses(
        (status = 200, description = "What becomes, or became, of each handoff", body = ImportAnswer),
        (status = 202, description = "It goes on: ask at `Location` for what became of it", body = ImportStatus,
            headers(("Location" = String), ("Retry-After" = String), ("Preference-Applied" = String))),
        (status = 409, description = "Nothing was imported: `fields` tells which handoffs cannot be, or the \
            account wants another person to publish (`own_version`)", body = ErrorBody),
        Refused, BadBody,
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
    let until = Instant::now() + caller.edge().limits().request.saturating_sub(MARGIN);
    let ImportQuery { applies, publish, format, channel, name, given } = query;
    let defaults = app.import_defaults(&grant, given).await?;
    let import = FileImport { format, options: ReadOptions { name, channel, defaults }, publish, applies };
    let place = app.queue_import(&grant)?;
    let edge = caller.edge().clone();
    let (account, id) = (grant.account().clone(), random_uuid(edge.generator()));
    let job = jobs.begin(&account, grant.principal(), id, edge.clock());
    let answers_at_once = prefers_async(&headers);
    if answers_at_once {
        job.accept();
    }
    let context = ImportContext { app, edge, jobs: jobs.clone(), job: job.clone() };
    tokio::spawn(context.work(ImportWork { grant, import, upload, place }).in_current_span());
    if answers_at_once {
        // Every node knows of the import by its row. While another import is SQLite's one writer, the row comes
        // later; but SQLite has one node, which knows of it anyway.
        timeout(RECORD_TIMEOUT, job.recorded()).await.unwrap_or(Ok(()))?;
        return Ok(accepted(&account, job, true));
    }
    if let Ok(result) = timeout_at(until, job.finished()).await {
        return answer(&jobs, &job, result);
    }
    job.accept();
    // It may have ended just before that; then its row is not kept.
    match job.end() {
        Some(end) => answer(&jobs, &job, Some(end.result)),
        None => Ok(accepted(&account, job, false)),
    }
}

/// Answers what became of an import within its request.
fn answer(jobs: &ImportJobs, job: &ImportJob, result: Option<ImportResult>) -> Result<Response, ApiError> {
    jobs.forget(job.id);
    match &*result.ok_or_else(ApiError::internal)? {
        Ok(answer) => Ok(json_body(answer.body("", ""))),
        Err(error) => Err(error.clone()),
    }
}
