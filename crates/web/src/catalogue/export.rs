//! All published handoffs as one file. It is written chunk by chunk while the browser downloads it, so only one chunk
//! is in memory.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::IntoResponse;
use futures::{StreamExt, stream};
use outbound_app::{App, PublishedPages, ReadHandoffs};
use outbound_formats::liveperson::Writer;
use outbound_formats::{Format, FormatError, WriteOptions, write_any};
use outbound_model::{AccountId, Handoff};

use super::download::{failed, file_headers, wanted};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::sessions::session::LoggedIn;

/// The length in bytes at which a chunk ends, after the handoff that reaches it.
const CHUNK: usize = 256 * 1024;

/// `GET /export`.
pub(crate) async fn all(
    LoggedIn { grant, .. }: LoggedIn<ReadHandoffs>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let format = wanted(&query)?.unwrap_or(Format::LivePerson);
    let mut export = Export {
        pages: app.published_pages(&grant),
        account: grant.account().clone(),
        app,
        format,
        writer: Some(Writer::new(Vec::new())),
    };
    // An error here becomes a page. A later error aborts the download, which browsers report.
    let first = export.next_chunk().await?;
    let rest = stream::unfold(export, |mut export| async move {
        let chunk = export.next_chunk().await.transpose()?;
        Some((chunk.map_err(|_| "an error aborted the download"), export))
    });
    let chunks = stream::iter(first.map(Ok)).chain(rest);
    Ok((file_headers(&format!("handoffs-{format}")), Body::from_stream(chunks)).into_response())
}

type FileWriter = Writer<Vec<u8>>;

/// An export between two chunks.
struct Export {
    app: App,
    account: AccountId,
    pages: PublishedPages,
    format: Format,
    /// `None` once the file is complete.
    writer: Option<FileWriter>,
}

impl Export {
    /// The next part of the file; `None` after the end.
    async fn next_chunk(&mut self) -> Result<Option<Bytes>, PageError> {
        let Some(writer) = self.writer.take() else { return Ok(None) };
        let (mut page, format) = (self.pages.next().await?, self.format);
        let work = move || {
            let written = write(writer, &page, format)?;
            let is_complete = written.handoffs == page.len();
            page.truncate(written.handoffs);
            Ok::<_, FormatError>((written, page, is_complete))
        };
        let written = self.app.compute(&self.account, work).await?;
        let (Written { chunk, writer, .. }, page, is_complete) = written.map_err(|error| failed(&error))?;
        if !is_complete {
            self.pages.take_only(&page);
        }
        self.writer = writer;
        Ok(Some(chunk.into()))
    }
}

/// A part of the file.
struct Written {
    chunk: Vec<u8>,
    /// The number of handoffs of the page that are in the chunk.
    handoffs: usize,
    /// `None` if the file is complete.
    writer: Option<FileWriter>,
}

/// Writes handoffs of a page until the chunk is long enough, or the end of the file if the page is empty.
fn write(mut writer: FileWriter, page: &[Handoff], format: Format) -> Result<Written, FormatError> {
    if page.is_empty() {
        return Ok(Written { chunk: writer.finish()?, handoffs: 0, writer: None });
    }
    let mut rest = page.iter();
    while writer.output_mut().len() < CHUNK
        && let Some(handoff) = rest.next()
    {
        for document in write_any(format, handoff, &WriteOptions::default())?.documents {
            writer.document(&document.value)?;
        }
    }
    let handoffs = page.len() - rest.len();
    Ok(Written { chunk: std::mem::take(writer.output_mut()), handoffs, writer: Some(writer) })
}
