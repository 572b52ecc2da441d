//! Decisions of people about a campaign.

use axum::Json;
use axum::extract::State;
use outbound_app::{App, Grant, LaunchCampaigns};
use outbound_campaigns::{CampaignId, Decision};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::CampaignItem;
use super::path::CampaignPath;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::path::PathValue;

async fn decide(
    app: &App,
    grant: &Grant<LaunchCampaigns>,
    id: &CampaignId,
    decision: Decision,
) -> Result<Json<CampaignItem>, ApiError> {
    let campaign = app.decide(grant, id, decision).await?;
    // The decision is made, so an error must not suggest that it is not.
    let creator = app.creator_name(grant, &campaign).await.unwrap_or_else(|_| campaign.created_by.clone());
    Ok(Json(CampaignItem::new(campaign, creator)))
}

/// Launch a campaign
///
/// Starts a draft. A campaign of `startCampaign` is a draft if the account requires four eyes: then another person than its
/// creator has to launch it.
#[utoipa::path(
    post,
    operation_id = "launchCampaign",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/launch",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The campaign", body = CampaignItem),
        (status = 409, description = "The campaign is no draft", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn launch(
    Authorized(grant): Authorized<LaunchCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<CampaignItem>, ApiError> {
    decide(&app, &grant, &id, Decision::Launch).await
}

/// Pause a campaign
///
/// Messages in flight are not affected. Recipients that wait expire as they would have without the pause.
#[utoipa::path(
    post,
    operation_id = "pauseCampaign",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/pause",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The campaign", body = CampaignItem),
        (status = 409, description = "The campaign is not launched", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn pause(
    Authorized(grant): Authorized<LaunchCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<CampaignItem>, ApiError> {
    decide(&app, &grant, &id, Decision::Pause).await
}

/// Resume a campaign
///
/// Continues where it was paused. No recipient gets a message twice.
#[utoipa::path(
    post,
    operation_id = "resumeCampaign",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/resume",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The campaign", body = CampaignItem),
        (status = 409, description = "The campaign is not paused", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn resume(
    Authorized(grant): Authorized<LaunchCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<CampaignItem>, ApiError> {
    decide(&app, &grant, &id, Decision::Resume).await
}

/// Cancel a campaign
///
/// Recipients that wait get no message. Messages in flight are not affected. This cannot be undone.
#[utoipa::path(
    post,
    operation_id = "cancelCampaign",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/cancel",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The campaign", body = CampaignItem),
        (status = 409, description = "The campaign is cancelled already", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn cancel(
    Authorized(grant): Authorized<LaunchCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<CampaignItem>, ApiError> {
    decide(&app, &grant, &id, Decision::Cancel).await
}

/// The result of a retry.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetriedRecipients {
    /// The number of messages that are sent again.
    #[schema(example = 12)]
    retried: u64,
}

/// Send the failed messages of a campaign again
///
/// Each is another message in reports. Addresses are kept for a week; later, messages cannot be sent again.
#[utoipa::path(
    post,
    operation_id = "retryFailedRecipients",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/retry-failed",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The number of messages", body = RetriedRecipients),
        (status = 409, description = "The campaign was cancelled or has expired", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn retry_failed(
    Authorized(grant): Authorized<LaunchCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<RetriedRecipients>, ApiError> {
    Ok(Json(RetriedRecipients { retried: app.retry_failed(&grant, &id).await? }))
}
