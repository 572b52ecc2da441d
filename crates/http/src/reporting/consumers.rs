//! Erasure of consumers. Addresses are in bodies only, because paths are logged.

use axum::Json;
use axum::extract::State;
use outbound_app::{App, ManageCredentials};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::path::AccountPath;

/// A consumer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsumerAddress {
    /// A phone number in international notation, or the address of another channel.
    #[schema(min_length = 1, max_length = 128, example = "+14155550111")]
    pub(crate) address: String,
}

/// Whether there was something to erase.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErasedConsumer {
    /// `false` if no message of the account has this address.
    erased: bool,
}

/// Erase a consumer
///
/// Deletes the encrypted address, personal data in campaigns, and all files with reports of the account. Messages and
/// totals stay, without a reference to a person, and an opt-out stays in effect. This cannot be undone.
#[utoipa::path(
    post,
    operation_id = "eraseConsumer",
    path = "/manage/v1/accounts/{accountId}/consumers/erase",
    tag = "Events",
    params(AccountPath),
    request_body = ConsumerAddress,
    responses(
        (status = 200, description = "Whether the consumer was known", body = ErasedConsumer),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn erase(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(ConsumerAddress { address }): JsonBody<ConsumerAddress>,
) -> Result<Json<ErasedConsumer>, ApiError> {
    Ok(Json(ErasedConsumer { erased: app.erase_consumer(&grant, &address).await? }))
}
