//! Splits the handoffs of an import into batches, so that each batch is looked up with few statements, and checks the
//! handoffs of a batch.

use std::io;

use outbound_formats::FormatError;
use outbound_model::Handoff;
use outbound_rules::RuleSettings;

use crate::AppError;
use crate::catalogue::findings::CheckedHandoff;
use crate::catalogue::import_match::IncomingHandoff;
use crate::compute::off_thread;

/// Maximum handoffs of a batch.
pub(crate) const MAX_BATCH: usize = 1000;
/// Maximum bytes of a batch as JSON, without the last handoff.
const MAX_BATCH_BYTES: usize = 1 << 20;
/// Maximum reported errors of a file.
const MAX_ERRORS: usize = 20;

/// Reads the batches of an import. After the first error, only further errors are collected.
pub(crate) struct Batches<H> {
    handoffs: H,
    /// The errors so far.
    pub(crate) errors: Vec<FormatError>,
}

impl<I: Into<IncomingHandoff>, H: Iterator<Item = Result<I, FormatError>>> Batches<H> {
    pub(crate) fn new(handoffs: H) -> Self {
        Self { handoffs, errors: Vec::new() }
    }

    /// The next batch, `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Vec<IncomingHandoff>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < MAX_BATCH && bytes < MAX_BATCH_BYTES && self.errors.len() < MAX_ERRORS {
            match self.handoffs.next() {
                Some(Ok(incoming)) if self.errors.is_empty() => {
                    let incoming = incoming.into();
                    bytes += json_size(&incoming.handoff);
                    batch.push(incoming);
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => self.errors.push(error),
                None => break,
            }
        }
        (!batch.is_empty()).then_some(batch)
    }
}

/// Starts to check the handoffs of a batch on another thread, while the import writes the batch before it.
pub(crate) fn check_batch(
    batch: Vec<IncomingHandoff>,
    rules: &RuleSettings,
) -> impl Future<Output = Result<Vec<(IncomingHandoff, CheckedHandoff)>, AppError>> + Send + use<> {
    let rules = rules.clone();
    off_thread(move || {
        let check = |incoming: IncomingHandoff| {
            let checked = CheckedHandoff::of(&incoming.handoff, &rules);
            (incoming, checked)
        };
        batch.into_iter().map(check).collect()
    })
}

/// The size of a handoff as JSON.
fn json_size(handoff: &Handoff) -> usize {
    let mut counter = ByteCounter(0);
    // A handoff that cannot be serialized is rejected when it is saved.
    let _ = serde_json::to_writer(&mut counter, handoff);
    counter.0
}

/// Counts written bytes.
struct ByteCounter(usize);

impl io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
