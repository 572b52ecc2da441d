//! What an account decides about its rules, and the sample values of a handoff.

use std::collections::BTreeMap;

use outbound_model::Handoff;
use outbound_render::Values;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Severity;

/// An account's choices.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Whose limits count.
    pub rule_set: Limits,
    /// The hosts that media may come from, such as `cdn.example.com`; any when the list is empty.
    pub permitted_media_hosts: Vec<String>,
    /// What single rules count as, by their name in the catalogue: the account's switches.
    pub levels: BTreeMap<String, Level>,
}

/// Whose limits count.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RuleSet)]
pub enum Limits {
    /// What the channel's provider accepts.
    #[default]
    Provider,
    /// LivePerson's narrower limits as well.
    LivePerson,
}

/// What a rule counts as for an account.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RuleLevel)]
pub enum Level {
    /// Not looked at.
    Off,
    /// Advice.
    Advice,
    /// An error.
    Error,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Off, Self::Advice, Self::Error];

    /// Its name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Advice => "advice",
            Level::Error => "error",
        }
    }

    /// The severity of a finding, if there is to be one.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Advice => Some(Severity::Advice),
            Level::Error => Some(Severity::Error),
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
    /// The values for the channel at `channel` in the handoff, from 0.
    pub fn of(&self, channel: usize) -> Option<&Values> {
        self.0.get(&channel)
    }
}

impl Samples {
    /// The samples that a handoff has of its own; `None` where it has none. Names that no
    /// placeholder can have are passed over.
    pub fn of_handoff(handoff: &Handoff) -> Option<Self> {
        let texts = handoff.extension.as_ref()?.samples.as_ref()?;
        let values = |texts: &BTreeMap<String, String>| {
            texts.iter().filter_map(|(key, text)| Some((key.parse().ok()?, text.clone()))).collect()
        };
        Some(texts.0.iter().map(|(channel, texts)| (*channel, values(texts))).collect())
    }
}

impl FromIterator<(usize, Values)> for Samples {
    fn from_iter<I: IntoIterator<Item = (usize, Values)>>(channels: I) -> Self {
        Self(channels.into_iter().collect())
    }
}
