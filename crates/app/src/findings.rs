//! How many rules an import breaks.

use std::fmt;

use outbound_model::Handoff;
use outbound_rules::{AccountCheck, Samples, Settings, Severity, check};

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
pub struct Findings {
    /// What the provider refuses.
    pub errors: u64,
    /// What is worth a look.
    pub advices: u64,
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = |number| if number == 1 { "" } else { "s" };
        let Findings { errors, advices } = *self;
        write!(f, "{errors} error{}, {advices} advice{}", ending(errors), ending(advices))
    }
}

/// Counts the findings of handoffs as they pass.
pub(crate) struct Counter<'s> {
    settings: &'s Settings,
    together: AccountCheck<'s>,
    pub(crate) findings: Findings,
}

impl<'s> Counter<'s> {
    pub(crate) fn new(settings: &'s Settings) -> Self {
        Self { settings, together: AccountCheck::new(settings), findings: Findings::default() }
    }

    pub(crate) fn count(&mut self, handoff: &Handoff) {
        let samples = Samples::of_handoff(handoff);
        let together = self.together.add(handoff).into_iter().map(|collision| collision.finding);
        for finding in check(handoff, self.settings, samples.as_ref()).into_iter().chain(together) {
            match finding.severity {
                Severity::Error => self.findings.errors += 1,
                Severity::Advice => self.findings.advices += 1,
            }
        }
    }
}
