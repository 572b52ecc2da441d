//! What is wrong with each handoff of an import, and what changes in it.

use outbound_compare::{Change, compare};
use outbound_model::FindingCounts;
use outbound_rules::{Finding, RuleSettings};

use crate::catalogue::findings::own_findings;
use crate::{App, AppError, Grant, ImportItem, ImportOutcome, WriteHandoffs};

/// Findings and differences that are told of one handoff, of each kind.
const MAX_OF_ONE: usize = 20;
/// Findings and differences that are told in all.
const MAX: usize = 2000;

/// What an import makes of one handoff, with what is wrong with it and what changes.
#[derive(Clone, Debug)]
pub struct PlannedHandoff {
    /// The handoff as it is stored.
    pub one: ImportItem,
    /// What it breaks; the first of them.
    pub findings: Vec<Finding>,
    /// What differs from the newest version before; the first differences.
    pub changes: Vec<Change>,
}

/// Adds findings and differences to the handoffs of one import.
pub struct ImportDetails {
    rules: RuleSettings,
    /// How many may still be told.
    left: usize,
}

impl App {
    /// Tells findings by the rules of the account.
    pub async fn import_details(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportDetails, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        Ok(ImportDetails { rules, left: MAX })
    }
}

impl ImportDetails {
    /// A handoff with its details, as far as they may still be told.
    pub fn of(&mut self, one: ImportItem) -> Box<PlannedHandoff> {
        let most = self.left.min(MAX_OF_ONE);
        let is_wrong = one.findings != FindingCounts::default() && most > 0;
        let mut findings = if is_wrong { own_findings(&one.handoff, &self.rules) } else { Vec::new() };
        findings.extend(one.beside.iter().cloned());
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.truncate(most);
        let before = one.before.as_ref().filter(|_| one.outcome == ImportOutcome::Changed && most > 0);
        // What cannot be compared, because it cannot be written, is not stored either.
        let changes = before.and_then(|(_, before)| compare(before, &one.handoff).ok()).unwrap_or_default();
        let is_time = |change: &Change| change.new_path.as_deref() == Some("/updatedAt");
        let changes: Vec<_> = changes.into_iter().filter(|change| !is_time(change)).take(most).collect();
        self.left -= (findings.len() + changes.len()).min(self.left);
        Box::new(PlannedHandoff { one, findings, changes })
    }
}
