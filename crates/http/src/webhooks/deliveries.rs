//! Deliveries of a webhook: list, read and resend them, and send a ping.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, Delivery, DeliveryAttempt, ManageCredentials};
use outbound_model::{DeliveryState, Timestamp, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::changes::ListedChange;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::paging::{Items, ItemsResponse, NumberedPage, PageParameters};
use crate::extract::path::{DeliveryNumber, DeliveryPath, PathValue, WebhookPath};

/// A delivery of a webhook.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedDelivery {
    /// The number of the delivery in the webhook: 1, 2, 3 …
    #[schema(example = 17)]
    number: i64,
    /// The state of the delivery.
    state: DeliveryState,
    /// The change that is delivered; absent for a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ListedChange>,
    /// The number of attempts so far, including a running one.
    #[schema(example = 2)]
    attempts: u32,
    created_at: Timestamp,
    /// The last completed attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_attempt: Option<LastAttempt>,
    /// The time of the next attempt. During an attempt, the time at which it is considered lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
}

/// A completed attempt.
#[derive(Serialize, ToSchema)]
struct LastAttempt {
    at: Timestamp,
    /// The HTTP status of the receiver's response, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 500)]
    status: Option<u16>,
    /// The error, if the attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "it answered 500")]
    error: Option<String>,
}

impl From<DeliveryAttempt> for LastAttempt {
    fn from(DeliveryAttempt { at, status, error }: DeliveryAttempt) -> Self {
        Self { at, status, error }
    }
}

impl From<Delivery> for ListedDelivery {
    fn from(delivery: Delivery) -> Self {
        let state = delivery.state();
        let Delivery { number, attempts, created_at, next_attempt_at, change, last_attempt, .. } = delivery;
        let (change, last_attempt) = (change.map(ListedChange::from), last_attempt.map(LastAttempt::from));
        Self { number, state, change, attempts, created_at, last_attempt, next_attempt_at }
    }
}

/// For the OpenAPI file.
type DeliveryPage = Items<ListedDelivery>;

/// List the deliveries of a webhook
///
/// The newest delivery is first. Completed deliveries are kept for 30 days.
#[utoipa::path(
    get,
    operation_id = "listDeliveries",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries",
    tag = "Webhooks",
    params(WebhookPath, PageParameters),
    responses(
        (status = 200, description = "A page of deliveries", body = DeliveryPage,
            headers(("Link" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    page: NumberedPage,
    State(app): State<App>,
) -> Result<ItemsResponse<ListedDelivery>, ApiError> {
    let found = app.webhook_deliveries(&grant, &id, page.before, page.count()).await?;
    Ok(page.response(found, |delivery| delivery.number, ListedDelivery::from))
}

/// Get a delivery
#[utoipa::path(
    get,
    operation_id = "getDelivery",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}",
    tag = "Webhooks",
    params(DeliveryPath),
    responses(
        (status = 200, description = "The delivery", body = ListedDelivery),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    PathValue(number): PathValue<DeliveryNumber>,
    State(app): State<App>,
) -> Result<Json<ListedDelivery>, ApiError> {
    Ok(Json(app.webhook_delivery(&grant, &id, number.0).await?.into()))
}

/// Resend a delivery
///
/// Sends a succeeded or failed delivery again, with the full number of attempts. The `webhook-id` stays the same.
#[utoipa::path(
    post,
    operation_id = "resendDelivery",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}/resend",
    tag = "Webhooks",
    params(DeliveryPath),
    responses(
        (status = 202, description = "The delivery, whose next attempt starts immediately", body = ListedDelivery),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn resend(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    PathValue(number): PathValue<DeliveryNumber>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<ListedDelivery>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.resend_delivery(&grant, &id, number.0).await?.into())))
}

/// Test a webhook
///
/// Sends a message of type `webhook.ping` once. Get the delivery to see the result.
#[utoipa::path(
    post,
    operation_id = "pingWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/ping",
    tag = "Webhooks",
    params(WebhookPath),
    responses(
        (status = 202, description = "The delivery, whose next attempt starts immediately", body = ListedDelivery),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn ping(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<WebhookId>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<ListedDelivery>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.ping_webhook(&grant, &id).await?.into())))
}
