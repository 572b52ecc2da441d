//! Webhooks of an account: create, read, delete, disable and enable them, and rotate their secrets.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, ManageCredentials, Webhook};
use outbound_auth::Secret;
use outbound_model::{ChangeKind, DisabledReason, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::{AccountPath, PathValue, WebhookPath};

/// A webhook, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedWebhook {
    id: WebhookId,
    /// The URL that messages are posted to.
    #[schema(example = "https://receiver.example/outbound")]
    url: String,
    /// A description.
    #[schema(example = "CRM")]
    description: String,
    /// The kinds of change that are sent; if the list is empty, all kinds but `message.status` and `message.received`.
    kinds: Vec<ChangeKind>,
    created_at: Timestamp,
    /// When the receiver last accepted a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success_at: Option<Timestamp>,
    /// When it was disabled, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Timestamp>,
    /// Why it was disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_because: Option<DisabledReason>,
}

impl From<Webhook> for ListedWebhook {
    fn from(webhook: Webhook) -> Self {
        let (disabled_at, disabled_because) = webhook.disabled.unzip();
        let Webhook { id, url, description, kinds, created_at, last_success_at, .. } = webhook;
        Self { id, url, description, kinds, created_at, last_success_at, disabled_at, disabled_because }
    }
}

/// A webhook to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// The URL that messages are posted to, with `https` or `http`. Private networks are rejected unless the
    /// installation allows them.
    #[schema(pattern = "^https?:", max_length = 2048, example = "https://receiver.example/outbound")]
    url: String,
    /// The kinds of change to send; if the list is empty, all kinds but `message.status` and `message.received`.
    #[serde(default)]
    #[schema(value_type = Vec<ChangeKind>)]
    kinds: Vec<String>,
    /// A description.
    #[serde(default)]
    #[schema(max_length = 200, example = "CRM")]
    description: String,
}

/// A webhook with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: ListedWebhook,
    /// The secret that signs messages. It is shown only once.
    #[schema(example = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    secret: String,
}

impl From<(Webhook, Secret)> for CreatedWebhook {
    fn from((webhook, secret): (Webhook, Secret)) -> Self {
        Self { webhook: webhook.into(), secret: secret.expose().to_owned() }
    }
}

/// For the OpenAPI file.
type WebhookPage = Items<ListedWebhook>;

/// List the account's webhooks
///
/// The oldest webhook is first.
#[utoipa::path(
    get,
    operation_id = "listWebhooks",
    path = "/manage/v1/accounts/{accountId}/webhooks",
    tag = "Webhooks",
    params(AccountPath),
    responses((status = 200, description = "The webhooks", body = WebhookPage), CommonErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Json<Items<ListedWebhook>>, ApiError> {
    Ok(Items::all(app.webhooks(&grant).await?.into_iter().map(ListedWebhook::from).collect()))
}

/// Create a webhook
///
/// From now on, every change is sent to the webhook, in the format of Standard Webhooks (standardwebhooks.com).
/// Messages are signed with the secret, which is shown only in this response.
#[utoipa::path(
    post,
    operation_id = "createWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks",
    tag = "Webhooks",
    params(AccountPath),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook and its secret", body = CreatedWebhook),
        (status = 409, description = "The account has 20 webhooks already", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>), ApiError> {
    let parse_kind = |(index, kind): (usize, &String)| {
        kind.parse().map_err(|error| ApiError::bad_field(&format!("/kinds/{index}"), &error))
    };
    let kinds = new.kinds.iter().enumerate().map(parse_kind).collect::<Result<_, _>>()?;
    let new = outbound_app::NewWebhook { url: new.url, kinds, description: new.description };
    Ok((StatusCode::CREATED, Json(app.create_webhook(&grant, new).await?.into())))
}

/// Get a webhook
#[utoipa::path(
    get,
    operation_id = "getWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}",
    tag = "Webhooks",
    params(WebhookPath),
    responses(
        (status = 200, description = "The webhook", body = ListedWebhook),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<ListedWebhook>, ApiError> {
    Ok(Json(app.webhook(&grant, &id).await?.into()))
}

/// Delete a webhook
///
/// Deletes the webhook and all its deliveries. No more messages are sent.
#[utoipa::path(
    delete,
    operation_id = "deleteWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 204, description = "The webhook was deleted"), CommonErrorResponses, NotFoundResponse),
    security(("le_bearer" = [])),
)]
pub(crate) async fn delete(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<StatusCode, ApiError> {
    app.delete_webhook(&grant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disable a webhook
///
/// No messages are sent until it is enabled. Disabling it again changes nothing.
#[utoipa::path(
    post,
    operation_id = "disableWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/disable",
    tag = "Webhooks",
    params(WebhookPath),
    responses(
        (status = 200, description = "The webhook", body = ListedWebhook),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn disable(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<ListedWebhook>, ApiError> {
    Ok(Json(app.disable_webhook(&grant, &id).await?.into()))
}

/// Enable a webhook
///
/// Changes since it was disabled are sent as well. Enabling it again changes nothing.
#[utoipa::path(
    post,
    operation_id = "enableWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/enable",
    tag = "Webhooks",
    params(WebhookPath),
    responses(
        (status = 200, description = "The webhook", body = ListedWebhook),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn enable(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<ListedWebhook>, ApiError> {
    Ok(Json(app.enable_webhook(&grant, &id).await?.into()))
}

/// Rotate the secret of a webhook
///
/// The new secret is shown only in this response. For a day, messages are also signed with the previous secret.
#[utoipa::path(
    post,
    operation_id = "rotateWebhookSecret",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/rotate-secret",
    tag = "Webhooks",
    params(WebhookPath),
    responses(
        (status = 200, description = "The webhook and its secret", body = CreatedWebhook),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn rotate_secret(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<CreatedWebhook>, ApiError> {
    Ok(Json(app.rotate_webhook_secret(&grant, &id).await?.into()))
}
