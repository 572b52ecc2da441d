//! An account's settings for rules, and the sample values of a handoff.

use std::collections::BTreeMap;

use outbound_model::Handoff;
use outbound_render::Values;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Rule, Severity, When};

/// An account's settings for rules.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RuleSettings {
    /// Which limits apply.
    pub rule_set: RuleSet,
    /// The hosts that media may come from, such as `cdn.example.com`. An empty list permits all hosts.
    pub permitted_media_hosts: Vec<String>,
    /// Levels of individual rules, by their name in the catalogue. They override the default severity.
    pub levels: BTreeMap<String, RuleLevel>,
}

impl RuleSettings {
    /// The severity of a finding of `rule`; `None` if the account does not check it.
    pub fn severity_of(&self, rule: &Rule) -> Option<Severity> {
        let is_checked = match rule.when {
            When::Always => true,
            When::LivePerson => self.rule_set == RuleSet::LivePerson,
            When::OnRequest => false,
        };
        match self.levels.get(rule.name) {
            Some(level) => level.severity(),
            None => is_checked.then_some(rule.severity),
        }
    }
}

/// Which limits apply.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ChannelRules)]
pub enum RuleSet {
    /// The limits of the channel's provider.
    #[default]
    Provider,
    /// Also LivePerson's narrower limits.
    LivePerson,
}

/// The level of a rule for an account.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RuleLevel)]
pub enum RuleLevel {
    /// Not checked.
    Off,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl RuleLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warning, Self::Error];

    /// The name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            RuleLevel::Off => "off",
            RuleLevel::Warning => "warning",
            RuleLevel::Error => "error",
        }
    }

    /// The severity of findings; `None` if the rule is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            RuleLevel::Off => None,
            RuleLevel::Warning => Some(Severity::Warning),
            RuleLevel::Error => Some(Severity::Error),
        }
    }
}

/// Sample values of a handoff's placeholders, channel by channel.
///
/// ```
/// use outbound_render::Values;
///
/// let values: Values = ["body.1=Ann"].into_iter().map(Values::assignment).collect::<Result<_, _>>()?;
/// let samples = outbound_rules::Samples::from_iter([(0, values)]);
/// assert!(samples.of(0).is_some());
/// # Ok::<(), outbound_render::ValueError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples(BTreeMap<usize, Values>);

impl Samples {
    /// The values for the channel at index `channel`.
    pub fn of(&self, channel: usize) -> Option<&Values> {
        self.0.get(&channel)
    }
}

impl Samples {
    /// The sample values stored in a handoff; `None` if it has none. Invalid placeholder names are ignored.
    pub fn of_handoff(handoff: &Handoff) -> Option<Self> {
        let samples = handoff.extension.as_ref()?.samples.as_ref()?;
        let values = |samples: &BTreeMap<String, String>| {
            samples.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value.clone()))).collect()
        };
        Some(samples.0.iter().map(|(channel, samples)| (*channel, values(samples))).collect())
    }
}

impl FromIterator<(usize, Values)> for Samples {
    fn from_iter<I: IntoIterator<Item = (usize, Values)>>(channels: I) -> Self {
        Self(channels.into_iter().collect())
    }
}
