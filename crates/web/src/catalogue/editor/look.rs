//! What a draft looks like.

use outbound_model::Handoff;
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::{Finding, Samples};

/// What a draft looks like: to the rules, and to a consumer.
#[derive(Debug)]
pub struct ViewOptions {
    /// The draft as a handoff.
    pub handoff: Handoff,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What a consumer sees, with the handoff's own samples.
    pub rendered: Rendered,
}

impl ViewOptions {
    /// Renders a handoff, the draft, that has these findings.
    pub fn new(handoff: Handoff, findings: Vec<Finding>) -> Self {
        let samples = Samples::of_handoff(&handoff).unwrap_or_default();
        let rendered = render_with_samples(&handoff, &Values::default(), |place| samples.of(place));
        Self { handoff, findings, rendered }
    }
}
