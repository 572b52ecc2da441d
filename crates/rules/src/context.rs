//! The context of a check: settings, sample values, and the list of findings.

use outbound_model::{Channel, Handoff};
use outbound_render::{Component, Key};
use serde_json::Value;

use crate::finding::{ChannelRef, Finding, Found};
use crate::{RuleSettings, Samples};

pub(crate) struct Context<'c> {
    pub(crate) settings: &'c RuleSettings,
    samples: Option<&'c Samples>,
    handoff: Option<&'c Handoff>,
    channel: Option<(usize, &'c Channel)>,
    findings: Vec<Finding>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(settings: &'c RuleSettings, samples: Option<&'c Samples>) -> Self {
        Self { settings, samples, handoff: None, channel: None, findings: Vec::new() }
    }

    /// Sets the channel configuration of the following findings.
    pub(crate) fn enter(&mut self, index: usize, handoff: &'c Handoff) {
        self.handoff = Some(handoff);
        self.channel = handoff.channels.get(index).map(|channel| (index, channel));
    }

    /// Adds a finding if its rule is enabled for the account.
    pub(crate) fn add(&mut self, found: Found<'_>) {
        let rule = found.rule;
        let Some(severity) = self.settings.severity_of(rule) else { return };
        self.findings.push(Finding {
            rule: rule.id,
            name: rule.name,
            severity,
            channel: self.channel.map(|(index, channel)| ChannelRef { index, r#type: type_of(channel) }),
            pointer: found.at.to_string(),
            missing: found.missing,
            range: found.range,
            message: found.message.unwrap_or_else(|| rule.summary.to_owned()),
            fix: found.fix,
            provider: rule.source.provider,
            source: rule.source,
        });
    }

    /// Whether sample values were given, so that missing ones are reported.
    pub(crate) fn has_samples(&self) -> bool {
        self.samples.is_some()
    }

    /// The sample value of placeholder `number`. `component` is `None` on channels that number placeholders
    /// across components.
    pub(crate) fn sample(&self, component: Option<Component>, number: u16) -> Option<&'c str> {
        let (index, _) = self.channel?;
        self.samples?.of(index)?.get(Key { component, number })
    }

    /// A field of `provider` that an import kept for this channel.
    pub(crate) fn kept(&self, provider: &str, key: &str) -> Option<&'c Value> {
        let ((index, _), handoff) = (self.channel?, self.handoff?);
        kept(handoff, index, provider, key)
    }

    pub(crate) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}

/// A field of `provider` that an import kept for the channel at `index`, because the channel has no field for it.
pub(crate) fn kept<'h>(handoff: &'h Handoff, index: usize, provider: &str, key: &str) -> Option<&'h Value> {
    let mut fields = handoff.extension.as_ref()?.provider_fields(provider, index);
    fields.find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The `type` of a channel configuration.
fn type_of(channel: &Channel) -> String {
    match channel {
        Channel::Unknown(object) => object.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
        known => known.channel_type().map(|name| name.as_str().to_owned()).unwrap_or_default(),
    }
}
