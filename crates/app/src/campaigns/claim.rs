//! Claims due recipients of a lane: in one commit, each is marked as in flight, or changes without being sent.

use std::collections::{BTreeMap, HashMap};

use outbound_campaigns::{CampaignId, Transition};
use outbound_connectors::Provider;
use outbound_model::{AccountId, ChangeKind, Monotonic, Timestamp};
use outbound_reporting::TransactionId;
use outbound_store::{Campaign, CampaignTransaction, LaneId, RecipientChange, StoredRecipient};

use super::check::{Consumers, Due, Sender, Verdict, due_after};
use super::feed::{Reported, save_recipients};
use super::frozen::Frozen;
use super::permit::Permit;
use super::recipient_data::RecipientData;
use super::reported_message;
use super::sender::ProviderCall;
use super::times::CampaignTimes;
use crate::{App, AppError};

/// The minimum time between two claims of a stopped lane for which nothing is due that could end.
const STOPPED_SECONDS: i64 = 60;

/// A message that this process has to send. It is in flight.
#[derive(Clone, Debug)]
pub struct ClaimedMessage {
    pub(super) account: AccountId,
    pub(super) transaction: TransactionId,
    /// The revision of the recipient while it is in flight.
    pub(super) revision: u32,
    pub(super) provider: Provider,
    /// When it was claimed.
    pub(super) claimed_at: Monotonic,
    /// When its permit is available.
    pub(super) send_at: Monotonic,
    /// Taken after the commit of the claim.
    pub(super) permit: Option<Permit>,
    pub(super) call: ProviderCall,
}

impl ClaimedMessage {
    /// The message in reports.
    pub fn transaction(&self) -> TransactionId {
        self.transaction
    }

    /// When its permit is available: it must not be sent before.
    pub fn send_at(&self) -> Monotonic {
        self.send_at
    }
}

/// What may be claimed.
pub(super) struct ClaimRequest<'r> {
    /// The process.
    pub(super) owner: &'r str,
    /// The maximum number of recipients.
    pub(super) limit: u32,
    /// The number of claims of the lane that the process knows of.
    pub(super) known_claims: i64,
}

/// What a claim did.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub(super) messages: Vec<ClaimedMessage>,
    /// The rate of the lane. `None` if this process must not send for it.
    pub(super) rate: Option<u32>,
    /// The number of claims of the lane. If it is smaller than the known one, the database has lost commits, and nothing was
    /// claimed.
    pub(super) claims: i64,
}

/// The changes of a claim.
#[derive(Default)]
struct Changes {
    times: CampaignTimes,
    recipients: Vec<RecipientChange>,
    reported: Reported,
    messages: Vec<ClaimedMessage>,
}

impl App {
    /// Claims due recipients of a lane that the process has leased. Those of a stopped lane are not sent, but end if their
    /// campaign has ended.
    pub(super) async fn claim_lane(
        &self,
        account: &AccountId,
        lane_id: &LaneId,
        ClaimRequest { owner, limit, known_claims }: ClaimRequest<'_>,
    ) -> Result<Claim, AppError> {
        let known = self.campaign_account(account).await?;
        let connection = self.open_connection(account).await?;
        let now = self.clock.now();
        let mut transaction = self.store.write_campaigns(account).await?;
        let Some(mut lane) = transaction.lane(lane_id).await? else {
            return Ok(Claim { claims: known_claims, ..Claim::default() });
        };
        let claims = lane.claims;
        if claims < known_claims || !lane.is_leased_to(owner, now) {
            return Ok(Claim { claims, ..Claim::default() });
        }
        let rate = Some(lane.rate);
        if let Some(blocked_until) = lane.blocked_until.filter(|until| *until > now) {
            lane.due_at = Some(blocked_until);
            transaction.save_lane(&lane).await?;
            transaction.commit().await?;
            return Ok(Claim { rate, claims, ..Claim::default() });
        }
        if limit == 0 {
            return Ok(Claim { rate, claims, ..Claim::default() });
        }
        let is_stopped = lane.paused_reason.is_some();
        let answers = if is_stopped { 0 } else { limit };
        let mut messages = self
            .claim_answers(account, &mut *transaction, (lane_id, answers), connection.as_ref(), now)
            .await?;
        let limit = limit.saturating_sub(u32::try_from(messages.len()).unwrap_or(u32::MAX));
        let due = transaction.due_recipients(lane_id, now, limit).await?;
        let is_all = due.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        let sender = Sender { is_stopped, connection: connection.as_ref(), zone: &known.zone };
        let oldest = now.plus_seconds(-known.conversation_seconds());
        let changes = self.claimed(account, &mut *transaction, due, &sender, (now, oldest)).await?;
        let with_statuses = known.records(ChangeKind::MessageStatus);
        self.add_reported(&mut *transaction, account, &changes.reported, with_statuses).await?;
        save_recipients(&mut *transaction, &changes.recipients, now).await?;
        messages.extend(changes.messages);
        lane.due_at = transaction.next_due(lane_id).await?;
        if is_stopped && is_all {
            // Only answers are left, which wait until the lane is resumed.
            lane.due_at = lane.due_at.map(|at| at.max(now.plus_seconds(STOPPED_SECONDS)));
        }
        lane.blocked_until = None;
        lane.claims = claims.saturating_add(1);
        transaction.save_lane(&lane).await?;
        transaction.commit().await?;
        Ok(Claim { messages, rate, claims: lane.claims })
    }

    /// Conversations whose last message is `oldest` or older are closed.
    async fn claimed(
        &self,
        account: &AccountId,
        transaction: &mut dyn CampaignTransaction,
        due: Vec<StoredRecipient>,
        sender: &Sender<'_>,
        (now, oldest): (Timestamp, Timestamp),
    ) -> Result<Changes, AppError> {
        let campaigns = frozen_campaigns(transaction, &due).await?;
        let mut all = Vec::new();
        for stored in due {
            let Some((campaign, frozen)) = campaigns.get(&stored.campaign) else { continue };
            let data = stored.sealed.as_deref();
            let data =
                data.map(|sealed| self.open_recipient(account, &stored.campaign, sealed)).transpose()?;
            let keys = data.iter().flat_map(RecipientData::addresses);
            let keys = keys.map(|address| self.consumer_key(account, address)).collect();
            all.push(Due { stored, campaign, frozen, data, keys });
        }
        // Before opt-outs are read, because a message is sent only within a limited time after that.
        let claimed_at = self.clock.monotonic();
        let consumers = consumers(transaction, &all, oldest).await?;
        let mut changes = Changes { times: self.campaign_times, ..Changes::default() };
        for due in &all {
            let verdict = self.check_due(account, due, &consumers, sender, now)?;
            changes.add(account, due, verdict, (now, claimed_at))?;
        }
        Ok(changes)
    }
}

impl Changes {
    fn add(
        &mut self,
        account: &AccountId,
        due: &Due<'_>,
        verdict: Verdict,
        (now, claimed_at): (Timestamp, Monotonic),
    ) -> Result<(), AppError> {
        let before = due.recipient();
        let (after, due_at) = match &verdict {
            Verdict::Wait(until) => (before.clone(), Some(*until)),
            Verdict::Send(..) => {
                let after = before.apply(&Transition::Start)?;
                let due_at = due_after(&after, &due.stored, self.times, now);
                (after, due_at)
            }
            Verdict::Change(transition) => {
                let after = before.apply(transition)?;
                let due_at = due_after(&after, &due.stored, self.times, now);
                (after, due_at)
            }
        };
        let attempt = (due.stored.number, before.retries());
        let attempted_at = due.stored.transaction.attempted_at();
        let message = reported_message(due.campaign, due.frozen, attempt, attempted_at)?;
        self.reported.add(&due.stored, message.events(&before, &after, now));
        if let Verdict::Send(provider, call) = verdict {
            self.messages.push(ClaimedMessage {
                account: account.clone(),
                transaction: due.stored.transaction,
                revision: due.stored.revision.saturating_add(1),
                provider,
                claimed_at,
                send_at: claimed_at,
                permit: None,
                call,
            });
        }
        let after = due.after(after, due_at, now);
        self.recipients.push(RecipientChange { before: before.state().clone(), after });
        Ok(())
    }
}

/// The campaigns of recipients, with what they send.
pub(super) async fn frozen_campaigns(
    transaction: &mut dyn CampaignTransaction,
    recipients: &[StoredRecipient],
) -> Result<BTreeMap<CampaignId, (Campaign, Frozen)>, AppError> {
    let ids: Vec<_> = recipients.iter().map(|recipient| &recipient.campaign).collect();
    let read = |campaign: Campaign| {
        let frozen = Frozen::from_json(&campaign.frozen)?;
        Ok((campaign.ids.proactive.clone(), (campaign, frozen)))
    };
    transaction.campaigns(&ids).await?.into_iter().map(read).collect()
}

/// What is known about the consumers of due recipients. Conversations whose last message is `oldest` or older are closed.
async fn consumers(
    transaction: &mut dyn CampaignTransaction,
    due: &[Due<'_>],
    oldest: Timestamp,
) -> Result<Consumers, AppError> {
    let keys: Vec<_> = due.iter().flat_map(|due| due.keys.iter().copied()).collect();
    let opted_out = transaction.opted_out(&keys).await?.into_iter().collect();
    let conversations = transaction.conversations(&keys).await?;
    let open: HashMap<_, _> =
        conversations.into_iter().map(|open| (open.consumer, open.last_message_at)).collect();
    let in_conversation = open.into_iter().filter(|(_, last)| *last > oldest).map(|(key, _)| key).collect();
    Ok(Consumers { opted_out, in_conversation })
}
