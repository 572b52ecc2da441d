//! Records what providers did with messages.

use std::collections::BTreeMap;

use outbound_campaigns::{CampaignId, Recipient, Transition};
use outbound_connectors::{ErrorClass, Outcome, ProviderId, ThrottleScope};
use outbound_model::{AccountId, ChangeDetails, ChangeKind, Timestamp};
use outbound_reporting::TransactionId;
use outbound_store::{Campaign, FailureStreak, OptOut, RecipientChange, StoredRecipient};

use super::check::due_after;
use super::claim::{ClaimedMessage, frozen_campaigns};
use super::decide::restored;
use super::feed::{AUTOMATIC, Reported, about, save_opt_out, save_recipients};
use super::follow_up::FollowUps;
use super::frozen::Frozen;
use super::reported_message;
use crate::{App, AppError};

/// How long a lane or recipient waits if a provider does not say it: a second, as rates are per second.
const THROTTLE_SECONDS: i64 = 1;
/// The same for a recipient who gets too many messages (Meta's error 131056 asks for at least 6 seconds).
const RECIPIENT_SECONDS: i64 = 60;
/// The first wait after a temporary failure, which doubles with each change of the recipient.
const RETRY_SECONDS: i64 = 5;
const MAX_RETRY_SECONDS: i64 = 10 * 60;

/// The number of failures of one class in a row after which a campaign pauses.
const MAX_FAILURES: u32 = 50;

/// The recipients of settled messages, and what follows.
#[derive(Default)]
struct Settled {
    changes: Vec<RecipientChange>,
    reported: Reported,
    opt_outs: Vec<(OptOut, ChangeDetails)>,
    streaks: BTreeMap<CampaignId, Option<FailureStreak>>,
    follow_ups: FollowUps,
}

impl App {
    /// Records outcomes of messages of one account in one commit, and adds what follows from them. Messages that a
    /// callback has settled before are not changed.
    pub(super) async fn settle(
        &self,
        account: &AccountId,
        outcomes: &[(ClaimedMessage, Outcome)],
        follow_ups: &mut FollowUps,
    ) -> Result<(), AppError> {
        let known = self.campaign_account(account).await?;
        let now = self.clock.now();
        let by_transaction: BTreeMap<_, _> =
            outcomes.iter().map(|(message, outcome)| (message.transaction, (message, outcome))).collect();
        let transactions: Vec<TransactionId> = by_transaction.keys().copied().collect();
        let mut transaction = self.store.write_campaigns(account).await?;
        let recipients = transaction.recipients_of(&transactions).await?;
        let campaigns = frozen_campaigns(&mut *transaction, &recipients).await?;
        let mut settled = Settled::default();
        for stored in recipients {
            let (Some((message, outcome)), Some((campaign, frozen))) =
                (by_transaction.get(&stored.transaction), campaigns.get(&stored.campaign))
            else {
                continue;
            };
            // Another process may have taken over. Only an acceptance is true whatever happened since.
            let is_current = stored.revision == message.revision;
            if is_current || matches!(outcome, Outcome::Accepted { .. }) {
                self.settle_one(account, &mut settled, (campaign, frozen), stored, outcome, now)?;
            }
        }
        let Settled { changes, reported, opt_outs, streaks, follow_ups: new } = settled;
        // Before the commit, because it may take effect although it fails. Then another attempt finds nothing.
        follow_ups.add(new);
        let with_statuses = known.records(ChangeKind::MessageStatus);
        self.add_reported(&mut *transaction, account, &reported, with_statuses).await?;
        save_recipients(&mut *transaction, &changes, now).await?;
        for (campaign, streak) in &streaks {
            transaction.set_failures(campaign, streak.as_ref()).await?;
        }
        for (opt_out, about) in opt_outs {
            save_opt_out(&mut *transaction, &opt_out, AUTOMATIC, about).await?;
        }
        Ok(transaction.commit().await?)
    }

    fn settle_one(
        &self,
        account: &AccountId,
        settled: &mut Settled,
        (campaign, frozen): (&Campaign, &Frozen),
        stored: StoredRecipient,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let before = restored(&stored, frozen);
        let Some((transition, wait)) = transition(outcome, &stored) else { return Ok(()) };
        // A callback was faster, or a person decided.
        let Ok(after) = before.apply(&transition) else { return Ok(()) };
        settled.note(campaign, &stored, outcome, now);
        if let Outcome::Refused { class: ErrorClass::OptOut, .. } = outcome {
            let opt_out = self.provider_opt_out(account, frozen, &stored, now)?;
            settled.opt_outs.push((opt_out, about(&stored)));
        }
        let message_id = (stored.number, before.retries());
        let message = reported_message(campaign, frozen, message_id, stored.transaction.attempted_at())?;
        settled.reported.add(&stored, message.events(&before, &after, now));
        let after = self.settled_recipient(account, frozen, stored, after, (outcome, wait), now)?;
        settled.changes.push(RecipientChange { before: before.state().clone(), after });
        Ok(())
    }

    /// The row of a recipient after a transition. A recipient that waits again may have another channel.
    fn settled_recipient(
        &self,
        account: &AccountId,
        frozen: &Frozen,
        stored: StoredRecipient,
        recipient: Recipient,
        (outcome, wait): (&Outcome, i64),
        now: Timestamp,
    ) -> Result<StoredRecipient, AppError> {
        let mut after = stored;
        if recipient.channel() != after.recipient.channel()
            && let Some(channel) = frozen.channel(recipient.channel())
        {
            after.lane = channel.lane.clone();
            if let Some(sealed) = &after.sealed
                && let Some(address) =
                    self.open_recipient(account, &after.campaign, sealed)?.address(channel.name)
            {
                after.consumer = self.consumer_key(account, address);
            }
        }
        // Also in a campaign that is paused or cancelled: the claim decides, because a decision of a person that is
        // committed at the same time does not see that the recipient waits.
        after.due_at = due_after(&recipient, &after, self.campaign_times, now.plus_seconds(wait));
        after.sealed = after.sealed.filter(|_| recipient.state().keeps_data());
        if let Outcome::Accepted { provider_id } = outcome {
            after.provider_id = Some(ProviderId::as_str(provider_id).to_owned());
        }
        after.recipient = recipient;
        after.changed_at = now;
        Ok(after)
    }

    /// The opt-out that a provider reports for a message. Without an address if that is deleted, as it is once a message is
    /// sent: the key of the consumer suffices to send no more messages.
    pub(super) fn provider_opt_out(
        &self,
        account: &AccountId,
        frozen: &Frozen,
        stored: &StoredRecipient,
        now: Timestamp,
    ) -> Result<OptOut, AppError> {
        const SOURCE: &str = "provider";
        let data = stored.sealed.as_deref();
        let data = data.map(|sealed| self.open_recipient(account, &stored.campaign, sealed)).transpose()?;
        let channel = frozen.channel(stored.recipient.channel());
        if let (Some(data), Some(channel)) = (&data, channel)
            && let Some(address) = data.address(channel.name)
        {
            return self.opt_out(account, address, now, (SOURCE, None));
        }
        Ok(OptOut {
            consumer: stored.consumer,
            sealed_address: Vec::new(),
            since: now,
            source: SOURCE.to_owned(),
            keyword: None,
        })
    }
}

impl Settled {
    /// Counts failures in a row, and notes what lanes and campaigns have to do.
    fn note(&mut self, campaign: &Campaign, stored: &StoredRecipient, outcome: &Outcome, now: Timestamp) {
        let id = &campaign.ids.proactive;
        let streak = self.streaks.get(id).cloned().unwrap_or_else(|| campaign.failures.clone());
        match outcome {
            Outcome::Accepted { .. } if streak.is_some() => {
                self.streaks.insert(id.clone(), None);
            }
            Outcome::Refused { class: ErrorClass::StopLane, error, .. } => {
                self.follow_ups.stopped.insert(stored.lane.clone(), error.to_string());
            }
            Outcome::Refused { class: ErrorClass::TemplateState, error, .. } => {
                self.follow_ups.paused.insert(id.clone(), error.to_string());
            }
            Outcome::Refused { class, error, .. } if *class != ErrorClass::OptOut => {
                let class = format!("{class:?}");
                let known = streak.filter(|streak| streak.class == class).map_or(0, |streak| streak.count);
                let count = known.saturating_add(1);
                if count >= MAX_FAILURES {
                    let reason = format!("{count} failures in a row, the last one with the error {error}");
                    self.follow_ups.paused.insert(id.clone(), reason);
                }
                self.streaks.insert(id.clone(), Some(FailureStreak { class, count }));
            }
            Outcome::Throttled { retry_after, scope: ThrottleScope::Lane, .. } => {
                let until = now.plus_seconds(seconds(*retry_after).unwrap_or(THROTTLE_SECONDS));
                self.follow_ups.blocked.insert(stored.lane.clone(), until);
            }
            _ => {}
        }
    }
}

/// What an outcome means for the recipient, and how many seconds a recipient that waits again has to wait. `None` if
/// nothing changes: an unknown outcome stays in flight, because a callback may still settle it.
fn transition(outcome: &Outcome, stored: &StoredRecipient) -> Option<(Transition, i64)> {
    Some(match outcome {
        Outcome::Accepted { .. } => (Transition::Accept, 0),
        Outcome::Refused { class: ErrorClass::StopLane | ErrorClass::TemplateState, .. } => {
            (Transition::Postpone, 0)
        }
        // A consumer who opted out on one channel is not tried on another one.
        Outcome::Refused { definite: false, error, .. }
        | Outcome::Refused { class: ErrorClass::OptOut, error, .. } => (Transition::Fail(error.clone()), 0),
        Outcome::Refused { error, .. } => (Transition::Refuse(error.clone()), 0),
        Outcome::Throttled { retry_after, scope, .. } => {
            let default = match scope {
                ThrottleScope::Lane => THROTTLE_SECONDS,
                ThrottleScope::Recipient => RECIPIENT_SECONDS,
            };
            (Transition::Postpone, seconds(*retry_after).unwrap_or(default))
        }
        Outcome::RetryLater { retry_after, .. } => {
            let doubled = RETRY_SECONDS << (stored.revision / 2).min(10);
            (Transition::Postpone, seconds(*retry_after).unwrap_or(doubled.min(MAX_RETRY_SECONDS)))
        }
        Outcome::Unknown { .. } => return None,
    })
}

fn seconds(duration: Option<std::time::Duration>) -> Option<i64> {
    duration.and_then(|duration| i64::try_from(duration.as_secs()).ok())
}
