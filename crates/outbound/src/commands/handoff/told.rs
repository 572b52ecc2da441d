//! How a handoff is printed.

use std::fmt::Write;

use outbound_app::{HandoffTag, StoredHandoff, VersionRecord};
use outbound_formats::liveperson;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::output::Output;

/// All of it: for people what they would edit.
pub(super) fn whole(stored: &StoredHandoff, output: Output) -> Result<(), CliError> {
    output.print(&value(stored)?, liveperson::pretty(&stored.latest)?)
}

/// What was done to it, in a sentence.
pub(super) fn done(what: &str, stored: &StoredHandoff, output: Output) -> Result<(), CliError> {
    let (name, number) = (&stored.latest.name, stored.latest_version.number);
    let mut text = format!("{what} {name} ({}): version {number}, {}", stored.id, stored.state());
    if let Some(published) = stored.published_version.filter(|published| *published != number) {
        let _ = write!(text, "; version {published} is served");
    }
    output.print(&value(stored)?, format!("{text}."))
}

/// As the management API has it, with the tag that stands in a header there.
fn value(stored: &StoredHandoff) -> Result<Value, CliError> {
    let mut value = json!({
        "handoff": stored.latest.to_file()?, "state": stored.state(), "tag": HandoffTag::of(stored).as_str(),
    });
    let mut add = |name: &str, added: Value| value[name] = added;
    if let Value::Object(version) = version(&stored.latest_version) {
        version.into_iter().for_each(|(name, field)| add(&name, field));
    }
    if let Some(published) = stored.published_version {
        add("publishedVersion", json!(published));
    }
    if let Some(archived_at) = stored.archived_at {
        add("archivedAt", json!(archived_at));
    }
    Ok(value)
}

/// A version without its handoff.
pub(super) fn version(record: &VersionRecord) -> Value {
    let mut value =
        json!({ "version": record.number, "savedAt": record.saved_at, "savedBy": record.saved_by });
    if let Some(note) = &record.note {
        value["note"] = json!(note);
    }
    value
}
