//! What a draft looks like.

use outbound_model::{Handoff, ShapeError};
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::{Finding, Samples, Settings, check};

use super::draft::Draft;

/// What a draft looks like: to the rules, and to a consumer.
#[derive(Debug)]
pub struct Look {
    /// The draft as a handoff.
    pub handoff: Handoff,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What a consumer sees, with the handoff's own samples.
    pub rendered: Rendered,
}

impl Look {
    /// Looks at a draft under an account's settings.
    pub fn at(draft: &Draft, settings: &Settings) -> Result<Self, ShapeError> {
        let handoff = draft.handoff()?;
        // As everywhere else: without any sample, nothing is said about those that are missing.
        let samples = Samples::of_handoff(&handoff);
        let findings = check(&handoff, settings, samples.as_ref());
        let samples = samples.unwrap_or_default();
        let rendered = render_with_samples(&handoff, &Values::default(), |place| samples.of(place));
        Ok(Self { handoff, findings, rendered })
    }
}
