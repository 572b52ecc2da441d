//! How many rules handoffs break.

use outbound_model::{FindingCounts, Handoff};
use outbound_rules::{AccountCheck, Finding, Samples, Settings, Severity, check};

/// What a handoff breaks by itself.
pub(crate) fn findings(handoff: &Handoff, settings: &Settings) -> Vec<Finding> {
    check(handoff, settings, Samples::of_handoff(handoff).as_ref())
}

/// How many of each severity.
pub(crate) fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for finding in findings {
        match finding.severity {
            Severity::Error => counts.errors += 1,
            Severity::Advice => counts.advices += 1,
        }
    }
    counts
}

/// Counts the findings of handoffs as they pass, and those between them.
pub(crate) struct Counter<'s> {
    settings: &'s Settings,
    together: AccountCheck<'s>,
    pub(crate) total: FindingCounts,
}

impl<'s> Counter<'s> {
    pub(crate) fn new(settings: &'s Settings) -> Self {
        Self { settings, together: AccountCheck::new(settings), total: FindingCounts::default() }
    }

    /// Answers the handoff's own.
    pub(crate) fn count(&mut self, handoff: &Handoff) -> FindingCounts {
        let own = counts(&findings(handoff, self.settings));
        let together = self.together.add(handoff);
        self.total += own;
        self.total += counts(together.iter().map(|collision| &collision.finding));
        own
    }
}
