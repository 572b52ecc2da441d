//! Lanes: the senders of each channel with their rates, and why they stopped.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, Lane, LaneId, LaunchCampaigns, ReadCampaigns};
use outbound_model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::AccountPath;

/// A lane.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaneItem {
    /// The channel and the sender.
    #[schema(example = "sms/14155550100")]
    lane: String,
    /// The maximum number of messages in any second.
    #[schema(example = 9)]
    rate: u32,
    /// Until when the provider accepts no messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked_until: Option<Timestamp>,
    /// The error because of which nothing is sent until a person resumes the lane.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "twilio_20003")]
    reason: Option<String>,
}

impl From<Lane> for LaneItem {
    fn from(lane: Lane) -> Self {
        let Lane { id, rate, blocked_until, paused_reason: reason, .. } = lane;
        Self { lane: id.to_string(), rate, blocked_until, reason }
    }
}

/// A lane to resume.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LaneToResume {
    /// The channel and the sender, as the list of lanes has them.
    #[schema(min_length = 1, example = "sms/14155550100")]
    lane: String,
}

/// For the OpenAPI file.
type LanePage = Items<LaneItem>;

/// List the lanes of the account
///
/// A lane is a sender of a channel. It exists from the first campaign with the sender on.
#[utoipa::path(
    get,
    operation_id = "listLanes",
    path = "/manage/v1/accounts/{accountId}/lanes",
    tag = "Campaigns",
    params(AccountPath),
    responses((status = 200, description = "The lanes", body = LanePage), CommonErrorResponses),
    security(("app_jwt" = ["campaigns.read"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadCampaigns>,
    State(app): State<App>,
) -> Result<Json<Items<LaneItem>>, ApiError> {
    Ok(Items::all(app.lanes(&grant).await?.into_iter().map(LaneItem::from).collect()))
}

/// Resume a lane
///
/// For a lane that stopped because of its credentials or its sender, or that waits because of its provider. A lane that
/// sends is not affected.
#[utoipa::path(
    post,
    operation_id = "resumeLane",
    path = "/manage/v1/accounts/{accountId}/lanes/resume",
    tag = "Campaigns",
    params(AccountPath),
    request_body = LaneToResume,
    responses(
        (status = 204, description = "The lane sends again"),
        (status = 404, description = "The account has no such lane", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.launch"]), ("le_bearer" = [])),
)]
pub(crate) async fn resume(
    Authorized(grant): Authorized<LaunchCampaigns>,
    State(app): State<App>,
    JsonBody(LaneToResume { lane }): JsonBody<LaneToResume>,
) -> Result<StatusCode, ApiError> {
    let id: LaneId = lane.parse().map_err(|error| ApiError::bad_field("/lane", &error))?;
    if !app.resume_lane(&grant, &id).await? {
        let message = "the account has no such lane; GET …/lanes lists them";
        return Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message));
    }
    Ok(StatusCode::NO_CONTENT)
}
