//! The items of an import's answer. They are written as they become known, to memory while they are few and then to
//! a temporary file, because an import of 32 MiB has some hundred thousand of them.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt, stream};
use outbound_app::{ConversionDetails, ImportDecision, ImportListener};
use tokio::task::spawn_blocking;

use super::import_answer::{ImportAnswer, ImportItem, item};
use super::import_progress::Progress;
use crate::error::ApiError;

/// Longer answers are written to a file.
const MEMORY_BYTES: usize = 256 * 1024;
/// A piece of an answer that is read from a file.
const PIECE_BYTES: usize = 64 * 1024;

/// Elements of a JSON array, separated by commas.
pub(crate) struct ImportItems {
    memory: Vec<u8>,
    /// Without a name: it is gone with the process, however that ends.
    file: Option<File>,
    is_empty: bool,
    /// Why not all of them were written.
    failed: Option<io::Error>,
    progress: Arc<Progress>,
}

/// A finished answer, which can be read any number of times.
pub(crate) struct WrittenAnswer {
    head: Bytes,
    file: Option<Arc<File>>,
    tail: Bytes,
}

impl ImportItems {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        Self { memory: Vec::new(), file: None, is_empty: true, failed: None, progress }
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

    /// The answer: `answer`, whose list of items is empty, with these. Where they could not be written, the
    /// import counts all the same, and the answer says that it is without them.
    pub(crate) fn finish(self, mut answer: ImportAnswer) -> Result<WrittenAnswer, ApiError> {
        answer.items_truncated = self.failed.is_some();
        let text = serde_json::to_string(&answer).map_err(|_| ApiError::internal())?;
        let (head, tail) = text.split_at(text.len() - "]}".len());
        let (file, rest) = match self.failed {
            None => (self.file.map(Arc::new), self.memory),
            Some(error) => {
                tracing::warn!(%error, "cannot write the items of an import's answer to a temporary file");
                (None, Vec::new())
            }
        };
        let tail = [&rest, tail.as_bytes()].concat().into();
        Ok(WrittenAnswer { head: Bytes::from(head.to_owned()), file, tail })
    }
}

impl WrittenAnswer {
    /// Its length.
    pub(crate) fn bytes(&self) -> u64 {
        let memory = self.head.len() + self.tail.len();
        let file = self.file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |file| file.len());
        file + u64::try_from(memory).unwrap_or(u64::MAX)
    }

    /// The answer as JSON, between two texts.
    pub(crate) fn body(&self, before: &str, after: &'static str) -> Body {
        let Some(file) = &self.file else {
            return Body::from(
                [before.as_bytes(), &self.head[..], &self.tail[..], after.as_bytes()].concat(),
            );
        };
        let part = |bytes: Bytes| stream::once(async { Ok::<_, io::Error>(bytes) });
        let start = part(before.to_owned().into()).chain(part(self.head.clone()));
        let end = part(self.tail.clone()).chain(part(after.into()));
        Body::from_stream(start.chain(pieces(file.clone())).chain(end))
    }
}

impl ImportListener for ImportItems {
    fn on_attempt(&mut self) {
        *self = Self::new(self.progress.clone());
        self.progress.begin();
    }

    fn on_handoff(&mut self, notes: ConversionDetails, planned: ImportDecision) {
        let item = item(notes, planned);
        self.progress.add(&item);
        if self.failed.is_none() {
            self.failed = self.write(&item).err();
        }
    }
}

/// The bytes of a file, which others may read at the same time.
fn pieces(file: Arc<File>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((file, 0), |(file, at)| async move {
        let read = move || {
            let mut piece = vec![0; PIECE_BYTES];
            let length = file.read_at(&mut piece, at)?;
            piece.truncate(length);
            Ok::<_, io::Error>((file, piece))
        };
        let (file, piece) = spawn_blocking(read).await.map_err(io::Error::other)??;
        let next = (file, at + piece.len() as u64);
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), next)))
    })
}
