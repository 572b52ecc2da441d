//! Changes of campaigns, messages and consumers for the change feed and webhooks.
//!
//! They are stored in the commit of the change itself, which does not lock the account, and moved to the feed in groups
//! by a loop of every node. Both are in one file, so each change reaches the feed exactly once. Several statuses of one
//! message with the same name, such as those of repeated callbacks, have one key and are one change.

use std::time::Duration;

use outbound_campaigns::CampaignId;
use outbound_model::{AccountId, ChangeDetails, ChangeKind, Timestamp};
use outbound_reporting::{Event, Occurrence, TransactionId};
use outbound_store::{CampaignTransaction, NewChange, OptOut, RecipientChange, StoredRecipient};
use tokio::time::{Instant, sleep_until};

use crate::account_tasks::AccountTasks;
use crate::{App, AppError, CAMPAIGNS_TASK, error_chain};

/// The author of automatic changes.
pub(super) const AUTOMATIC: &str = "outbound";
/// The author of changes by messages of consumers.
pub(super) const CONSUMER: &str = "consumer";

/// Poll interval. Each group locks the account and makes cached pages of its handoffs outdated.
const INTERVAL: Duration = Duration::from_secs(1);
/// The maximum number of changes of one commit.
const BATCH: u32 = 5000;
/// How long the feed has these changes.
const KEPT_SECONDS: i64 = 90 * 24 * 60 * 60;

/// Events for reporting, and the changes of the feed that follow from them.
#[derive(Debug, Default)]
pub(super) struct Reported {
    pub(super) events: Vec<Event>,
    statuses: Vec<NewChange>,
}

impl Reported {
    /// Adds events of the message to a recipient.
    pub(super) fn add(&mut self, recipient: &StoredRecipient, events: Vec<Event>) {
        self.statuses.extend(events.iter().filter_map(|event| status_change(recipient, event)));
        self.events.extend(events);
    }
}

/// The change that an event is, if it is a status.
pub(super) fn status_change(recipient: &StoredRecipient, event: &Event) -> Option<NewChange> {
    let (status, error) = match &event.occurrence {
        Occurrence::Sent => ("sent", None),
        Occurrence::Delivered => ("delivered", None),
        Occurrence::Read => ("read", None),
        Occurrence::Failed(error) => ("failed", Some(error.to_string())),
        Occurrence::Skipped => ("skipped", None),
        Occurrence::Cancelled => ("cancelled", None),
        _ => return None,
    };
    Some(NewChange {
        at: event.time,
        by: AUTOMATIC.to_owned(),
        kind: ChangeKind::MessageStatus,
        key: Some(format!("{}/{status}", recipient.transaction)),
        details: ChangeDetails { status: Some(status.to_owned()), error, ..about(recipient) },
    })
}

/// The campaign, the message and its channel.
pub(super) fn about(recipient: &StoredRecipient) -> ChangeDetails {
    ChangeDetails {
        campaign: Some(recipient.campaign.to_string()),
        message: Some(TransactionId::to_string(&recipient.transaction)),
        channel: Some(recipient.lane.channel().to_string()),
        ..ChangeDetails::default()
    }
}

/// A change of a campaign.
pub(super) fn campaign_change(
    kind: ChangeKind,
    id: &CampaignId,
    (by, at): (&str, Timestamp),
    reason: Option<&str>,
) -> NewChange {
    let details = ChangeDetails {
        campaign: Some(id.to_string()),
        reason: reason.map(str::to_owned),
        ..ChangeDetails::default()
    };
    NewChange { at, by: by.to_owned(), kind, key: None, details }
}

/// Stores changed recipients, and reports the campaigns that have finished with them.
pub(super) async fn save_recipients(
    transaction: &mut dyn CampaignTransaction,
    changes: &[RecipientChange],
    now: Timestamp,
) -> Result<(), AppError> {
    let finished = transaction.save_recipients(changes).await?;
    let change = |id: &CampaignId| campaign_change(ChangeKind::CampaignFinished, id, (AUTOMATIC, now), None);
    let finished: Vec<_> = finished.iter().map(change).collect();
    Ok(transaction.add_changes(&finished).await?)
}

/// Records an opt-out, and reports it if it is new. `about` is the message that it follows.
pub(super) async fn save_opt_out(
    transaction: &mut dyn CampaignTransaction,
    opt_out: &OptOut,
    by: &str,
    about: ChangeDetails,
) -> Result<bool, AppError> {
    let is_new = transaction.add_opt_out(opt_out).await?;
    if is_new {
        let change = NewChange {
            at: opt_out.since,
            by: by.to_owned(),
            kind: ChangeKind::ConsumerOptedOut,
            key: None,
            details: ChangeDetails { source: Some(opt_out.source.clone()), ..about },
        };
        transaction.add_changes(&[change]).await?;
    }
    Ok(is_new)
}

impl App {
    /// Adds events for reporting. Adds changes for the feed if `with_statuses`, that is, if a webhook wants them.
    pub(super) async fn add_reported(
        &self,
        transaction: &mut dyn CampaignTransaction,
        account: &AccountId,
        reported: &Reported,
        with_statuses: bool,
    ) -> Result<(), AppError> {
        if !reported.events.is_empty() {
            transaction.add_events(&self.seal_events(account, &reported.events)?).await?;
        }
        if with_statuses {
            transaction.add_changes(&reported.statuses).await?;
        }
        Ok(())
    }

    /// Adds the changes of statuses that change no recipient, in a commit of their own, if a webhook wants them.
    pub(super) async fn add_statuses(
        &self,
        account: &AccountId,
        reported: &Reported,
    ) -> Result<(), AppError> {
        if self.campaign_account(account).await?.records(ChangeKind::MessageStatus) {
            let mut transaction = self.store.write_campaigns(account).await?;
            transaction.add_changes(&reported.statuses).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Moves changes to the feed, forever. Other nodes may do so at the same time.
    pub(super) async fn publish_campaign_changes(&self) {
        let mut tasks = AccountTasks::new(self, CAMPAIGNS_TASK);
        loop {
            match self.accounts_with_changes().await {
                Ok(accounts) => accounts.into_iter().for_each(|account| {
                    let app = self.clone();
                    tasks.start(&account.clone(), async move { app.publish_changes_of(&account).await });
                }),
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot move changes to the change feed");
                }
            }
            let next = Instant::now() + INTERVAL;
            loop {
                tokio::select! {
                    biased;
                    Some(()) = tasks.join_next() => {}
                    () = sleep_until(next) => break,
                }
            }
        }
    }

    /// Moves changes of each account to the feed, one group of each. For tests.
    pub async fn publish_waiting_changes(&self) -> Result<(), AppError> {
        for account in self.accounts_with_changes().await? {
            self.publish_changes_of(&account).await;
        }
        Ok(())
    }

    async fn accounts_with_changes(&self) -> Result<Vec<AccountId>, AppError> {
        let mut accounts = Vec::new();
        while let Some(account) = self.store.account_with_changes(accounts.last()).await? {
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// Moves a group of changes of an account to the feed. An error is only logged, because other accounts continue.
    async fn publish_changes_of(&self, account: &AccountId) {
        let publish = self.store.publish_changes(account, BATCH);
        if let Err(error) = self.commit(account, publish).await {
            tracing::warn!(%account, error = error_chain(&error), "cannot move changes to the change feed");
        }
    }

    /// Deletes a batch of old changes from the feed. Returns whether none are left.
    pub(crate) async fn prune_changes(&self, account: &AccountId) -> Result<bool, AppError> {
        let before = self.clock.now().plus_seconds(-KEPT_SECONDS);
        Ok(self.store.prune_changes(account, before, BATCH).await? < u64::from(BATCH))
    }
}
