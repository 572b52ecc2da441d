//! Fields of Google's message that an import kept: RCS-13. They are not served but only exported, so findings
//! are warnings.

use outbound_model::{At, RCS_TRAFFIC_TYPES};
use serde_json::Value;

use super::{GOOGLE, TRAFFIC_TYPE, TWO_EXPIRIES};
use crate::context::Context;

/// The default traffic type.
const UNSPECIFIED: &str = "MESSAGE_TRAFFIC_TYPE_UNSPECIFIED";

/// Checks the fields that an import kept for the configuration at `at`.
pub(super) fn check(at: &At<'_>, ctx: &mut Context<'_>) {
    if let Some(kind) = ctx.kept(GOOGLE, "messageTrafficType").and_then(Value::as_str)
        && kind != UNSPECIFIED
        && !RCS_TRAFFIC_TYPES.contains(&kind)
    {
        let known = RCS_TRAFFIC_TYPES.join(", ");
        let message = format!("{kind:.40} is not a messageTrafficType of Google; the values are {known}.");
        ctx.add(TRAFFIC_TYPE.at(at).say(message));
    }
    if ctx.kept(GOOGLE, "ttl").is_some() && ctx.kept(GOOGLE, "expireTime").is_some() {
        ctx.add(TWO_EXPIRIES.at(at));
    }
}
