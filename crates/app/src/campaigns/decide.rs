//! Decisions of people about a campaign: launch, pause, resume, cancel, and retry of failed messages.

use outbound_campaigns::{
    CampaignError, CampaignId, CampaignStatus, Control, Decision, Recipient, Transition,
};
use outbound_model::{AccountId, AuditAction, ChangeKind, Timestamp};
use outbound_reporting::{Event, Occurrence};
use outbound_store::{Campaign, CampaignTransaction, LaneId, RecipientChange, StoredRecipient};
use serde_json::json;

use super::feed::{campaign_change, save_recipients};
use super::frozen::Frozen;
use super::{read_campaign, reported_message};
use crate::catalogue::settings::parse_settings;
use crate::error_chain::log_unreported_error;
use crate::{App, AppError, BusyRetry, Grant, LaunchCampaigns};

/// The number of recipients that are retried in one commit.
const RETRY_BATCH: u32 = 200;

/// What a decision is about.
pub(super) enum Decided<'a> {
    Campaign(&'a CampaignId),
    Lane(&'a LaneId),
}

impl App {
    /// Carries out a decision and returns the campaign. Messages in flight are not affected. The error
    /// [`CampaignError::NotPermitted`] names the state that does not permit it.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn decide(
        &self,
        grant: &Grant<LaunchCampaigns>,
        id: &CampaignId,
        decision: Decision,
    ) -> Result<Campaign, AppError> {
        let account = grant.account();
        let mut transaction = self.store.write_campaigns(account).await?;
        let campaign = read_campaign(&mut *transaction, id).await?;
        let control = permitted(&campaign, decision)?;
        // Recipients whose campaign is paused wait until it expires. The others are checked by the engine at once: it
        // cancels them, or schedules them by their windows.
        let due_at = if control == Control::Paused { campaign.expires_at } else { self.clock.now() };
        transaction.reschedule(id, due_at).await?;
        if !transaction.set_control(id, campaign.control, control, None).await? {
            let (action, state) = (decision.as_str(), "changed by another request");
            return Err(CampaignError::NotPermitted { action, state }.into());
        }
        transaction.set_failures(id, None).await?;
        let action = match decision {
            Decision::Launch => AuditAction::CampaignLaunched,
            Decision::Pause => AuditAction::CampaignPaused,
            Decision::Resume => AuditAction::CampaignResumed,
            Decision::Cancel => AuditAction::CampaignCancelled,
        };
        let details = json!({ "name": campaign.name });
        transaction.audit(&self.audit_entry(grant, action, id, &details)).await?;
        let by = (grant.principal(), self.clock.now());
        transaction.add_changes(&[campaign_change(change_kind(decision), id, by, None)]).await?;
        if is_own_launch(grant, &campaign, decision) {
            let (settings, pending) = transaction.lock_settings().await?;
            if parse_settings(settings)?.four_eyes {
                return Err(other_person_needed().into());
            }
            pending.commit().await?;
        } else {
            transaction.commit().await?;
        }
        if control != Control::Paused {
            self.reschedule_again(account, &Decided::Campaign(id)).await;
        }
        self.campaign_work.notify_one();
        tracing::info!(%account, campaign = %id, by = grant.principal(), decision = decision.as_str(), "changed a campaign");
        Ok(Campaign { control, reason: None, failures: None, ..campaign })
    }

    /// Returns the error that [`decide`](Self::decide) would return, for those who ask before they decide.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_decision(
        &self,
        grant: &Grant<LaunchCampaigns>,
        campaign: &Campaign,
        decision: Decision,
    ) -> Result<(), AppError> {
        permitted(campaign, decision)?;
        if is_own_launch(grant, campaign, decision) && self.account_settings(grant.account()).await?.four_eyes
        {
            return Err(other_person_needed().into());
        }
        Ok(())
    }

    /// A transaction that was open during the decision may have made a recipient wait until its campaign expires,
    /// because it had read that the campaign or the lane was stopped. The decision did not find that recipient yet.
    /// Also after a cancellation, for which the engine has to cancel it. In a transaction of its own, because
    /// recipients are locked before lanes and campaigns. Errors are only logged, because the decision is committed.
    pub(super) async fn reschedule_again(&self, account: &AccountId, decided: &Decided<'_>) {
        let retry = BusyRetry::new();
        while let Err(error) = self.reschedule_decided(account, decided).await {
            if let Err(error) = retry.pause(error).await {
                log_unreported_error("scheduling recipients after a decision", &error);
                return;
            }
        }
    }

    async fn reschedule_decided(&self, account: &AccountId, decided: &Decided<'_>) -> Result<(), AppError> {
        let mut transaction = self.store.write_campaigns(account).await?;
        let now = self.clock.now();
        match decided {
            Decided::Campaign(id) => transaction.reschedule(id, now).await?,
            Decided::Lane(id) => transaction.reschedule_lane(id, now).await?,
        }
        Ok(transaction.commit().await?)
    }

    /// Sends all failed messages of a campaign again, each as another message in reports. Returns their number. Messages
    /// to erased consumers stay failed; [`AppError::AddressesDeleted`] if there are no others.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn retry_failed(
        &self,
        grant: &Grant<LaunchCampaigns>,
        id: &CampaignId,
    ) -> Result<u64, AppError> {
        let mut total = 0;
        loop {
            let retried = self.retry_batch(grant, id, total == 0).await?;
            total += u64::from(retried);
            if retried < RETRY_BATCH {
                break;
            }
        }
        self.campaign_work.notify_one();
        tracing::info!(account = %grant.account(), campaign = %id, by = grant.principal(), total, "retried failed messages");
        Ok(total)
    }

    /// The same for [`retry_failed`](Self::retry_failed).
    pub fn check_retry(&self, campaign: &Campaign) -> Result<(), AppError> {
        Ok(check_retry(campaign, self.clock.now())?)
    }

    /// Retries a batch in one commit and returns the number of recipients. The first batch is recorded in the audit
    /// log.
    async fn retry_batch(
        &self,
        grant: &Grant<LaunchCampaigns>,
        id: &CampaignId,
        is_first: bool,
    ) -> Result<u32, AppError> {
        let account = grant.account();
        let now = self.clock.now();
        let mut transaction = self.store.write_campaigns(account).await?;
        let failed = transaction.retryable_recipients(id, RETRY_BATCH).await?;
        let campaign = read_campaign(&mut *transaction, id).await?;
        check_retry(&campaign, now)?;
        if failed.is_empty() {
            let has_deleted = is_first && campaign.counts.failed > 0;
            return if has_deleted { Err(AppError::AddressesDeleted(id.clone())) } else { Ok(0) };
        }
        let frozen = Frozen::from_json(&campaign.frozen)?;
        let (mut changes, mut events) = (Vec::new(), Vec::new());
        for failed in failed {
            let (change, event) = self.retried(account, (&campaign, &frozen), failed, now)?;
            changes.push(change);
            events.push(event);
        }
        save_recipients(&mut *transaction, &changes, now).await?;
        transaction.add_events(&self.seal_events(account, &events)?).await?;
        if is_first {
            let details = json!({ "name": campaign.name });
            let entry = self.audit_entry(grant, AuditAction::CampaignRetried, id, &details);
            transaction.audit(&entry).await?;
        }
        transaction.commit().await?;
        Ok(u32::try_from(changes.len()).unwrap_or(u32::MAX))
    }

    /// The next attempt of a failed recipient, and the event that creates its message in reports.
    fn retried(
        &self,
        account: &AccountId,
        (campaign, frozen): (&Campaign, &Frozen),
        failed: StoredRecipient,
        now: Timestamp,
    ) -> Result<(RecipientChange, Event), AppError> {
        let id = &campaign.ids.proactive;
        let sealed = failed.sealed.as_deref().ok_or_else(|| AppError::AddressesDeleted(id.clone()))?;
        let data = self.open_recipient(account, id, sealed)?;
        let recipient = restored(&failed, frozen).apply(&Transition::Retry)?;
        let no_channel = || AppError::Internal("a campaign without channels".into());
        let channel = frozen.channel(0).ok_or_else(no_channel)?;
        let address = data.address(channel.name).ok_or_else(no_channel)?;
        let attempt = (failed.number, recipient.retries());
        let mut event = reported_message(campaign, frozen, attempt, now)?.attempted();
        if let Occurrence::Attempted { address: of_event, .. } = &mut event.occurrence {
            *of_event = Some(address.clone());
        }
        let before = failed.recipient.state().clone();
        let after = StoredRecipient {
            transaction: event.transaction_id(&self.reporting_key, account),
            recipient,
            lane: channel.lane.clone(),
            due_at: Some(now),
            changed_at: now,
            consumer: self.consumer_key(account, address),
            provider_id: None,
            ..failed
        };
        Ok((RecipientChange { before, after }, event))
    }
}

fn change_kind(decision: Decision) -> ChangeKind {
    match decision {
        Decision::Launch => ChangeKind::CampaignStarted,
        Decision::Pause => ChangeKind::CampaignPaused,
        Decision::Resume => ChangeKind::CampaignResumed,
        Decision::Cancel => ChangeKind::CampaignCancelled,
    }
}

/// What the campaign is after a decision, if its state permits it.
fn permitted(campaign: &Campaign, decision: Decision) -> Result<Control, CampaignError> {
    let status = CampaignStatus::of(campaign.control, &campaign.counts);
    let has_ended =
        status == CampaignStatus::Finished && matches!(decision, Decision::Pause | Decision::Cancel);
    match campaign.control.apply(decision) {
        Ok(control) if !has_ended => Ok(control),
        // Names the state as users know it.
        _ => Err(CampaignError::NotPermitted { action: decision.as_str(), state: status.as_str() }),
    }
}

/// With four eyes, another person than the one who created a campaign has to launch it.
fn is_own_launch(grant: &Grant<LaunchCampaigns>, campaign: &Campaign, decision: Decision) -> bool {
    decision == Decision::Launch && campaign.created_by == grant.principal()
}

fn other_person_needed() -> CampaignError {
    let (action, state) = ("launch", "draft: in this account, another person has to launch it");
    CampaignError::NotPermitted { action, state }
}

/// A recipient with the number of channels of its handoff.
pub(super) fn restored(stored: &StoredRecipient, frozen: &Frozen) -> Recipient {
    let recipient = &stored.recipient;
    Recipient::restore(
        recipient.state().clone(),
        recipient.channel(),
        frozen.channels.len(),
        recipient.retries(),
    )
}

/// Messages of campaigns that have ended are not sent again.
pub(super) fn check_retry(campaign: &Campaign, now: Timestamp) -> Result<(), CampaignError> {
    let not_permitted = |state| Err(CampaignError::NotPermitted { action: "retry", state });
    match campaign.control {
        Control::Cancelled => not_permitted("cancelled"),
        _ if campaign.expires_at <= now => not_permitted("expired"),
        _ => Ok(()),
    }
}

/// Reads a recipient in a transaction, and locks it.
pub(super) async fn read_recipient(
    transaction: &mut dyn CampaignTransaction,
    id: &CampaignId,
    number: u32,
) -> Result<StoredRecipient, AppError> {
    let found = transaction.recipient(id, number).await?;
    found.ok_or_else(|| AppError::UnknownRecipient { campaign: id.clone(), number })
}
