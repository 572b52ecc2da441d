//! What an import kept of Google's message beside its content: RCS-13. A handoff does not serve these
//! fields and an export writes them, so they are advice.

use outbound_model::At;
use serde_json::Value;

use super::{GOOGLE, TRAFFIC_TYPE, TWO_EXPIRIES};
use crate::context::Context;

/// Google's traffic types (phones.agentMessages, `MessageTrafficType`, read in November 2026). The
/// first is what a message has that does not say.
const TRAFFIC_TYPES: [&str; 6] = [
    "MESSAGE_TRAFFIC_TYPE_UNSPECIFIED",
    "AUTHENTICATION",
    "TRANSACTION",
    "PROMOTION",
    "SERVICEREQUEST",
    "ACKNOWLEDGEMENT",
];

/// Checks the fields that were kept of the configuration at `at`.
pub(super) fn check(at: &At<'_>, ctx: &mut Context<'_>) {
    if let Some(kind) = ctx.kept(GOOGLE, "messageTrafficType").and_then(Value::as_str)
        && !TRAFFIC_TYPES.contains(&kind)
    {
        let known = TRAFFIC_TYPES.get(1..).unwrap_or_default().join(", ");
        let message = format!("Google knows no messageTrafficType {kind:.40}; it is one of {known}.");
        ctx.add(TRAFFIC_TYPE.at(at).say(message));
    }
    if ctx.kept(GOOGLE, "ttl").is_some() && ctx.kept(GOOGLE, "expireTime").is_some() {
        ctx.add(TWO_EXPIRIES.at(at));
    }
}
