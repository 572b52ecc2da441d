//! Reads the handoffs of an import in batches, each of which is looked up at once.

use std::io;

use outbound_formats::FormatError;
use outbound_model::Handoff;

use crate::catalogue::import_match::IncomingHandoff;

/// Handoffs of a batch at most.
pub(crate) const MAX_BATCH: usize = 500;
/// Bytes of a batch at most, as JSON and not counting the last handoff.
const MAX_BYTES: usize = 1 << 20;
/// Mistakes of one file that are reported at once.
const MAX_MISTAKES: usize = 20;

/// The batches of an import. After the first mistake come no more handoffs, only further mistakes.
pub(crate) struct Batches<H> {
    handoffs: H,
    /// What is wrong with the files, so far.
    pub(crate) mistakes: Vec<FormatError>,
}

impl<I: Into<IncomingHandoff>, H: Iterator<Item = Result<I, FormatError>>> Batches<H> {
    pub(crate) fn new(handoffs: H) -> Self {
        Self { handoffs, mistakes: Vec::new() }
    }

    /// The next handoffs, `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Vec<IncomingHandoff>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < MAX_BATCH && bytes < MAX_BYTES && self.mistakes.len() < MAX_MISTAKES {
            match self.handoffs.next() {
                Some(Ok(incoming)) if self.mistakes.is_empty() => {
                    let incoming = incoming.into();
                    bytes += size(&incoming.handoff);
                    batch.push(incoming);
                }
                Some(Ok(_)) => {}
                Some(Err(mistake)) => self.mistakes.push(mistake),
                None => break,
            }
        }
        (!batch.is_empty()).then_some(batch)
    }
}

/// Bytes of a handoff as JSON.
fn size(handoff: &Handoff) -> usize {
    let mut counter = Counter(0);
    // What cannot be written is refused when it is saved.
    let _ = serde_json::to_writer(&mut counter, handoff);
    counter.0
}

/// Counts bytes.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
