//! Checks a request, and makes what is stored of it.

use std::collections::{BTreeMap, BTreeSet};

use outbound_campaigns::{
    AcceptedConsumer, CampaignError, CampaignIds, CampaignRequest, CampaignResponse, Checks, Control,
    HandoffSpec, RecipientCounts,
};
use outbound_model::{AccountId, Handoff, Timestamp};
use outbound_reporting::{Event, Occurrence, TransactionId};
use outbound_schedule::Zone;
use outbound_store::{Campaign, DailyCount, NewRecipient};

use uuid::Uuid;

use super::frozen::Frozen;
use super::{EXPIRE_SECONDS, KEPT_SECONDS, reported_message};
use crate::{AccountSettings, App, AppError};

/// A checked request, ready to be stored.
pub(super) struct Prepared {
    pub(super) campaign: Campaign,
    pub(super) recipients: Vec<NewRecipient>,
    pub(super) daily: Vec<DailyCount>,
    pub(super) events: Vec<Event>,
    pub(super) response: Vec<u8>,
    /// The settings with which it was checked.
    pub(super) settings: AccountSettings,
}

/// What a request is compared with.
pub(super) struct Context {
    pub(super) account: AccountId,
    pub(super) created_by: String,
    pub(super) request_id: Uuid,
    pub(super) handoff: Option<Handoff>,
    pub(super) spec: HandoffSpec,
    pub(super) settings: AccountSettings,
    pub(super) now: Timestamp,
}

impl App {
    /// Checks a request. Takes milliseconds for 100 recipients, so it runs outside of the async threads.
    pub(super) fn prepare(&self, context: &Context, body: &[u8]) -> Result<Prepared, AppError> {
        let request = CampaignRequest::read(body)?;
        let checks = Checks {
            handoff: &context.spec,
            permitted_media_hosts: &context.settings.permitted_media_hosts,
            personal_info: context.settings.campaigns.personal_info,
        };
        if !context.settings.campaigns.permits_skill(request.skill()) {
            return Err(CampaignError::UnknownSkill.into());
        }
        let checked = request.check(checks)?;
        let frozen = Frozen::new(&request, context.handoff.as_ref(), &context.spec)?;
        let mut random = [0; 24];
        self.generator.fill(&mut random);
        let mut campaign = Campaign {
            ids: CampaignIds::from_random(random),
            created_at: context.now,
            created_by: context.created_by.clone(),
            name: request.campaign_name().to_owned(),
            skill: request.skill().to_owned(),
            // With four eyes, another person launches it.
            control: if context.settings.four_eyes { Control::Draft } else { Control::Launched },
            reason: None,
            expires_at: context.now,
            frozen: frozen.to_json()?,
            counts: RecipientCounts::default(),
            failures: None,
        };
        let (mut recipients, mut events) = (Vec::new(), Vec::new());
        let zone = context.settings.campaigns.zone()?;
        let mut last_opening = context.now;
        for (consumer, number) in checked.accepted.iter().zip(0..) {
            let opening = first_opening(&frozen, consumer, context.now, &zone);
            last_opening = last_opening.max(opening);
            let (recipient, event) = self.new_recipient(context, &campaign, &frozen, (consumer, number))?;
            recipients.push(NewRecipient { due_at: Some(opening), ..recipient });
            events.push(event);
        }
        campaign.expires_at = expires_at(&frozen, context.now, last_opening);
        if campaign.control == Control::Draft {
            for recipient in &mut recipients {
                recipient.due_at = Some(campaign.expires_at);
            }
        }
        let id = |index: usize| {
            recipients.get(index).map_or(TransactionId::first_at(context.now), |r| r.transaction)
        };
        let trace_id = context.request_id.to_string();
        let response = CampaignResponse::new(&campaign.ids, &trace_id, &checked, id);
        let response = serde_json::to_vec(&response)?;
        let (daily, settings) = (daily_counts(&recipients), context.settings.clone());
        Ok(Prepared { campaign, recipients, daily, events, response, settings })
    }

    fn new_recipient(
        &self,
        context: &Context,
        campaign: &Campaign,
        frozen: &Frozen,
        (consumer, number): (&AcceptedConsumer<'_>, u32),
    ) -> Result<(NewRecipient, Event), AppError> {
        let no_channel = || AppError::Internal("a campaign without channels".into());
        let channel = frozen.channel(0).ok_or_else(no_channel)?;
        let address = consumer.addresses().iter().find(|(name, _)| *name == channel.name);
        let (_, address) = address.or(consumer.addresses().first()).ok_or_else(no_channel)?;
        let message = reported_message(campaign, frozen, (number, 0), context.now)?;
        let mut event = message.attempted();
        if let Occurrence::Attempted { address: of_event, .. } = &mut event.occurrence {
            *of_event = Some(address.clone());
        }
        let key = self.consumer_key(&context.account, address);
        let keys = consumer.addresses().iter().map(|(_, one)| self.consumer_key(&context.account, one));
        let others: BTreeSet<_> = keys.filter(|one| *one != key).collect();
        let recipient = NewRecipient {
            transaction: event.transaction_id(&self.reporting_key, &context.account),
            lane: channel.lane.clone(),
            due_at: None,
            consumer: key,
            other_consumers: others.into_iter().collect(),
            sealed: self.seal_recipient(&context.account, &campaign.ids.proactive, consumer)?,
        };
        Ok((recipient, event))
    }
}

/// When the windows of the first channel are open for the first time.
fn first_opening(
    frozen: &Frozen,
    consumer: &AcceptedConsumer<'_>,
    now: Timestamp,
    account_zone: &Zone,
) -> Timestamp {
    let Some(channel) = frozen.channel(0) else { return now };
    let address = consumer.addresses().iter().find(|(name, _)| *name == channel.name);
    let address = address.map(|(_, address)| address);
    frozen.next_opening(channel, address, now, account_zone).unwrap_or(now)
}

/// A campaign with its own windows, for example one weekday, may continue at their next opening. Others end a day after
/// the last recipient could have got a message.
fn expires_at(frozen: &Frozen, now: Timestamp, last_opening: Timestamp) -> Timestamp {
    let latest = now.plus_seconds(KEPT_SECONDS);
    if frozen.windows.is_some() { latest } else { latest.min(last_opening.plus_seconds(EXPIRE_SECONDS)) }
}

/// Each recipient counts for the first channel.
fn daily_counts(recipients: &[NewRecipient]) -> Vec<DailyCount> {
    let mut counts = BTreeMap::new();
    for recipient in recipients {
        *counts.entry(recipient.lane.channel()).or_insert(0) += 1;
    }
    counts.into_iter().map(|(channel, count)| DailyCount { channel, count }).collect()
}
