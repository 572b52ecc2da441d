//! The link from a message to its campaign.

use maud::{Markup, html};
use outbound_app::{App, AppError, ReadCampaigns};
use outbound_campaigns::CampaignId;

use crate::sessions::session::Visit;

/// A link to a campaign. Campaigns of other systems, whose events were recorded, have no page.
pub(super) async fn campaign_link(app: &App, visit: &Visit, id: &str) -> Result<Markup, AppError> {
    let unknown = html! { code dir="auto" { (id) } };
    let Ok(known) = id.parse::<CampaignId>() else { return Ok(unknown) };
    match app.campaign(&visit.session.grant::<ReadCampaigns>()?, &known).await {
        Ok(campaign) => {
            Ok(html! { a dir="auto" href={ "/campaigns/" (known) } { (campaign.name) } " " code { (known) } })
        }
        Err(AppError::UnknownCampaign(_)) => Ok(unknown),
        Err(error) => Err(error),
    }
}
