//! A rule, the rules of a channel, and how they are declared.

use outbound_model::ChannelType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::source::Source;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Should be reviewed: the provider accepts it, or sources disagree.
    Warning,
    /// Prevents publishing, because the provider rejects it.
    Error,
}

/// When a rule is checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Always.
    Always,
    /// If the account uses LivePerson's narrower limits.
    LivePerson,
    /// Only if the account's settings name it.
    OnRequest,
}

/// A rule that is checked. Several rules may share the id of the documented rule that they implement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// The id in docs/rules.md, such as `WA-26`.
    pub id: &'static str,
    /// The unique name in the catalogue and in settings, such as `starts-with-placeholder`.
    pub name: &'static str,
    /// The severity of its findings unless the account's settings change it.
    pub severity: Severity,
    /// When the rule is checked.
    pub when: When,
    /// The rule as a sentence.
    pub summary: &'static str,
    /// The page that states the rule.
    pub source: &'static Source,
}

/// The rules of one channel as of a date.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ChannelRules {
    /// The channel; `None` for rules of all channels.
    #[serde(serialize_with = "channel_name")]
    pub channel: Option<ChannelType>,
    /// The date on which the rules were last compared with their sources.
    pub dated: &'static str,
    /// The rules.
    pub rules: &'static [&'static Rule],
}

// serde passes the field by reference.
#[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option)]
fn channel_name<S: serde::Serializer>(
    channel: &Option<ChannelType>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    channel.map(ChannelType::as_str).serialize(serializer)
}

/// Declares rules as a table: severity, when, id, constant, name, source, summary.
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
        pub(crate) static $SET: $crate::ChannelRules =
            $crate::ChannelRules { channel: $channel, dated: $dated, rules: &[$(&$RULE),*] };
    };
}

pub(crate) use rules;
