//! What sending and receiving need to know about an account, cached in memory: every claim and callback needs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
pub(crate) struct AccountCache {
    cache: Cache<AccountId, (Monotonic, Arc<CampaignAccount>)>,
    /// The number of calls of [`invalidate`](Self::invalidate), so that what was read before is not cached after it.
    invalidated: AtomicU64,
}

impl Default for AccountCache {
    fn default() -> Self {
        Self { cache: Cache::new(CACHE_CAPACITY), invalidated: AtomicU64::new(0) }
    }
}

impl AccountCache {
    /// Removes an account whose settings or webhooks have changed.
    pub(crate) fn invalidate(&self, account: &AccountId) {
        self.invalidated.fetch_add(1, Ordering::SeqCst);
        self.cache.remove(account);
    }

    /// The account, if it was read less than [`REFRESH_AGE`] ago.
    fn get(&self, account: &AccountId, now: Monotonic) -> Option<Arc<CampaignAccount>> {
        let (read_at, known) = self.cache.get(account)?;
        (now.since(read_at) < REFRESH_AGE).then_some(known)
    }

    /// Begins to read an account.
    fn begin_read(&self) -> u64 {
        self.invalidated.load(Ordering::SeqCst)
    }

    /// Adds an account whose read began at `at`, unless one was invalidated since `begun`.
    fn insert(&self, account: &AccountId, (begun, at): (u64, Monotonic), read: Arc<CampaignAccount>) {
        if self.invalidated.load(Ordering::SeqCst) != begun {
            return;
        }
        self.cache.insert(account.clone(), (at, read));
        // Again, because an invalidation may just have looked for the account.
        if self.invalidated.load(Ordering::SeqCst) != begun {
            self.cache.remove(account);
        }
    }
}

impl App {
    /// What is known about an account.
    pub(super) async fn campaign_account(
        &self,
        account: &AccountId,
    ) -> Result<Arc<CampaignAccount>, AppError> {
        let (cache, now) = (&self.campaign_accounts, self.clock.monotonic());
        if let Some(known) = cache.get(account, now) {
            return Ok(known);
        }
        let begun = cache.begin_read();
        let settings = self.account_settings(account).await?.campaigns;
        let kinds = self.store.subscribed_kinds(account).await?;
        let read = CampaignAccount {
            keywords: settings.keywords.with_built_in()?,
            zone: settings.zone()?,
            settings,
            kinds,
        };
        let read = Arc::new(read);
        cache.insert(account, (begun, now), read.clone());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_changed_while_it_was_read_is_not_cached() {
        let (cache, account) = (AccountCache::default(), "A".parse().unwrap());
        let settings = CampaignSettings::default();
        let read = Arc::new(CampaignAccount {
            keywords: settings.keywords.with_built_in().unwrap(),
            zone: settings.zone().unwrap(),
            settings,
            kinds: Vec::new(),
        });
        let now = Monotonic::from_micros(0);
        for is_changed in [false, true] {
            let begun = cache.begin_read();
            if is_changed {
                cache.invalidate(&account);
            }
            cache.insert(&account, (begun, now), read.clone());
            assert_eq!(cache.get(&account, now).is_some(), !is_changed);
        }
    }
}
