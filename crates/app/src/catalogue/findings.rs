//! The findings of a handoff: those within it, and those that involve other handoffs of its account. All pages,
//! responses and commands use these functions.

use std::collections::HashMap;

use outbound_model::{Claim, FindingCounts, Handoff, HandoffId};
use outbound_rules::{
    AccountCheck, Claimant, Finding, RuleSettings, Samples, check, claims, contradictions, counts, name_twice,
};
use outbound_store::{CatalogueReader, CatalogueTransaction, FirstClaim, StoreError};

/// Findings within a handoff.
pub(crate) fn own_findings(handoff: &Handoff, settings: &RuleSettings) -> Vec<Finding> {
    check(handoff, settings, Samples::of_handoff(handoff).as_ref())
}

/// The result of checking a handoff alone: its own findings, and its claims, from which findings between handoffs are
/// computed. Checking long messages takes a while.
pub(crate) struct CheckedHandoff {
    pub(crate) own: Vec<Finding>,
    pub(crate) claims: Vec<Claim>,
}

impl CheckedHandoff {
    pub(crate) fn of(handoff: &Handoff, settings: &RuleSettings) -> Self {
        Self { own: own_findings(handoff, settings), claims: claims(handoff) }
    }

    /// Work for another thread: [`of`](Self::of) with copies of the arguments.
    pub(crate) fn work(handoff: &Handoff, settings: &RuleSettings) -> impl FnOnce() -> Self + Send + 'static {
        let (handoff, settings) = (handoff.clone(), settings.clone());
        move || Self::of(&handoff, &settings)
    }

    pub(crate) fn counts(&self) -> FindingCounts {
        counts(&self.own)
    }

    fn keys(&self) -> Vec<i64> {
        self.claims.iter().map(|claim| claim.key).collect()
    }
}

/// All findings of a handoff, saved or not, in the reader's account. Of two conflicting handoffs, the later one has the
/// finding.
pub(crate) async fn findings(
    reader: &dyn CatalogueReader,
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: CheckedHandoff,
) -> Result<Vec<Finding>, StoreError> {
    let named = reader.handoff_id_by_name(&handoff.name.key()).await?;
    let first = reader.first_claims(&checked.keys()).await?;
    Ok(all_findings(handoff, settings, checked, named, first))
}

/// Like [`findings`], in a transaction.
pub(crate) async fn findings_within(
    transaction: &mut dyn CatalogueTransaction,
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: CheckedHandoff,
) -> Result<Vec<Finding>, StoreError> {
    let named = transaction.handoff_id_by_name(&handoff.name.key()).await?;
    let first = transaction.first_claims(&checked.keys()).await?;
    Ok(all_findings(handoff, settings, checked, named, first))
}

fn all_findings(
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: CheckedHandoff,
    named: Option<HandoffId>,
    first: Vec<FirstClaim>,
) -> Vec<Finding> {
    let earlier = first.into_iter().filter(|first| is_before(first, handoff));
    let earlier: HashMap<_, _> = earlier.map(|first| (first.key, claimant(first))).collect();
    let same_name = named.and_then(|other| name_twice(handoff, &other, settings));
    let contradictions = contradictions(handoff, &checked.claims, settings, |key| earlier.get(&key));
    let between_handoffs = same_name.into_iter().chain(contradictions).map(|found| found.finding);
    checked.own.into_iter().chain(between_handoffs).collect()
}

/// Whether the claim belongs to a handoff that was created before this one.
fn is_before(first: &FirstClaim, handoff: &Handoff) -> bool {
    (first.created_at, &first.handoff) < (handoff.created_at, &handoff.id)
}

fn claimant(first: FirstClaim) -> Claimant {
    Claimant { handoff: first.handoff, value: first.value }
}

/// Checks the handoffs of an import one by one, including against each other and against those of the account.
pub(crate) struct FindingCounter<'s> {
    settings: &'s RuleSettings,
    account_check: AccountCheck<'s>,
    /// The account's first claims for the keys of the current batch, `None` for unclaimed keys.
    prefetched: HashMap<i64, Option<FirstClaim>>,
    pub(crate) total: FindingCounts,
}

impl<'s> FindingCounter<'s> {
    pub(crate) fn new(settings: &'s RuleSettings) -> Self {
        Self {
            settings,
            account_check: AccountCheck::new(settings),
            prefetched: HashMap::new(),
            total: FindingCounts::default(),
        }
    }

    /// Looks up the claims of a batch in one call, because a database round trip per handoff would be slow.
    pub(crate) async fn prefetch(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        batch: &[CheckedHandoff],
    ) -> Result<(), StoreError> {
        let mut keys: Vec<i64> = batch.iter().flat_map(CheckedHandoff::keys).collect();
        keys.retain(|key| !self.account_check.knows(*key));
        keys.sort_unstable();
        keys.dedup();
        self.prefetched = keys.iter().map(|key| (*key, None)).collect();
        for first in transaction.first_claims(&keys).await? {
            self.prefetched.insert(first.key, Some(first));
        }
        Ok(())
    }

    /// Checks a handoff alone.
    pub(crate) fn check_alone(&self, handoff: &Handoff) -> CheckedHandoff {
        CheckedHandoff::of(handoff, self.settings)
    }

    /// Returns the findings of a checked handoff that involve earlier handoffs.
    pub(crate) async fn check(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        handoff: &Handoff,
        checked: &CheckedHandoff,
    ) -> Result<Vec<Finding>, StoreError> {
        // Look up each key only once.
        let mut keys = checked.keys();
        keys.retain(|key| !self.account_check.knows(*key));
        let mut first: Vec<_> =
            keys.iter().filter_map(|key| self.prefetched.get(key).cloned()).flatten().collect();
        keys.retain(|key| !self.prefetched.contains_key(key));
        first.extend(transaction.first_claims(&keys).await?);
        for first in first {
            if is_before(&first, handoff) {
                self.account_check.claimed(first.key, claimant(first));
            }
        }
        let between_handoffs = self.account_check.add_with(handoff, &checked.claims);
        let between_handoffs: Vec<_> = between_handoffs.into_iter().map(|found| found.finding).collect();
        self.total += checked.counts();
        self.total += counts(&between_handoffs);
        Ok(between_handoffs)
    }

    /// Discards prefetched claims of a handoff that is about to change, because its claims may change, too.
    pub(crate) fn forget(&mut self, id: &HandoffId) {
        self.prefetched.retain(|_, first| first.as_ref().is_none_or(|first| first.handoff != *id));
    }
}
