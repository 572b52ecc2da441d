//! Checks handoffs against each other as they come, file by file or page by page.

use std::collections::HashMap;

use outbound_model::{Claim, Handoff, HandoffId};

use crate::RuleSettings;
use crate::claims::{AccountFinding, Claimant, claims, contradictions, name_twice};

/// Checks the handoffs of one account against each other. What each has wrong by itself finds
/// [`check`](crate::check).
pub fn check_account<'h>(
    handoffs: impl IntoIterator<Item = &'h Handoff>,
    settings: &RuleSettings,
) -> Vec<AccountFinding> {
    let mut account = AccountCheck::new(settings);
    handoffs.into_iter().flat_map(|handoff| account.add(handoff)).collect()
}

/// The same for handoffs that come one by one. Keeps of each its name and the hashes of its claims.
#[derive(Debug)]
pub struct AccountCheck<'s> {
    settings: &'s RuleSettings,
    names: HashMap<String, HandoffId>,
    first: HashMap<i64, Claimant>,
}

impl<'s> AccountCheck<'s> {
    /// Of an account with nothing in it yet.
    pub fn new(settings: &'s RuleSettings) -> Self {
        Self { settings, names: HashMap::new(), first: HashMap::new() }
    }

    /// Whether a handoff was added that claims this key.
    pub fn knows(&self, key: i64) -> bool {
        self.first.contains_key(&key)
    }

    /// Tells of a handoff that claimed a key before those that are added.
    pub fn claimed(&mut self, key: i64, by: Claimant) {
        self.first.insert(key, by);
    }

    /// What `handoff` collides with among those before it. One that comes again, as a newer version
    /// does, does not collide with itself.
    pub fn add(&mut self, handoff: &Handoff) -> Vec<AccountFinding> {
        self.add_with(handoff, &claims(handoff))
    }

    /// The same for a handoff whose claims are known.
    pub fn add_with(&mut self, handoff: &Handoff, claims: &[Claim]) -> Vec<AccountFinding> {
        let named = self.names.entry(handoff.name.key()).or_insert_with(|| handoff.id.clone());
        let mut found: Vec<_> = name_twice(handoff, named, self.settings).into_iter().collect();
        for claim in claims {
            let this = || Claimant { handoff: handoff.id.clone(), value: claim.value };
            self.first.entry(claim.key).or_insert_with(this);
        }
        found.extend(contradictions(handoff, claims, self.settings, |key| self.first.get(&key)));
        found
    }
}
