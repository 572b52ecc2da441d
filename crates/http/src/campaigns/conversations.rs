//! Open conversations with consumers, who get no messages of campaigns. Addresses are in bodies only, because paths are
//! logged.

use axum::Json;
use axum::extract::State;
use outbound_app::{App, WriteCampaigns};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::path::AccountPath;
use crate::reporting::consumers::ConsumerAddress;

/// Whether there was something to close.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClosedConversation {
    /// `false` if the consumer has no open conversation.
    closed: bool,
}

/// Close the conversation with a consumer
///
/// Campaigns send to the consumer again. Conversations also close by an event, or after some time without a message.
#[utoipa::path(
    post,
    operation_id = "closeConversation",
    path = "/manage/v1/accounts/{accountId}/conversations/close",
    tag = "Campaigns",
    params(AccountPath),
    request_body = ConsumerAddress,
    responses(
        (status = 200, description = "Whether there was an open conversation", body = ClosedConversation),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn close(
    Authorized(grant): Authorized<WriteCampaigns>,
    State(app): State<App>,
    JsonBody(ConsumerAddress { address }): JsonBody<ConsumerAddress>,
) -> Result<Json<ClosedConversation>, ApiError> {
    Ok(Json(ClosedConversation { closed: app.close_conversation(&grant, &address).await? }))
}
