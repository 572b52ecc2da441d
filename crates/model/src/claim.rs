//! What a channel of a handoff claims in its account.

/// A claim: all handoffs of an account that claim a key have to agree on its value. The first one, in the
/// order of creation, decides the value; a later one with another value breaks the rule.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Claim {
    /// The name of the rule that is broken by another value.
    pub rule: &'static str,
    /// The index of the channel that makes the claim, from 0.
    pub channel: usize,
    /// A hash of what is claimed, such as the name and language of a template.
    pub key: i64,
    /// A hash of what the claim says about the key, such as the content of the template.
    pub value: i64,
}
