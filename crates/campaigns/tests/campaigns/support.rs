//! Handoffs and golden files for tests.

use outbound_campaigns::{CampaignError, CampaignRequest, Checked, Checks, HandoffSpec};
use outbound_model::{Handoff, from_json_str};
use serde_json::{Value, json};

/// A golden file.
pub(crate) fn load(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The names of the golden files that begin with `prefix`.
pub(crate) fn files(prefix: &str) -> Vec<String> {
    let folder = format!("{}/tests/golden", env!("CARGO_MANIFEST_DIR"));
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(prefix)).collect()
}

/// A handoff with these channels.
pub(crate) fn handoff(channels: &Value) -> Handoff {
    let json = json!({"id": "H204816353720416", "name": "Test", "lookbackPeriodDay": 29, "lookbackPeriodHour": 12,
        "routeAllWithinLookback": true, "createdAt": "2026-09-01T08:00:00Z", "updatedAt": "2026-09-01T08:00:00Z",
        "channels": channels, "x-outbound": {"samples": {"0": {"1": "Your statement is ready."}}}});
    from_json_str(&json.to_string()).unwrap()
}

pub(crate) fn spec(channels: &Value) -> HandoffSpec {
    HandoffSpec::of(&handoff(channels)).unwrap()
}

/// A text with the placeholders 1 to `count`.
fn text(count: usize) -> String {
    let placeholders: Vec<_> = (1..=count).map(|number| format!("${{{{{number}}}}}")).collect();
    placeholders.join(" ")
}

pub(crate) fn sms(variables: usize) -> Value {
    json!({"type": "sms-twilio", "language": "en", "outboundnumber": "+14155550170", "messageComponents": [
        {"type": "body", "content": text(variables), "variables": [], "optOut": "Reply STOP to opt out."}]})
}

pub(crate) fn wa(variables: usize, others: &[Value]) -> Value {
    let body = json!({"type": "body", "content": text(variables), "variables": []});
    let components: Vec<_> = std::iter::once(body).chain(others.iter().cloned()).collect();
    json!({"type": "wa", "language": "en", "outboundnumber": "14155550170", "messageComponents": components})
}

pub(crate) fn header(kind: &str, content: &str) -> Value {
    json!({"type": "header", "sub_type": kind, "content": content, "variables": ["1"]})
}

pub(crate) fn button(index: usize) -> Value {
    json!({"type": "button", "sub_type": "url", "index": index, "content": "Open",
        "url": "https://example.com/{{1}}", "variables": ["1"]})
}

pub(crate) fn inapp() -> Value {
    json!({"type": "inapp", "appNames": ["app"], "language": "en", "messageComponents": [
        {"type": "text", "messageText": "${{1}}", "variables": ["1"]}]})
}

/// Reads and checks a request in an account that accepts `personalInfo` and media of `media.example.com`.
pub(crate) fn check<'b>(body: &'b str, spec: &HandoffSpec) -> Result<Checked<'b>, CampaignError> {
    let checks = Checks {
        handoff: spec,
        permitted_media_hosts: &["media.example.com".to_owned()],
        personal_info: true,
    };
    CampaignRequest::read(body.as_bytes())?.check(checks)
}
