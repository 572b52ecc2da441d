//! The catalogue of rules.

use crate::{ChannelRules, Rule, apple_twilio, claims, general, googlercs, inapp, sms_twilio, wa};

/// All rule sets, the general ones first.
pub static CHANNEL_RULES: [&ChannelRules; 7] = [
    &general::RULES,
    &claims::RULES,
    &wa::RULES,
    &sms_twilio::RULES,
    &apple_twilio::RULES,
    &googlercs::RULES,
    &inapp::RULES,
];

/// All rules.
///
/// ```
/// let first = outbound_rules::catalogue().next().unwrap();
/// assert_eq!((first.id, first.name), ("GEN-01", "name-angle-brackets"));
/// ```
pub fn catalogue() -> impl Iterator<Item = &'static Rule> {
    CHANNEL_RULES.iter().flat_map(|set| set.rules.iter().copied())
}
