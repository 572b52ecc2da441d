//! Webhooks of the account: who is told of changes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, ManageCredentials, Webhook};
use outbound_auth::Secret;
use outbound_model::{ChangeKind, DisabledBecause, Timestamp, WebhookId};
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
    /// Where messages are posted to.
    #[schema(example = "https://receiver.example/outbound")]
    url: String,
    /// What people say about it.
    #[schema(example = "CRM")]
    description: String,
    /// The kinds of change that it is told of; every kind where the list is empty.
    kinds: Vec<ChangeKind>,
    created_at: Timestamp,
    /// When its receiver took a message last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success_at: Option<Timestamp>,
    /// Since when it is sent nothing, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_because: Option<DisabledBecause>,
}

impl From<Webhook> for ListedWebhook {
    fn from(webhook: Webhook) -> Self {
        let (disabled_at, disabled_because) = webhook.disabled.unzip();
        let Webhook { id, url, description, kinds, created_at, last_success_at, .. } = webhook;
        Self { id, url, description, kinds, created_at, last_success_at, disabled_at, disabled_because }
    }
}

/// A webhook to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// Where to post to: `https` or `http`, in no private network unless the installation allows it.
    #[schema(pattern = "^https?:", max_length = 2048, example = "https://receiver.example/outbound")]
    url: String,
    /// The kinds of change that it wants; every kind where there are none.
    #[serde(default)]
    #[schema(value_type = Vec<ChangeKind>)]
    kinds: Vec<String>,
    /// What people say about it.
    #[serde(default)]
    #[schema(max_length = 200, example = "CRM")]
    description: String,
}

/// A webhook with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: ListedWebhook,
    /// What signs, shown this once.
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

/// The account's webhooks
///
/// The oldest first.
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

/// Make a webhook
///
/// It is told of every change from now on, by messages as the Standard Webhooks have them
/// (standardwebhooks.com), signed with the secret that is shown this once.
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
    let kind = |(index, text): (usize, &String)| {
        text.parse().map_err(|error| ApiError::bad_field(&format!("/kinds/{index}"), &error))
    };
    let kinds = new.kinds.iter().enumerate().map(kind).collect::<Result<_, _>>()?;
    let new = outbound_app::NewWebhook { url: new.url, kinds, description: new.description };
    Ok((StatusCode::CREATED, Json(app.create_webhook(&grant, new).await?.into())))
}

/// A webhook
#[utoipa::path(
    get,
    operation_id = "getWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The webhook", body = ListedWebhook), CommonErrorResponses, NotFoundResponse),
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
/// With all its deliveries; it is told nothing more.
#[utoipa::path(
    delete,
    operation_id = "deleteWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 204, description = "Done"), CommonErrorResponses, NotFoundResponse),
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
/// It is sent nothing more until it is enabled. A second time changes nothing.
#[utoipa::path(
    post,
    operation_id = "disableWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/disable",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The webhook", body = ListedWebhook), CommonErrorResponses, NotFoundResponse),
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
/// It is told of everything that happened since it was disabled. A second time changes nothing.
#[utoipa::path(
    post,
    operation_id = "enableWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/enable",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The webhook", body = ListedWebhook), CommonErrorResponses, NotFoundResponse),
    security(("le_bearer" = [])),
)]
pub(crate) async fn enable(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<ListedWebhook>, ApiError> {
    Ok(Json(app.enable_webhook(&grant, &id).await?.into()))
}

/// Give a webhook another secret
///
/// It is shown this once. For a day messages are signed with the one before as well.
#[utoipa::path(
    post,
    operation_id = "rotateWebhookSecret",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/rotate-secret",
    tag = "Webhooks",
    params(WebhookPath),
    responses((status = 200, description = "The webhook and its secret", body = CreatedWebhook), CommonErrorResponses, NotFoundResponse),
    security(("le_bearer" = [])),
)]
pub(crate) async fn rotate_secret(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<Json<CreatedWebhook>, ApiError> {
    Ok(Json(app.rotate_webhook_secret(&grant, &id).await?.into()))
}
