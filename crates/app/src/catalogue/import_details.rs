//! Findings and differences of the handoffs of an import.

use outbound_compare::{Change, compare};
use outbound_model::FindingCounts;
use outbound_rules::{Finding, RuleSettings};

use crate::catalogue::findings::own_findings;
use crate::{App, AppError, Grant, ImportItem, ImportOutcome, WriteHandoffs};

/// Maximum findings, and maximum differences, of one handoff.
const MAX_PER_HANDOFF: usize = 20;
/// Maximum findings and differences in total.
const MAX_TOTAL: usize = 2000;

/// One handoff of an import with its findings and differences.
#[derive(Clone, Debug)]
pub struct PlannedHandoff {
    /// The handoff and its outcome.
    pub item: ImportItem,
    /// Its findings, up to a limit, errors first.
    pub findings: Vec<Finding>,
    /// The differences from the previous newest version, up to a limit.
    pub changes: Vec<Change>,
}

/// Adds findings and differences to the handoffs of an import.
pub struct ImportDetails {
    rules: RuleSettings,
    /// How many may still be added.
    remaining: usize,
}

impl App {
    /// Uses the rules of the account.
    pub async fn import_details(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportDetails, AppError> {
        let rules = self.account_settings(grant.account()).await?.rules();
        Ok(ImportDetails { rules, remaining: MAX_TOTAL })
    }
}

impl ImportDetails {
    /// Adds the details to a handoff, as far as the limits allow.
    pub fn of(&mut self, item: ImportItem) -> Box<PlannedHandoff> {
        let limit = self.remaining.min(MAX_PER_HANDOFF);
        let has_findings = item.findings != FindingCounts::default() && limit > 0;
        let mut findings = if has_findings { own_findings(&item.handoff, &self.rules) } else { Vec::new() };
        findings.extend(item.between_handoffs.iter().cloned());
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.truncate(limit);
        let before = item.before.as_ref().filter(|_| item.outcome == ImportOutcome::Changed && limit > 0);
        // A handoff that cannot be compared cannot be serialized, so it is not stored either.
        let changes = before.and_then(|(_, before)| compare(before, &item.handoff).ok()).unwrap_or_default();
        let is_time = |change: &Change| change.new_path.as_deref() == Some("/updatedAt");
        let changes: Vec<_> = changes.into_iter().filter(|change| !is_time(change)).take(limit).collect();
        self.remaining = self.remaining.saturating_sub(findings.len() + changes.len());
        Box::new(PlannedHandoff { item, findings, changes })
    }
}
