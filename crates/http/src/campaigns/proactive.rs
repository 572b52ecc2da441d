//! LivePerson's Proactive Messaging API (contract §6.1): accepts campaigns, and shows the state of their recipients.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, LaunchCampaigns, ReadCampaigns, Submission};
use outbound_campaigns::{CampaignId, CampaignResponse, ConversationsResponse};

use super::client::AuthorizedClient;
use super::path::CampaignPath;
use super::request_schema::{CampaignRequestBody, request_example, response_example};
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::body::JsonText;
use crate::extract::path::{AccountPath, PathValue};
use crate::extract::preconditions::{IDEMPOTENT_REPLAYED, IdempotencyKey};

/// Start a campaign
///
/// Accepts up to 100 consumers and sends their messages in the background. Consumers with an error are in
/// `failedConsumers` and get no message. With an `Idempotency-Key`, repeating the request within 7 days starts no further
/// campaign and gets the same response.
#[utoipa::path(
    post,
    operation_id = "startCampaign",
    path = "/api/v2/account/{accountId}/campaign",
    tag = "Proactive campaigns",
    params(
        AccountPath,
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 257,
            description = "Any 1 to 255 characters"),
    ),
    request_body(content = CampaignRequestBody, example = json!(request_example())),
    responses(
        (status = 200, description = "The campaign", body = CampaignResponse<'_>,
            headers(("Idempotent-Replayed" = String)), example = json!(response_example())),
        (status = 422, description = "The `Idempotency-Key` was used with another request", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.launch"])),
)]
pub(crate) async fn start(
    AuthorizedClient(grant): AuthorizedClient<LaunchCampaigns>,
    IdempotencyKey(key): IdempotencyKey,
    caller: Caller,
    State(app): State<App>,
    JsonText(body): JsonText,
) -> Result<Response, ApiError> {
    let submission = Submission { idempotency_key: key.as_deref(), request_id: caller.request_id() };
    let accepted = app.accept_campaign(&grant, &body, submission).await?;
    let mut response = ([(CONTENT_TYPE, "application/json")], accepted.body).into_response();
    if accepted.is_repeated {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The state of each recipient of a campaign
///
/// `FINISHED` and `FAILED` (cancelled) are final.
#[utoipa::path(
    get,
    operation_id = "getCampaignConversations",
    path = "/api/v2/account/{accountId}/campaign/{campaignId}/conversations",
    tag = "Proactive campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The recipients", body = ConversationsResponse<'_>),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.read"])),
)]
pub(crate) async fn conversations(
    AuthorizedClient(grant): AuthorizedClient<ReadCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let found = app.campaign_conversations(&grant, &id).await?;
    Ok(Json(found.response()).into_response())
}
