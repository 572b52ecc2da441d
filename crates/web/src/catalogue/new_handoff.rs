//! The content of the form for a new handoff.

use serde_json::{Value, json};

use crate::text;

/// A handoff without channels, as a file contains it. Saving sets its id and dates.
pub(super) fn new_handoff() -> Value {
    json!({
        "id": "H000000000000000",
        "name": text::new_handoff(),
        "lookbackPeriodDay": 30,
        "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true,
        "createdAt": "1970-01-01T00:00:00.000Z",
        "updatedAt": "1970-01-01T00:00:00.000Z",
        "channels": [],
    })
}
