//! What a message says besides its content: traffic type, time to live.

use outbound_model::{At, Object, RCS_TRAFFIC_TYPES};
use serde_json::Value;

use crate::export::Export;

/// What the platform sets; a message that is sent must not have it (Google, phones.agentMessages, read
/// in November 2026).
const GOOGLE_SETS: [&str; 5] =
    ["name", "sendTime", "richMessageClassification", "totalPayloadSizeBytes", "carrier"];

/// Writes the fields that an import kept.
pub(super) fn fields(message: &mut Object, at: &At<'_>, export: &mut Export<'_, '_>) {
    let mut googles = Vec::new();
    for (key, value) in export.kept.fields() {
        if GOOGLE_SETS.contains(&key) {
            googles.push(key);
            continue;
        }
        if !is_named(key, value) {
            export.losses.unchecked(at, &format!("The field {key}"), "Google");
        }
        message.entry(key).or_insert_with(|| value.clone());
    }
    if message.contains_key("ttl") && message.contains_key("expireTime") {
        message.shift_remove("expireTime");
        export.losses.add(at, "Google takes ttl or expireTime, not both; expireTime is left out.");
    }
    if !googles.is_empty() {
        let sentence = format!("Google sets these itself, so they are left out: {}.", googles.join(", "));
        export.losses.add(at, sentence);
    }
}

fn is_named(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("messageTrafficType", Value::String(kind)) => RCS_TRAFFIC_TYPES.contains(&kind.as_str()),
        ("ttl", Value::String(ttl)) => {
            ttl.strip_suffix('s').is_some_and(|seconds| seconds.parse::<f64>().is_ok_and(|n| n >= 0.0))
        }
        ("expireTime", Value::String(_)) => true,
        _ => false,
    }
}
