//! What sending and receiving need to know about an account, cached in memory: every claim and callback needs it.

use std::sync::Arc;
use std::time::Duration;

use outbound_campaigns::Keywords;
use outbound_model::{AccountId, ChangeKind, Monotonic};
use outbound_schedule::Zone;
use quick_cache::sync::Cache;

use super::settings::CampaignSettings;
use crate::{App, AppError};

/// Age after which it is read again. Changes on other nodes apply at most this time later, changes on this node at once.
const REFRESH_AGE: Duration = Duration::from_secs(5);
/// Maximum number of cached accounts.
const CACHE_CAPACITY: usize = 10_000;

/// An account.
#[derive(Debug)]
pub(super) struct CampaignAccount {
    pub(super) settings: CampaignSettings,
    pub(super) keywords: Keywords,
    /// The zone of recipients whose own is not known.
    pub(super) zone: Zone,
    /// The kinds of change that webhooks name.
    kinds: Vec<ChangeKind>,
}

impl CampaignAccount {
    /// Whether changes of this kind are recorded.
    pub(super) fn records(&self, kind: ChangeKind) -> bool {
        !kind.is_on_request() || self.kinds.contains(&kind)
    }

    /// How long a conversation without a new message counts as open, in seconds.
    pub(super) fn conversation_seconds(&self) -> i64 {
        i64::from(self.settings.conversation_hours) * 3600
    }
}

/// The cached accounts.
pub(crate) struct AccountCache(Cache<AccountId, (Monotonic, Arc<CampaignAccount>)>);

impl Default for AccountCache {
    fn default() -> Self {
        Self(Cache::new(CACHE_CAPACITY))
    }
}

impl AccountCache {
    /// Removes an account whose settings or webhooks have changed.
    pub(crate) fn invalidate(&self, account: &AccountId) {
        self.0.remove(account);
    }
}

impl App {
    /// What is known about an account.
    pub(super) async fn campaign_account(
        &self,
        account: &AccountId,
    ) -> Result<Arc<CampaignAccount>, AppError> {
        let now = self.clock.monotonic();
        if let Some((read_at, known)) = self.campaign_accounts.0.get(account)
            && now.since(read_at) < REFRESH_AGE
        {
            return Ok(known);
        }
        let settings = self.account_settings(account).await?.campaigns;
        let kinds = self.store.subscribed_kinds(account).await?;
        let read = CampaignAccount {
            keywords: settings.keywords.with_built_in()?,
            zone: settings.zone()?,
            settings,
            kinds,
        };
        let read = Arc::new(read);
        self.campaign_accounts.0.insert(account.clone(), (now, read.clone()));
        Ok(read)
    }
}
