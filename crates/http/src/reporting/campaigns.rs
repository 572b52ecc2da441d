//! Reports and analytics of campaigns.

use axum::extract::State;
use axum::response::Response;
use outbound_app::{App, ReadReports};
use outbound_model::AccountId;
use outbound_reporting::{
    CampaignAnalyticsResponse, CampaignReport, RequestMetadata, Text, Transaction, campaign_interval, group,
};

use super::path::{CampaignPath, PathCampaign};
use super::response::{AcceptsGzip, Built, Report, respond};
use crate::error::ApiError;
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;

/// The state of each consumer of a campaign
///
/// Returns all messages of the campaign on one page, in the order of their attempts.
#[utoipa::path(
    get,
    operation_id = "getCampaignReport",
    path = "/api/account/{accountId}/app/{app}/campaigns/{proactiveCampaignId}",
    tag = "Outbound reporting",
    params(CampaignPath),
    responses(
        (status = 200, description = "The consumers", body = CampaignReport,
            headers(("X-Outbound-Data-As-Of" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["reports.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn report(
    Authorized(grant): Authorized<ReadReports>,
    PathCampaign(campaign): PathCampaign,
    gzip: AcceptsGzip,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let as_of = app.data_as_of();
    let rows = app.campaign_transactions(&grant, campaign.as_str()).await?;
    if rows.is_empty() {
        return Err(ApiError::unknown_campaign());
    }
    let report = Consumers { account: grant.account().clone(), campaign, rows };
    respond(&app, &grant, gzip, as_of, report).await
}

struct Consumers {
    account: AccountId,
    campaign: Text,
    rows: Vec<Transaction>,
}

impl Report for Consumers {
    fn json(self) -> Result<Vec<u8>, serde_json::Error> {
        let metadata = RequestMetadata::of_campaign_report(self.account, self.campaign);
        serde_json::to_vec(&CampaignReport::new(metadata, &self.rows))
    }
}

/// Totals of a campaign
///
/// Returns the totals of the campaign's messages by day (UTC), channel and skill.
#[utoipa::path(
    get,
    operation_id = "getCampaignAnalytics",
    path = "/api/account/{accountId}/app/{app}/campaigns/{proactiveCampaignId}/analytics",
    tag = "Outbound reporting",
    params(CampaignPath),
    responses(
        (status = 200, description = "The totals", body = CampaignAnalyticsResponse,
            headers(("X-Outbound-Data-As-Of" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["reports.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn analytics(
    Authorized(grant): Authorized<ReadReports>,
    PathCampaign(campaign): PathCampaign,
    gzip: AcceptsGzip,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let as_of = app.data_as_of();
    let totals = app.campaign_totals(&grant, campaign.as_str()).await?;
    let totals = totals.ok_or_else(ApiError::unknown_campaign)?;
    let times = campaign_interval(totals.first, totals.last);
    let metadata = RequestMetadata::of_campaign_analytics(grant.account().clone(), times);
    let response = Built(move || CampaignAnalyticsResponse::new(metadata, group(totals.cells)));
    respond(&app, &grant, gzip, as_of, response).await
}
