//! The items of an import's answer. They are written as they become known, to memory while they are few and then to
//! a temporary file, because an import of 32 MiB has some hundred thousand of them.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt, stream};
use outbound_app::{ImportListener, Planned, ReadNotes};
use tempfile::NamedTempFile;
use tokio::io::AsyncReadExt;

use super::import_answer::{ImportAnswer, item};
use super::import_jobs::Progress;
use crate::error::ApiError;

/// Longer answers are written to a file.
const MEMORY_BYTES: usize = 256 * 1024;
/// A piece of an answer that is read from a file.
const PIECE_BYTES: usize = 64 * 1024;

/// Elements of a JSON array, separated by commas.
pub(crate) struct ImportItems {
    memory: Vec<u8>,
    file: Option<BufWriter<NamedTempFile>>,
    is_empty: bool,
    /// Why not all of them were written.
    failed: Option<io::Error>,
    progress: Arc<Progress>,
}

/// A finished answer, which can be read any number of times.
pub(crate) struct WrittenAnswer {
    head: Bytes,
    file: Option<NamedTempFile>,
    tail: Bytes,
}

impl ImportItems {
    pub(crate) fn new(progress: Arc<Progress>) -> Self {
        Self { memory: Vec::new(), file: None, is_empty: true, failed: None, progress }
    }

    fn write(&mut self, notes: ReadNotes, planned: Planned) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.memory.push(b',');
        }
        serde_json::to_writer(&mut self.memory, &item(notes, planned))?;
        if self.memory.len() < MEMORY_BYTES {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(NamedTempFile::new()?)),
        };
        file.write_all(&self.memory)?;
        self.memory.clear();
        Ok(())
    }

    /// The answer: `answer`, whose list of items is empty, with these.
    pub(crate) fn finish(self, answer: &ImportAnswer) -> Result<WrittenAnswer, ApiError> {
        let text = serde_json::to_string(answer).map_err(|_| ApiError::internal())?;
        let (head, tail) = text.split_at(text.len() - "]}".len());
        let written = match (self.failed, self.file) {
            (Some(error), _) => Err(error),
            (None, None) => Ok(None),
            (None, Some(file)) => file.into_inner().map(Some).map_err(Into::into),
        };
        let (file, rest) = match written {
            Ok(file) => (file, self.memory),
            Err(error) => {
                // It is done all the same: the answer says so, without its items.
                tracing::warn!(%error, "cannot write the items of an import's answer to a temporary file");
                (None, Vec::new())
            }
        };
        let tail = [&rest, tail.as_bytes()].concat().into();
        Ok(WrittenAnswer { head: Bytes::from(head.to_owned()), file, tail })
    }
}

impl WrittenAnswer {
    /// The answer as JSON, between two texts.
    pub(crate) fn body(&self, before: &str, after: &'static str) -> Result<Body, ApiError> {
        let Some(file) = &self.file else {
            return Ok(Body::from(
                [before.as_bytes(), &self.head[..], &self.tail[..], after.as_bytes()].concat(),
            ));
        };
        let file = file.reopen().map_err(ApiError::temporary_file)?;
        let part = |bytes: Bytes| stream::once(async { Ok::<_, io::Error>(bytes) });
        let start = part(before.to_owned().into()).chain(part(self.head.clone()));
        let end = part(self.tail.clone()).chain(part(after.into()));
        Ok(Body::from_stream(start.chain(pieces(file)).chain(end)))
    }
}

impl ImportListener for ImportItems {
    fn begin(&mut self) {
        *self = Self::new(self.progress.clone());
        self.progress.begin();
    }

    fn tell(&mut self, notes: ReadNotes, planned: Planned) {
        if self.failed.is_none() {
            self.failed = self.write(notes, planned).err();
        }
        self.progress.add_one();
    }
}

/// The bytes of a file.
fn pieces(file: std::fs::File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok((length > 0).then(|| (Bytes::from(piece), file)))
    })
}
