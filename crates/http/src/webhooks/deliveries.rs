//! What a webhook was told, and is to be told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, Delivery, DeliveryAttempt, ManageCredentials};
use outbound_model::{DeliveryState, Timestamp, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::changes::Change;
use crate::error::{ApiError, ErrorBody};
use crate::extract::Authorized;
use crate::extract::paging::{Items, ItemsAnswer, NumberedPage, PageParameters};
use crate::extract::path::{DeliveryNumber, Named, OfDelivery, OfWebhook};
use crate::refusals::{Refused, Unknown};

/// A delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedDelivery {
    /// Its number in the webhook: 1, 2, 3 …
    #[schema(example = 17)]
    number: i64,
    /// Where it stands.
    state: DeliveryState,
    /// What it tells; nothing for a ping.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
    /// Tries so far, one that is under way included.
    #[schema(example = 2)]
    attempts: u32,
    created_at: Timestamp,
    /// How the last try ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_attempt: Option<LastAttempt>,
    /// When it is tried next; while a server tries, when that one is given up for lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
}

/// A try that is over.
#[derive(Serialize, ToSchema)]
struct LastAttempt {
    at: Timestamp,
    /// The status that the receiver answered, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 500)]
    status: Option<u16>,
    /// What went wrong, if something did.
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
        let (change, last_attempt) = (change.map(Change::from), last_attempt.map(LastAttempt::from));
        Self { number, state, change, attempts, created_at, last_attempt, next_attempt_at }
    }
}

/// For the OpenAPI file.
type DeliveryPage = Items<ListedDelivery>;

/// What a webhook was told, and is to be told
///
/// The newest first. What is over stays for 30 days.
#[utoipa::path(
    get,
    operation_id = "listDeliveries",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries",
    tag = "Webhooks",
    params(OfWebhook, PageParameters),
    responses(
        (status = 200, description = "A page of deliveries", body = DeliveryPage,
            headers(("Link" = String))),
        Refused, Unknown,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    Named(id): Named<WebhookId>,
    page: NumberedPage,
    State(app): State<App>,
) -> Result<ItemsAnswer<ListedDelivery>, ApiError> {
    let found = app.webhook_deliveries(&grant, &id, page.before, page.count()).await?;
    Ok(page.answer(found, |delivery| delivery.number, ListedDelivery::from))
}

/// A delivery
#[utoipa::path(
    get,
    operation_id = "getDelivery",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}",
    tag = "Webhooks",
    params(OfDelivery),
    responses((status = 200, description = "The delivery", body = ListedDelivery), Refused, Unknown),
    security(("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ManageCredentials>,
    Named(id): Named<WebhookId>,
    Named(number): Named<DeliveryNumber>,
    State(app): State<App>,
) -> Result<Json<ListedDelivery>, ApiError> {
    Ok(Json(app.webhook_delivery(&grant, &id, number.0).await?.into()))
}

/// Send a delivery once more
///
/// With all its tries, whether it succeeded or failed before. It keeps its `webhook-id`.
#[utoipa::path(
    post,
    operation_id = "resendDelivery",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/deliveries/{number}/resend",
    tag = "Webhooks",
    params(OfDelivery),
    responses(
        (status = 202, description = "The delivery, to be tried at once", body = ListedDelivery),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        Refused, Unknown,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn resend(
    Authorized(grant): Authorized<ManageCredentials>,
    Named(id): Named<WebhookId>,
    Named(number): Named<DeliveryNumber>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<ListedDelivery>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.resend_delivery(&grant, &id, number.0).await?.into())))
}

/// Try a webhook out
///
/// Sends a message of type `webhook.ping`, once. Look at its delivery to see how that went.
#[utoipa::path(
    post,
    operation_id = "pingWebhook",
    path = "/manage/v1/accounts/{accountId}/webhooks/{webhookId}/ping",
    tag = "Webhooks",
    params(OfWebhook),
    responses(
        (status = 202, description = "The delivery, to be tried at once", body = ListedDelivery),
        (status = 409, description = "The webhook is disabled", body = ErrorBody),
        Refused, Unknown,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn ping(
    Authorized(grant): Authorized<ManageCredentials>,
    Named(id): Named<WebhookId>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<ListedDelivery>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(app.ping_webhook(&grant, &id).await?.into())))
}
