//! What an account decides about its rules, and the sample values of a handoff.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Limits {
    /// What the channel's provider accepts.
    #[default]
    Provider,
    /// LivePerson's narrower limits as well.
    LivePerson,
}

/// What a rule counts as for an account.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not looked at.
    Off,
    /// Advice.
    Advice,
    /// An error.
    Error,
}

impl Level {
    /// The severity of a finding, if there is to be one.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Advice => Some(Severity::Advice),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// Sample values of a handoff's placeholders.
///
/// A key is the placeholder's number (`1`) where a channel numbers across all its components; on
/// `wa`, which numbers anew in each, it is `header.1`, `body.1` or, with the button's index,
/// `button.0.1`.
///
/// ```
/// let mut samples = outbound_rules::Samples::default();
/// samples.insert(0, "body.1", "Ann");
/// assert_eq!(samples.get(0, "body.1"), Some("Ann"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples(BTreeMap<usize, BTreeMap<String, String>>);

impl Samples {
    /// Sets the value of a placeholder of the channel at `channel` in the handoff.
    pub fn insert(&mut self, channel: usize, key: impl Into<String>, value: impl Into<String>) {
        self.0.entry(channel).or_default().insert(key.into(), value.into());
    }

    /// The value of a placeholder.
    pub fn get(&self, channel: usize, key: &str) -> Option<&str> {
        Some(self.0.get(&channel)?.get(key)?.as_str())
    }

    pub(crate) fn entry(&self, channel: usize, number: u16) -> Option<&String> {
        self.0.get(&channel)?.get(&number.to_string())
    }
}
