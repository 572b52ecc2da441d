//! A draft as the rules and a consumer see it.

use outbound_model::Handoff;
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::{Finding, Samples};

/// A draft with its findings and its preview.
#[derive(Debug)]
pub struct DraftView {
    /// The draft as a handoff.
    pub handoff: Handoff,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// What a consumer sees, with the sample values of the handoff.
    pub rendered: Rendered,
}

impl DraftView {
    /// Renders a draft that has these findings.
    pub fn new(handoff: Handoff, findings: Vec<Finding>) -> Self {
        let samples = Samples::of_handoff(&handoff).unwrap_or_default();
        let rendered = render_with_samples(&handoff, &Values::default(), |place| samples.of(place));
        Self { handoff, findings, rendered }
    }
}
