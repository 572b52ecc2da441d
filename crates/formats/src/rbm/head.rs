//! Export of a message's fields besides its content, such as traffic type and time to live.

use outbound_model::{At, Object, RCS_TRAFFIC_TYPES};
use serde_json::Value;

use crate::channel_export::ChannelExport;

/// Fields that the platform sets and that must not be sent (Google, phones.agentMessages, read in November 2026).
const READ_ONLY_FIELDS: [&str; 5] =
    ["name", "sendTime", "richMessageClassification", "totalPayloadSizeBytes", "carrier"];

/// Writes the fields that an import kept.
pub(super) fn fields(message: &mut Object, at: &At<'_>, export: &mut ChannelExport<'_, '_>) {
    let mut read_only = Vec::new();
    for (key, value) in export.kept.fields() {
        if READ_ONLY_FIELDS.contains(&key) {
            read_only.push(key);
            continue;
        }
        if !is_documented(key, value) {
            export.losses.unchecked(at, &format!("The field {key}"), "Google");
        }
        message.entry(key).or_insert_with(|| value.clone());
    }
    if message.contains_key("ttl") && message.contains_key("expireTime") {
        message.shift_remove("expireTime");
        export.losses.add(at, "Google accepts ttl or expireTime, not both; expireTime is omitted.");
    }
    if !read_only.is_empty() {
        let sentence =
            format!("Google sets these fields itself, so they are omitted: {}.", read_only.join(", "));
        export.losses.add(at, sentence);
    }
}

fn is_documented(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("messageTrafficType", Value::String(kind)) => RCS_TRAFFIC_TYPES.contains(&kind.as_str()),
        ("ttl", Value::String(ttl)) => {
            ttl.strip_suffix('s').is_some_and(|seconds| seconds.parse::<f64>().is_ok_and(|n| n >= 0.0))
        }
        ("expireTime", Value::String(_)) => true,
        _ => false,
    }
}
