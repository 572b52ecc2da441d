//! Import and export of handoffs through the public functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hostile;
mod kept;
mod meta;
mod phones;
mod properties;
mod rbm;
mod schemas;
mod twilio;

use outbound_formats::liveperson::Defaults;
use outbound_formats::{
    Exported, Format, FormatError, ImportedHandoff, Names, ReadOptions, WriteOptions, read_any, write_any,
};
use outbound_model::{Handoff, HandoffId, Timestamp, from_json_str};
use serde_json::{Value, json};

struct Fixed(u64);

impl Defaults for Fixed {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
}

fn read(format: Format, json: &Value) -> Result<Vec<ImportedHandoff>, FormatError> {
    read_with(format, json.to_string().as_bytes(), ReadOptions::default())
}

fn read_with(
    format: Format,
    bytes: &[u8],
    options: ReadOptions,
) -> Result<Vec<ImportedHandoff>, FormatError> {
    let mut names = Names::default();
    let mut imported: Vec<_> = read_any(format, bytes, options, Fixed(0)).collect::<Result<_, _>>()?;
    for one in &mut imported {
        names.make_unique(one);
    }
    Ok(imported)
}

#[track_caller]
fn one(format: Format, json: &Value) -> ImportedHandoff {
    read(format, json).unwrap().pop().unwrap()
}

fn write(format: Format, handoff: &Handoff) -> Exported {
    write_any(format, handoff, &WriteOptions::default()).unwrap()
}

/// The only document of an exported handoff.
#[track_caller]
fn document(format: Format, handoff: &Handoff) -> Value {
    let [document] = &write(format, handoff).documents[..] else { panic!("not one document") };
    document.value.clone()
}

/// A handoff with these channels, and with sample values for the first one.
fn handoff(channels: impl Into<Value>, samples: impl Into<Value>) -> Handoff {
    let (channels, samples) = (channels.into(), samples.into());
    let handoff = json!({
        "id": "H1", "name": "Order update", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": false, "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z", "channels": channels,
        "x-outbound": {"samples": {"0": samples}},
    });
    from_json_str(&handoff.to_string()).unwrap()
}

fn sentences(losses: &[outbound_formats::Loss]) -> Vec<String> {
    losses.iter().map(|loss| format!("{}: {}", loss.pointer, loss.sentence)).collect()
}

/// Asserts that a loss at `pointer` contains `words`.
#[track_caller]
fn assert_lost(losses: &[outbound_formats::Loss], pointer: &str, words: &str) {
    let found = losses.iter().any(|loss| loss.pointer == pointer && loss.sentence.contains(words));
    assert!(found, "{pointer}: {words} is not in {:#?}", sentences(losses));
}

fn names(mappings: &[outbound_formats::Mapping]) -> Vec<(&str, &str)> {
    mappings.iter().map(|mapping| (mapping.from.as_str(), mapping.to.as_str())).collect()
}
