//! The documented examples of every channel, made valid JSON: demo data, the OpenAPI file's
//! examples, and what the tests compare with. Ids, names, lookback and times are ours; the Apple
//! one is ours whole, because none is documented.

/// Fifteen handoffs, as the list endpoint answers them.
pub const HANDOFFS: &str = include_str!("../examples/handoffs.json");

/// The documented answer of the by-channel endpoint for `sms-twilio`; its elements have none of
/// the handoff's own fields.
pub const BY_CHANNEL_SMS_TWILIO: &str = include_str!("../examples/by-channel-sms-twilio.json");
