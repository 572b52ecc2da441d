//! The documented examples of every channel, corrected to valid JSON. They are the demo data, the
//! examples in the OpenAPI file and the expected values of tests. This project added ids, names,
//! lookback periods and times, and wrote the Apple example, because none is documented.

/// Fifteen handoffs, as the list endpoint returns them.
pub const HANDOFFS: &str = include_str!("../examples/handoffs.json");

/// The documented response of the by-channel endpoint for `sms-twilio`. Its elements have none of
/// the handoff's own fields.
pub const BY_CHANNEL_SMS_TWILIO: &str = include_str!("../examples/by-channel-sms-twilio.json");
