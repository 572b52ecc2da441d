//! Behaviour of campaigns.

pub(super) mod acceptance;
pub(super) mod answers;
pub(super) mod consumers;
pub(super) mod feed;
pub(super) mod lanes;
pub(super) mod recipients;

use outbound_campaigns::{CampaignIds, Control, RecipientCounts};
use outbound_model::AccountId;
use outbound_reporting::{ReportingChannel, TransactionId};

use super::sample;
use crate::{
    AcceptedRequest, Campaign, CampaignAdded, ConsumerKey, DailyCount, LaneId, NewCampaign, NewRecipient,
    Store, StoreError,
};

/// The daily limit of these campaigns.
const LIMIT: u32 = 10;

/// A launched campaign that was created at this second.
pub(super) fn campaign(number: u8, second: i64) -> Campaign {
    Campaign {
        ids: CampaignIds::from_random([number; 24]),
        created_at: sample::time(second),
        created_by: "anna".to_owned(),
        name: format!("Campaign {number}"),
        skill: "sales".to_owned(),
        control: Control::Launched,
        reason: None,
        expires_at: sample::time(1000),
        frozen: r#"{"channels":[]}"#.to_owned(),
        counts: RecipientCounts::default(),
        failures: None,
    }
}

pub(super) fn lane(sender: &str) -> LaneId {
    LaneId::new(ReportingChannel::Sms, sender)
}

pub(super) fn consumer(number: u8) -> ConsumerKey {
    ConsumerKey([number; 16])
}

/// A recipient that is due at this second.
pub(super) fn recipient(number: u8, lane: &LaneId, second: i64) -> NewRecipient {
    NewRecipient {
        transaction: TransactionId::from_bytes([number; 16]),
        lane: lane.clone(),
        due_at: Some(sample::time(second)),
        consumer: consumer(number),
        other_consumers: Vec::new(),
        sealed: vec![number, 0, 255],
    }
}

/// Adds a campaign in a transaction of its own.
pub(super) async fn add(
    store: &dyn Store,
    account: &AccountId,
    campaign: &Campaign,
    recipients: &[NewRecipient],
    request: Option<(&str, AcceptedRequest)>,
) -> Result<CampaignAdded, StoreError> {
    let count = u32::try_from(recipients.len()).unwrap_or(u32::MAX);
    let daily = [DailyCount { channel: ReportingChannel::Sms, count }];
    let mut transaction = store.write_campaigns(account).await?;
    let new = NewCampaign {
        campaign,
        recipients,
        daily: &daily,
        daily_limit: LIMIT,
        request,
        sealed_events: b"events",
    };
    let added = transaction.add_campaign(&new).await?;
    if added == CampaignAdded::Added {
        transaction.commit().await?;
    }
    Ok(added)
}
