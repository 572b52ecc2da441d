//! Statuses that providers report: events for reporting, and the proof that a message was accepted.

use std::collections::{BTreeMap, BTreeSet};

use outbound_campaigns::{RecipientState, Transition};
use outbound_connectors::{DeliveryStep, ErrorClass, StatusEvent};
use outbound_model::{AccountId, ChangeKind, Timestamp};
use outbound_reporting::{Event, TransactionId};
use outbound_store::{RecipientChange, StoredRecipient};

use super::claim::frozen_campaigns;
use super::decide::restored;
use super::feed::{AUTOMATIC, Reported, about, save_opt_out, save_recipients};
use super::{event_of, reported_message};
use crate::{App, AppError};

/// A status with its time.
#[derive(Clone)]
pub(super) struct Status {
    transaction: Option<TransactionId>,
    provider_id: String,
    time: Timestamp,
    step: DeliveryStep,
}

impl Status {
    /// Times in the future, because of a wrong clock, become `now`.
    pub(super) fn new(event: StatusEvent, now: Timestamp) -> Self {
        let time = event.time.unwrap_or(now).min(now);
        let provider_id = event.provider_id.as_str().to_owned();
        Self { transaction: event.message_id, provider_id, time, step: event.step }
    }

    /// The event of a message.
    fn event(&self, recipient: &StoredRecipient) -> Result<Event, AppError> {
        event_of(recipient, self.step.occurrence(), self.time)
    }

    fn is_opt_out(&self) -> bool {
        matches!(self.step, DeliveryStep::Failed { class: ErrorClass::OptOut, .. })
    }
}

/// Whether a status changes the recipient.
fn is_unproved(recipient: &StoredRecipient) -> bool {
    *recipient.recipient.state() != RecipientState::Sent
}

impl App {
    /// Records statuses. Counts those whose message is not known.
    pub(super) async fn record_status_batch(
        &self,
        account: &AccountId,
        statuses: &[Status],
    ) -> Result<(), AppError> {
        let ids: BTreeSet<_> = statuses.iter().filter_map(|status| status.transaction).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let found = self.store.read_campaigns(account).recipients_of(&ids).await?;
        let recipients: BTreeMap<_, _> =
            found.into_iter().map(|recipient| (recipient.transaction, recipient)).collect();
        let (mut proved, mut unproved_events) = (Reported::default(), Reported::default());
        let (mut unproved, mut unknown) = (BTreeMap::new(), 0);
        for status in statuses {
            let Some(recipient) = status.transaction.and_then(|id| recipients.get(&id)) else {
                unknown += 1;
                continue;
            };
            if is_unproved(recipient) || status.is_opt_out() {
                unproved_events.add(recipient, vec![status.event(recipient)?]);
                let known = unproved.entry(recipient.transaction).or_insert(status);
                if status.is_opt_out() {
                    *known = status;
                }
            } else {
                proved.add(recipient, vec![status.event(recipient)?]);
            }
        }
        self.callback_counts.count_unknown(unknown);
        if !unproved.is_empty() {
            self.accept_by_callback(account, &unproved, unproved_events).await?;
        }
        if proved.events.is_empty() {
            return Ok(());
        }
        // Most statuses change only reports, which have their own queue.
        self.add_statuses(account, &proved).await?;
        self.report(account, proved.events).await
    }

    /// A status proves that the provider accepted the message, even if it reports a failure.
    async fn accept_by_callback(
        &self,
        account: &AccountId,
        statuses: &BTreeMap<TransactionId, &Status>,
        mut reported: Reported,
    ) -> Result<(), AppError> {
        let known = self.campaign_account(account).await?;
        let now = self.clock.now();
        let ids: Vec<_> = statuses.keys().copied().collect();
        let mut transaction = self.store.write_campaigns(account).await?;
        let recipients = transaction.recipients_of(&ids).await?;
        let campaigns = frozen_campaigns(&mut *transaction, &recipients).await?;
        let (mut changes, mut opt_outs) = (Vec::new(), Vec::new());
        for stored in recipients {
            let (Some(status), Some((campaign, frozen))) =
                (statuses.get(&stored.transaction), campaigns.get(&stored.campaign))
            else {
                continue;
            };
            if status.is_opt_out() {
                let opt_out = self.provider_opt_out(account, frozen, &stored, now)?;
                opt_outs.push((opt_out, about(&stored)));
            }
            let before = restored(&stored, frozen);
            let Ok(recipient) = before.apply(&Transition::Accept) else { continue };
            let attempt = (stored.number, before.retries());
            let message = reported_message(campaign, frozen, attempt, stored.transaction.attempted_at())?;
            reported.add(&stored, message.events(&before, &recipient, status.time));
            let provider_id = Some(status.provider_id.clone());
            let sealed = stored.sealed.clone().filter(|_| recipient.state().keeps_data());
            let after =
                StoredRecipient { recipient, due_at: None, changed_at: now, sealed, provider_id, ..stored };
            changes.push(RecipientChange { before: before.state().clone(), after });
        }
        let with_statuses = known.records(ChangeKind::MessageStatus);
        self.add_reported(&mut *transaction, account, &reported, with_statuses).await?;
        save_recipients(&mut *transaction, &changes, now).await?;
        for (opt_out, about) in opt_outs {
            save_opt_out(&mut *transaction, &opt_out, AUTOMATIC, about).await?;
        }
        transaction.commit().await?;
        self.campaign_work.notify_one();
        Ok(())
    }
}
