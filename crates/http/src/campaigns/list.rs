//! The campaigns of an account.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::request::Parts;
use outbound_app::{App, Campaign, CampaignPosition, ReadCampaigns};
use outbound_campaigns::{CampaignId, CampaignStatus, RecipientCounts};
use outbound_model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::path::CampaignPath;
use crate::error::ApiError;
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::paging::{
    Items, ItemsResponse, PageParameters, bad_cursor, decode_cursor, encode_cursor, take_page,
};
use crate::extract::path::{AccountPath, PathValue};
use crate::extract::query::Parameters;

/// A campaign.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CampaignItem {
    id: CampaignId,
    #[schema(example = "Autumn")]
    name: String,
    /// The skill that gets replies.
    #[schema(example = "sales")]
    skill: String,
    status: CampaignState,
    /// Why the campaign was paused automatically.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    recipients: RecipientNumbers,
    created_at: Timestamp,
    /// A login name, a client id, or `command line`.
    #[schema(example = "anna")]
    created_by: String,
    /// The name of the client, or the same as `createdBy`.
    #[schema(example = "anna")]
    created_by_name: String,
    /// After this time no message is sent.
    expires_at: Timestamp,
}

/// The status of a campaign. `finished`: nothing more will be sent, unless a person decides to.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CampaignState {
    Draft,
    Running,
    Paused,
    Finished,
    Cancelled,
}

/// The number of recipients in each state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecipientNumbers {
    waiting: u64,
    /// The provider may be processing the message.
    in_flight: u64,
    /// A provider accepted the message.
    sent: u64,
    failed: u64,
    /// The consumer opted out or had an open conversation.
    skipped: u64,
    /// Not sent, because the campaign was cancelled or has expired. The list of recipients distinguishes the two.
    cancelled: u64,
    /// It is not known whether the provider accepted the message. A person has to decide.
    unknown: u64,
}

impl CampaignItem {
    /// The campaign, with the name of who created it.
    pub(super) fn new(campaign: Campaign, created_by_name: String) -> Self {
        let status = match CampaignStatus::of(campaign.control, &campaign.counts) {
            CampaignStatus::Draft => CampaignState::Draft,
            CampaignStatus::Running => CampaignState::Running,
            CampaignStatus::Paused => CampaignState::Paused,
            CampaignStatus::Finished => CampaignState::Finished,
            CampaignStatus::Cancelled => CampaignState::Cancelled,
        };
        let Campaign { ids, name, skill, reason, counts, created_at, created_by, expires_at, .. } = campaign;
        let recipients = counts.into();
        Self {
            id: ids.proactive,
            name,
            skill,
            status,
            reason,
            recipients,
            created_at,
            created_by,
            created_by_name,
            expires_at,
        }
    }
}

/// The campaign with the name of its creator in `names`, which contains clients only.
fn named(campaign: Campaign, names: &HashMap<String, String>) -> CampaignItem {
    let name = names.get(&campaign.created_by).unwrap_or(&campaign.created_by).clone();
    CampaignItem::new(campaign, name)
}

impl From<RecipientCounts> for RecipientNumbers {
    fn from(counts: RecipientCounts) -> Self {
        let RecipientCounts { waiting, in_flight, sent, failed, skipped, cancelled, unknown } = counts;
        Self { waiting, in_flight, sent, failed, skipped, cancelled, unknown }
    }
}

/// The requested page.
pub(crate) struct CampaignListPage {
    before: Option<CampaignPosition>,
    limit: u32,
}

impl<S: Sync> FromRequestParts<S> for CampaignListPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["limit", "cursor"])?;
        let before = parameters.text("cursor").map(|cursor| {
            let position = decode_cursor(cursor)?;
            let read = |(time, id): (&str, &str)| {
                let created_at = Timestamp::from_millis(time.parse().ok()?)?;
                Some(CampaignPosition { created_at, id: id.parse().ok()? })
            };
            position.split_once(' ').and_then(read).ok_or_else(bad_cursor)
        });
        Ok(Self { before: before.transpose()?, limit: parameters.limit()? })
    }
}

/// For the OpenAPI file.
type CampaignPage = Items<CampaignItem>;

/// List the campaigns of the account
///
/// The newest campaign is first.
#[utoipa::path(
    get,
    operation_id = "listCampaigns",
    path = "/manage/v1/accounts/{accountId}/campaigns",
    tag = "Campaigns",
    params(AccountPath, PageParameters),
    responses(
        (status = 200, description = "A page of campaigns", body = CampaignPage, headers(("Link" = String))),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.read"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadCampaigns>,
    CampaignListPage { before, limit }: CampaignListPage,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<ItemsResponse<CampaignItem>, ApiError> {
    let mut found = app.campaigns(&grant, before.as_ref(), limit + 1).await?;
    let more = take_page(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| encode_cursor(&format!("{} {}", last.created_at.millis(), last.ids.proactive)));
    let creators = found.iter().map(|campaign| campaign.created_by.as_str());
    let names = app.creator_names(&grant, creators).await?;
    let item = |campaign| named(campaign, &names);
    Ok(Items::page(found.into_iter().map(item).collect(), next, &uri))
}

/// Get a campaign
#[utoipa::path(
    get,
    operation_id = "getCampaign",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}",
    tag = "Campaigns",
    params(CampaignPath),
    responses(
        (status = 200, description = "The campaign", body = CampaignItem),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.read"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    State(app): State<App>,
) -> Result<Json<CampaignItem>, ApiError> {
    let campaign = app.campaign(&grant, &id).await?;
    let names = app.creator_names(&grant, [campaign.created_by.as_str()]).await?;
    Ok(Json(named(campaign, &names)))
}
