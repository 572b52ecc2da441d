//! Campaigns: accepts requests, shows campaigns, carries out decisions of people, and sends.

mod accept;
mod account;
mod answers;
mod callback_connections;
mod callbacks;
mod calls;
mod check;
mod claim;
mod connections;
mod content;
mod conversations;
mod counts;
mod creators;
mod decide;
mod engine;
mod feed;
mod follow_up;
mod frozen;
mod hold;
mod inbound;
mod lane_claims;
mod lanes;
mod marker;
mod opt_out_files;
mod opt_outs;
mod outbox;
mod outcomes;
mod outgoing;
mod permit;
mod prepare;
mod provider;
mod purge;
mod read;
mod recipient_data;
mod resolve;
mod run;
mod sender;
mod sent_templates;
mod settings;
mod settle;
mod status_events;
mod stored_event;
mod times;
mod unsent;
mod unsettled;
mod waiting_statuses;

pub use accept::{AcceptedCampaign, Submission};
pub(crate) use account::AccountCache;
pub(crate) use callback_connections::CallbackConnections;
pub use callbacks::{CallbackRequest, signature_header};
pub use claim::ClaimedMessage;
pub use connections::{ConnectionInfo, MAX_CONNECTIONS, NewConnection};
pub use content::CampaignContent;
pub use counts::{CallbackCounts, MessageCounts};
pub use engine::CampaignEngine;
pub use marker::{NoMarker, SendingMarker};
pub use opt_out_files::{
    ExportedOptOuts, ImportedOptOuts, MAX_IMPORTED_OPT_OUTS, OptOutLine, RejectedOptOut, read_opt_outs,
};
pub use opt_outs::ListedOptOut;
pub use read::{CampaignConversations, CampaignRecipient, RecipientFilter};
pub use resolve::Resolution;
pub use sender::{NoProviders, ProviderCall, ProviderSender, ReceivedResponse, SendFailure};
pub use settings::{AddedKeywords, CampaignSettings};
pub use times::CampaignTimes;
pub(crate) use unsent::UnsentMessages;
pub(crate) use waiting_statuses::WaitingStatuses;

use outbound_campaigns::{CampaignId, ReportedMessage};
use outbound_model::Timestamp;
use outbound_reporting::{App as ReportingApp, Attempt, Event, Occurrence, Route, Source, Text};
use outbound_store::{Campaign, CampaignTransaction, StoredRecipient};

use crate::AppError;
use frozen::Frozen;

/// How long a campaign sends after the first opening of the last recipient, if the request has no windows.
const EXPIRE_SECONDS: i64 = 24 * 60 * 60;
/// How long a campaign can send, and how long its addresses, variables and stored responses are kept.
const KEPT_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Reads a campaign in a transaction; an error if there is none.
async fn read_campaign(
    transaction: &mut dyn CampaignTransaction,
    id: &CampaignId,
) -> Result<Campaign, AppError> {
    let found = transaction.campaigns(&[id]).await?.into_iter().next();
    found.ok_or_else(|| AppError::UnknownCampaign(id.clone()))
}

/// The id of the message to a recipient, from which the id of the transaction is derived.
fn message_id(campaign: &CampaignId, (number, retries): (u32, u32)) -> String {
    match retries {
        0 => format!("{campaign}-{number}"),
        retries => format!("{campaign}-{number}-{retries}"),
    }
}

/// An event of the message to a recipient.
fn event_of(recipient: &StoredRecipient, occurrence: Occurrence, time: Timestamp) -> Result<Event, AppError> {
    let id = message_id(&recipient.campaign, (recipient.number, recipient.recipient.retries()));
    let message_id = Text::new("messageId", id)?;
    Ok(Event { message_id, attempted_at: recipient.transaction.attempted_at(), time, occurrence })
}

/// The message to a recipient, as reports know it.
fn reported_message(
    campaign: &Campaign,
    frozen: &Frozen,
    (number, retries): (u32, u32),
    attempted_at: Timestamp,
) -> Result<ReportedMessage, AppError> {
    let id = &campaign.ids.proactive;
    let message_id = message_id(id, (number, retries));
    let channels: Vec<_> = frozen.channels.iter().map(|channel| channel.name).collect();
    let channel =
        *channels.first().ok_or_else(|| AppError::Internal("a campaign without channels".into()))?;
    let skill = Text::new("skill", campaign.skill.clone())?;
    Ok(ReportedMessage {
        message_id: Text::new("messageId", message_id)?,
        attempted_at,
        attempt: Attempt {
            route: Route {
                app: ReportingApp::Proactive,
                channel,
                skill: skill.clone(),
                source: Source::Api,
                initial_channel: channel,
                initial_skill: skill,
            },
            handoff_id: frozen.handoff.clone(),
            campaign_id: Some(Text::new("campaignId", id.to_string())?),
            ivr_number: None,
        },
        channels,
    })
}
