//! The findings of a handoff in its account: what it breaks by itself, and beside the other handoffs. Every
//! page, answer and command shows these.

use std::collections::HashMap;

use outbound_model::{Claim, FindingCounts, Handoff, HandoffId};
use outbound_rules::{
    AccountCheck, Claimant, Finding, RuleSettings, Samples, check, claims, contradictions, counts, name_twice,
};
use outbound_store::{CatalogueReader, CatalogueTransaction, FirstClaim, StoreError};

/// What a handoff breaks by itself.
pub(crate) fn own_findings(handoff: &Handoff, settings: &RuleSettings) -> Vec<Finding> {
    check(handoff, settings, Samples::of_handoff(handoff).as_ref())
}

/// What is known of a handoff without a look at others: the findings that it has by itself, and its claims, by
/// which those beside other handoffs are found. Takes a while for long texts.
pub(crate) struct Checked {
    pub(crate) own: Vec<Finding>,
    pub(crate) claims: Vec<Claim>,
}

impl Checked {
    pub(crate) fn of(handoff: &Handoff, settings: &RuleSettings) -> Self {
        Self { own: own_findings(handoff, settings), claims: claims(handoff) }
    }

    pub(crate) fn counts(&self) -> FindingCounts {
        counts(&self.own)
    }

    fn keys(&self) -> Vec<i64> {
        self.claims.iter().map(|claim| claim.key).collect()
    }
}

/// What a handoff, saved or not, breaks in the account that the reader reads. It collides with handoffs that
/// were made before it.
pub(crate) async fn findings(
    reader: &dyn CatalogueReader,
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: Checked,
) -> Result<Vec<Finding>, StoreError> {
    let named = reader.handoff_id_by_name(&handoff.name.key()).await?;
    let first = reader.first_claims(&checked.keys()).await?;
    Ok(all_findings(handoff, settings, checked, named, first))
}

/// The same as a transaction sees it.
pub(crate) async fn findings_within(
    transaction: &mut dyn CatalogueTransaction,
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: Checked,
) -> Result<Vec<Finding>, StoreError> {
    let named = transaction.handoff_id_by_name(&handoff.name.key()).await?;
    let first = transaction.first_claims(&checked.keys()).await?;
    Ok(all_findings(handoff, settings, checked, named, first))
}

fn all_findings(
    handoff: &Handoff,
    settings: &RuleSettings,
    checked: Checked,
    named: Option<HandoffId>,
    first: Vec<FirstClaim>,
) -> Vec<Finding> {
    let earlier = first.into_iter().filter(|first| is_before(first, handoff));
    let earlier: HashMap<_, _> = earlier.map(|first| (first.key, claimant(first))).collect();
    let same_name = named.and_then(|other| name_twice(handoff, &other, settings));
    let contradictions = contradictions(handoff, &checked.claims, settings, |key| earlier.get(&key));
    let beside = same_name.into_iter().chain(contradictions).map(|found| found.finding);
    checked.own.into_iter().chain(beside).collect()
}

/// Whether the claim was made by a handoff that stands before this one in the order of creation.
fn is_before(first: &FirstClaim, handoff: &Handoff) -> bool {
    (first.created_at, &first.handoff) < (handoff.created_at, &handoff.id)
}

fn claimant(first: FirstClaim) -> Claimant {
    Claimant { handoff: first.handoff, value: first.value }
}

/// Checks the handoffs of an import as they pass, also against each other and against those of the account.
pub(crate) struct Counter<'s> {
    settings: &'s RuleSettings,
    together: AccountCheck<'s>,
    /// The first claims of the account by key, `None` for keys that are unclaimed, for the batch that is under way.
    prefetched: HashMap<i64, Option<FirstClaim>>,
    pub(crate) total: FindingCounts,
}

impl<'s> Counter<'s> {
    pub(crate) fn new(settings: &'s RuleSettings) -> Self {
        let (together, prefetched) = (AccountCheck::new(settings), HashMap::new());
        Self { settings, together, prefetched, total: FindingCounts::default() }
    }

    /// Looks up what the handoffs of a batch claim in one call, so that not each of them waits for the database.
    pub(crate) async fn prefetch(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        batch: impl Iterator<Item = &Handoff>,
    ) -> Result<(), StoreError> {
        let mut keys: Vec<i64> = batch.flat_map(claims).map(|claim| claim.key).collect();
        keys.retain(|key| !self.together.knows(*key));
        keys.sort_unstable();
        keys.dedup();
        self.prefetched = keys.iter().map(|key| (*key, None)).collect();
        for first in transaction.first_claims(&keys).await? {
            self.prefetched.insert(first.key, Some(first));
        }
        Ok(())
    }

    /// Answers what the handoff has by itself, and what it breaks beside those before it.
    pub(crate) async fn check(
        &mut self,
        transaction: &mut dyn CatalogueTransaction,
        handoff: &Handoff,
    ) -> Result<(Checked, Vec<Finding>), StoreError> {
        let checked = Checked::of(handoff, self.settings);
        // Of each key, the account is asked once.
        let mut keys = checked.keys();
        keys.retain(|key| !self.together.knows(*key));
        let mut first: Vec<_> =
            keys.iter().filter_map(|key| self.prefetched.get(key).cloned()).flatten().collect();
        keys.retain(|key| !self.prefetched.contains_key(key));
        first.extend(transaction.first_claims(&keys).await?);
        for first in first {
            if is_before(&first, handoff) {
                self.together.claimed(first.key, claimant(first));
            }
        }
        let beside = self.together.add_with(handoff, &checked.claims);
        let beside: Vec<_> = beside.into_iter().map(|found| found.finding).collect();
        self.total += checked.counts();
        self.total += counts(&beside);
        Ok((checked, beside))
    }

    /// Forgets what was looked up of a handoff that is about to change: its claims may be others from now on.
    pub(crate) fn forget(&mut self, id: &HandoffId) {
        self.prefetched.retain(|_, first| first.as_ref().is_none_or(|first| first.handoff != *id));
    }
}
