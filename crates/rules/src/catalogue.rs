//! What a rule is, and the list of them all.

use outbound_model::ChannelType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::source::Source;
use crate::{account, apple_twilio, general, googlercs, inapp, sms_twilio, wa};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; the provider accepts it, or sources disagree.
    Advice,
    /// The provider refuses it: do not publish.
    Error,
}

/// Under which settings a rule is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Always.
    Always,
    /// When the account keeps to LivePerson's narrower limits.
    LivePerson,
    /// When the account's settings name it.
    OnRequest,
}

/// One thing that is checked. Several may share the id of the written rule they come from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// The id in docs/rules.md, such as `WA-26`.
    pub id: &'static str,
    /// Its own name, unique in the catalogue, such as `starts-with-placeholder`; settings use it.
    pub name: &'static str,
    /// How bad a finding is unless the settings say otherwise.
    pub severity: Severity,
    /// Under which settings it is looked at.
    pub when: When,
    /// The rule as a sentence.
    pub summary: &'static str,
    /// Who says so.
    pub source: &'static Source,
}

/// The rules of one channel as they were on a date: when a provider changes, this is what changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RuleSet {
    /// The channel; `None` for what holds on all of them.
    #[serde(serialize_with = "channel_name")]
    pub channel: Option<ChannelType>,
    /// The day on which the rules were last held against their sources.
    pub dated: &'static str,
    /// The rules.
    pub rules: &'static [&'static Rule],
}

// serde hands the field by reference.
#[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option)]
fn channel_name<S: serde::Serializer>(channel: &Option<ChannelType>, to: S) -> Result<S::Ok, S::Error> {
    channel.map(ChannelType::as_str).serialize(to)
}

/// Every rule set, the general ones first.
pub static RULE_SETS: [&RuleSet; 7] = [
    &general::RULES,
    &account::RULES,
    &wa::RULES,
    &sms_twilio::RULES,
    &apple_twilio::RULES,
    &googlercs::RULES,
    &inapp::RULES,
];

/// Every rule that is checked.
///
/// ```
/// let first = outbound_rules::catalogue().next().unwrap();
/// assert_eq!((first.id, first.name), ("GEN-01", "name-angle-brackets"));
/// ```
pub fn catalogue() -> impl Iterator<Item = &'static Rule> {
    RULE_SETS.iter().flat_map(|set| set.rules.iter().copied())
}

/// Rules as a table: severity, when, id, constant, name, source, sentence.
macro_rules! rules {
    (
        $(#[$meta:meta])* $SET:ident = $channel:expr, $dated:literal;
        $($severity:ident $when:ident $id:literal $RULE:ident $name:literal $source:ident $summary:literal;)*
    ) => {
        $(pub(crate) static $RULE: $crate::Rule = $crate::Rule {
            id: $id,
            name: $name,
            severity: $crate::Severity::$severity,
            when: $crate::When::$when,
            source: &$crate::source::$source,
            summary: $summary,
        };)*
        $(#[$meta])*
        pub(crate) static $SET: $crate::RuleSet =
            $crate::RuleSet { channel: $channel, dated: $dated, rules: &[$(&$RULE),*] };
    };
}

pub(crate) use rules;
