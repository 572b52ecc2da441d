//! What an import kept of Google's message beside its content: RCS-13. A handoff does not serve these
//! fields and an export writes them, so they are advice.

use outbound_model::{At, RCS_TRAFFIC_TYPES};
use serde_json::Value;

use super::{GOOGLE, TRAFFIC_TYPE, TWO_EXPIRIES};
use crate::context::Context;

/// The traffic type of a message that does not say.
const UNSPECIFIED: &str = "MESSAGE_TRAFFIC_TYPE_UNSPECIFIED";

/// Checks the fields that were kept of the configuration at `at`.
pub(super) fn check(at: &At<'_>, ctx: &mut Context<'_>) {
    if let Some(kind) = ctx.kept(GOOGLE, "messageTrafficType").and_then(Value::as_str)
        && kind != UNSPECIFIED
        && !RCS_TRAFFIC_TYPES.contains(&kind)
    {
        let known = RCS_TRAFFIC_TYPES.join(", ");
        let message = format!("Google knows no messageTrafficType {kind:.40}; it is one of {known}.");
        ctx.add(TRAFFIC_TYPE.at(at).say(message));
    }
    if ctx.kept(GOOGLE, "ttl").is_some() && ctx.kept(GOOGLE, "expireTime").is_some() {
        ctx.add(TWO_EXPIRIES.at(at));
    }
}
