//! Output of a handoff and its versions.

use std::fmt::Write;

use outbound_app::{HandoffTag, StoredHandoff, VersionRecord};
use outbound_formats::liveperson;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::output::Output;

/// Prints the handoff: as text in the form that users edit, as JSON with its state.
pub(super) fn print_handoff(stored: &StoredHandoff, output: Output) -> Result<(), CliError> {
    output.print(&handoff_json(stored)?, liveperson::pretty(&stored.latest)?)
}

/// Prints the result of an operation, such as `Published NAME (ID): version 3, published.`
pub(super) fn print_result(verb: &str, stored: &StoredHandoff, output: Output) -> Result<(), CliError> {
    let (name, number) = (&stored.latest.name, stored.latest_version.number);
    let mut text = format!("{verb} {name} ({}): version {number}, {}", stored.id, stored.state());
    if let Some(published) = stored.published_version.filter(|published| *published != number) {
        let _ = write!(text, "; version {published} is published");
    }
    output.print(&handoff_json(stored)?, format!("{text}."))
}

/// Has the same fields as in the management API, and the tag, which the API returns in a header.
fn handoff_json(stored: &StoredHandoff) -> Result<Value, CliError> {
    let mut value = json!({
        "handoff": stored.latest.to_file()?, "state": stored.state(), "tag": HandoffTag::of(stored).as_str(),
    });
    if let Value::Object(version) = version_json(&stored.latest_version) {
        for (name, field) in version {
            value[name] = field;
        }
    }
    if let Some(published) = stored.published_version {
        value["publishedVersion"] = json!(published);
    }
    if let Some(archived_at) = stored.archived_at {
        value["archivedAt"] = json!(archived_at);
    }
    Ok(value)
}

/// The fields of a version without its handoff.
pub(super) fn version_json(record: &VersionRecord) -> Value {
    let mut value =
        json!({ "version": record.number, "savedAt": record.saved_at, "savedBy": record.saved_by });
    if let Some(note) = &record.note {
        value["note"] = json!(note);
    }
    value
}
