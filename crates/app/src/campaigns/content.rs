//! What a campaign sends and when, for pages that show it.

use outbound_model::HandoffId;
use outbound_reporting::ReportingChannel;
use outbound_schedule::Windows;
use outbound_store::Campaign;

use super::frozen::Frozen;
use crate::AppError;

/// What a campaign sends. Nothing of it changes after the campaign was accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignContent {
    /// The handoff; `None` for plain SMS.
    pub handoff: Option<HandoffId>,
    /// The channels with their senders, in the order in which they are tried. In-app messages have an empty sender.
    pub channels: Vec<(ReportingChannel, String)>,
    /// The windows of the request; `None` for the defaults of the channels.
    pub windows: Option<Windows>,
}

impl CampaignContent {
    /// The content of a campaign.
    pub fn of(campaign: &Campaign) -> Result<Self, AppError> {
        let Frozen { handoff, channels, windows, .. } = Frozen::from_json(&campaign.frozen)?;
        let channels =
            channels.into_iter().map(|channel| (channel.name, channel.lane.sender().to_owned())).collect();
        Ok(Self { handoff, channels, windows })
    }
}
