//! Handoffs come in from files of any known format: first the plan, then the deed.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use outbound_app::{App, ChannelDefaults, Format, ImportText, Incoming, Publish, WriteHandoffs};
use outbound_model::ChannelType;
use tokio::task::spawn_blocking;

use super::import_answer::ImportAnswer;
use super::import_schema::{ImportFormat, ImportMode};
use super::import_upload::ImportUpload;
use super::managed::draft_example;
use crate::error::{ApiError, ErrorBody};
use crate::extract::Authorized;
use crate::extract::path::InAccount;
use crate::extract::query::Parameters;
use crate::refusals::{BadBody, Refused};

/// The parameters of an import.
const KNOWN: [&str; 9] =
    ["mode", "publish", "format", "channel", "name", "language", "sender", "namespace", "serviceAccountName"];

/// The query of an import.
pub(crate) struct ImportQuery {
    applies: bool,
    publish: Publish,
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
                None => Publish::Sound,
                Some(_) if query.flag("publish")? => Publish::All,
                Some(_) => Publish::Nothing,
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
/// was imported before is updated.
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
    ),
    request_body(content = Value, description = "A text in any of the formats: for `liveperson` an array of \
        `HandoffDraft`, or one", example = json!([draft_example()])),
    responses(
        (status = 200, description = "What becomes, or became, of each handoff", body = ImportAnswer),
        (status = 409, description = "Nothing was imported: `fields` tells which handoffs cannot be, or the \
            account wants another person to publish (`own_version`)", body = ErrorBody),
        Refused, BadBody,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn import(
    Authorized(grant): Authorized<WriteHandoffs>,
    query: ImportQuery,
    State(app): State<App>,
    mut upload: ImportUpload,
) -> Result<Json<ImportAnswer>, ApiError> {
    let ImportQuery { applies, publish, format, channel, name, given } = query;
    let defaults = app.import_defaults(&grant, given).await?;
    // One at a time of an account, and few in all, as each needs much memory.
    let turn = app.import_turn(&grant).await?;
    let reader = app.clone();
    // Reading megabytes takes longer than other requests on this thread should wait. If the client disconnects,
    // it goes on until it is done, so the turn goes along.
    let reading = spawn_blocking(move || {
        let read = || {
            let text = upload.read()?;
            Ok::<_, ApiError>(reader.read_import(ImportText {
                text: &text,
                format,
                channel,
                name,
                defaults,
            })?)
        };
        (read(), upload, turn)
    });
    let (read, upload, turn) = reading.await.map_err(|_| ApiError::internal())?;
    let read = read?;
    let handoffs: Vec<_> = read.iter().map(Incoming::from).collect();
    let plan = if applies {
        app.import_all(&grant, &handoffs, publish).await?
    } else {
        app.plan_import(&grant, &handoffs, publish).await?
    };
    drop((upload, turn));
    Ok(Json(ImportAnswer::new(applies, &read, plan)))
}
