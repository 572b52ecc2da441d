//! A person decides about a message with an unknown outcome.

use outbound_campaigns::{CampaignId, Transition};
use outbound_model::{AuditAction, ChangeKind};
use outbound_store::{RecipientChange, StoredRecipient};
use serde_json::json;

use super::decide::{check_retry, read_recipient, restored};
use super::feed::{Reported, save_recipients};
use super::frozen::Frozen;
use super::{read_campaign, reported_message};
use crate::{App, AppError, Grant, WriteCampaigns};

/// A decision about a message with an unknown outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Resolution {
    /// Send it again. The consumer may get it twice.
    SendAgain,
    /// Count it as sent.
    CountAsSent,
}

impl Resolution {
    /// All values.
    pub const ALL: [Self; 2] = [Self::SendAgain, Self::CountAsSent];

    /// The name in the API and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendAgain => "send_again",
            Self::CountAsSent => "count_as_sent",
        }
    }

    fn transition(self) -> Transition {
        match self {
            Self::SendAgain => Transition::SendAgain,
            Self::CountAsSent => Transition::CountAsSent,
        }
    }
}

impl App {
    /// Carries out a decision about a recipient whose outcome is unknown.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn resolve_unknown(
        &self,
        grant: &Grant<WriteCampaigns>,
        id: &CampaignId,
        number: u32,
        resolution: Resolution,
    ) -> Result<(), AppError> {
        let account = grant.account();
        let known = self.campaign_account(account).await?;
        let now = self.clock.now();
        let mut transaction = self.store.write_campaigns(account).await?;
        let stored = read_recipient(&mut *transaction, id, number).await?;
        let campaign = read_campaign(&mut *transaction, id).await?;
        let frozen = Frozen::from_json(&campaign.frozen)?;
        let before = restored(&stored, &frozen);
        let recipient = before.apply(&resolution.transition())?;
        if resolution == Resolution::SendAgain {
            check_retry(&campaign, now)?;
            if stored.sealed.is_none() {
                return Err(AppError::AddressesDeleted(id.clone()));
            }
        }
        let attempt = (number, recipient.retries());
        let message = reported_message(&campaign, &frozen, attempt, stored.transaction.attempted_at())?;
        let mut reported = Reported::default();
        reported.add(&stored, message.events(&before, &recipient, now));
        let due_at = (resolution == Resolution::SendAgain).then_some(now);
        let sealed = stored.sealed.clone().filter(|_| recipient.state().keeps_data());
        let after = StoredRecipient { recipient, due_at, changed_at: now, sealed, ..stored };
        let change = RecipientChange { before: before.state().clone(), after };
        let with_statuses = known.records(ChangeKind::MessageStatus);
        self.add_reported(&mut *transaction, account, &reported, with_statuses).await?;
        save_recipients(&mut *transaction, &[change], now).await?;
        let details = json!({ "recipient": number, "resolution": resolution.as_str() });
        transaction.audit(&self.audit_entry(grant, AuditAction::RecipientResolved, id, &details)).await?;
        transaction.commit().await?;
        self.campaign_work.notify_one();
        Ok(())
    }
}
