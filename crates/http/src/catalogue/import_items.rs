//! The items of the response to an import. They are written one after another, first to memory and then to a temporary
//! file, because an import of 32 MiB can have several hundred thousand items.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt, stream};
use outbound_app::{ConversionDetails, ImportDecision, ImportListener};
use tokio::task::spawn_blocking;

use super::import_response::{ImportItem, ImportResponse, item};
use super::import_tracker::ImportTracker;
use crate::error::ApiError;

/// Responses longer than this are written to a file.
const MEMORY_BYTES: usize = 256 * 1024;
/// How much is read from a file at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Elements of a JSON array, separated by commas.
pub(crate) struct ImportItems {
    memory: Vec<u8>,
    /// An unnamed file, which is deleted when the process ends in any way.
    file: Option<File>,
    is_empty: bool,
    /// The error that prevented writing all items.
    failed: Option<io::Error>,
    tracker: Arc<ImportTracker>,
}

/// A complete response, which can be read any number of times.
pub(crate) struct WrittenImport {
    head: Bytes,
    file: Option<Arc<File>>,
    tail: Bytes,
}

impl ImportItems {
    pub(crate) fn new(tracker: Arc<ImportTracker>) -> Self {
        Self { memory: Vec::new(), file: None, is_empty: true, failed: None, tracker }
    }

    fn write(&mut self, item: &ImportItem) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.memory.push(b',');
        }
        serde_json::to_writer(&mut self.memory, item)?;
        if self.memory.len() < MEMORY_BYTES {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.write_all(&self.memory)?;
        self.memory.clear();
        Ok(())
    }

    /// Inserts the items into `response`, whose list of items is empty. If the items could not be written, the import
    /// is still valid, and the response reports that they are missing.
    pub(crate) fn finish(self, mut response: ImportResponse) -> Result<WrittenImport, ApiError> {
        response.items_truncated = self.failed.is_some();
        let json = serde_json::to_string(&response).map_err(|_| ApiError::internal())?;
        let (head, tail) = json.split_at(json.len() - "]}".len());
        let (file, rest) = match self.failed {
            None => (self.file.map(Arc::new), self.memory),
            Some(error) => {
                tracing::warn!(%error, "cannot write the items of an import to a temporary file");
                (None, Vec::new())
            }
        };
        let tail = [&rest, tail.as_bytes()].concat().into();
        Ok(WrittenImport { head: Bytes::from(head.to_owned()), file, tail })
    }
}

impl WrittenImport {
    /// Returns the length in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        let memory = self.head.len() + self.tail.len();
        let file = self.file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |file| file.len());
        file + u64::try_from(memory).unwrap_or(u64::MAX)
    }

    /// Returns the JSON, with `before` and `after` around it.
    pub(crate) fn body(&self, before: &str, after: &'static str) -> Body {
        let Some(file) = &self.file else {
            return Body::from(
                [before.as_bytes(), &self.head[..], &self.tail[..], after.as_bytes()].concat(),
            );
        };
        let part = |bytes: Bytes| stream::once(async { Ok::<_, io::Error>(bytes) });
        let start = part(before.to_owned().into()).chain(part(self.head.clone()));
        let end = part(self.tail.clone()).chain(part(after.into()));
        Body::from_stream(start.chain(chunks(file.clone())).chain(end))
    }
}

impl ImportListener for ImportItems {
    fn on_attempt(&mut self) {
        *self = Self::new(self.tracker.clone());
        self.tracker.begin();
    }

    fn on_handoff(&mut self, notes: ConversionDetails, planned: ImportDecision) {
        let item = item(notes, planned);
        self.tracker.add(&item);
        if self.failed.is_none() {
            self.failed = self.write(&item).err();
        }
    }
}

/// Reads a file in chunks. Several streams can read the same file.
fn chunks(file: Arc<File>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((file, 0), |(file, at)| async move {
        let read = move || {
            let mut chunk = vec![0; CHUNK_BYTES];
            let length = file.read_at(&mut chunk, at)?;
            chunk.truncate(length);
            Ok::<_, io::Error>((file, chunk))
        };
        let (file, chunk) = spawn_blocking(read).await.map_err(io::Error::other)??;
        let next = (file, at + chunk.len() as u64);
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), next)))
    })
}
