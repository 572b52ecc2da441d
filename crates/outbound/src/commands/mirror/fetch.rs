//! Fetches a published list page by page into a temporary file.

use std::collections::HashSet;
use std::io::BufWriter;

use outbound_app::App;
use outbound_formats::liveperson::{self, Writer};
use outbound_model::{Handoff, HandoffId};

use super::FetchedList;
use super::retry::Retry;
use super::source::{Source, SourcePage};
use crate::error::MirrorError;

/// Maximum attempts to read a list that keeps changing.
const MAX_READS: u32 = 5;

/// Fetches the list. Returns `None` if the tags of all pages are unchanged.
pub(super) fn if_changed(
    source: &mut Source,
    retry: &Retry,
    tags: &[String],
    app: &App,
) -> Result<Option<FetchedList>, MirrorError> {
    if !tags.is_empty() && is_unchanged(source, retry, tags)? {
        return Ok(None);
    }
    for _ in 0..MAX_READS {
        if let Some(list) = read_list(source, retry, app)? {
            return Ok(Some(list));
        }
    }
    Err(MirrorError::ListChanging(source.url().to_owned()))
}

/// Whether all pages still have these tags.
fn is_unchanged(source: &mut Source, retry: &Retry, tags: &[String]) -> Result<bool, MirrorError> {
    let mut offset = 0;
    for tag in tags {
        if !matches!(page(source, retry, offset, Some(tag))?, SourcePage::Unchanged) {
            return Ok(false);
        }
        offset += u64::from(source.page_size);
    }
    Ok(true)
}

/// Returns `None` if the list changed while it was read, because handoffs may be missing or duplicated then.
fn read_list(source: &mut Source, retry: &Retry, app: &App) -> Result<Option<FetchedList>, MirrorError> {
    let mut writer = Writer::new(BufWriter::new(tempfile::tempfile()?));
    let mut ids = HashSet::new();
    let mut tags = Some(Vec::new());
    let mut first_total = None;
    let mut offset = 0;
    loop {
        let SourcePage::Content { json, total, tag } = page(source, retry, offset, None)? else {
            return Ok(None);
        };
        let read = handoffs(source, &json, app)?;
        if *first_total.get_or_insert(total) != total || !all_new(&mut ids, &read) {
            return Ok(None);
        }
        // After a shorter page than requested, the next request would use different offsets, so that tags cannot be
        // compared.
        let is_full = read.len() == source.page_size as usize;
        offset += read.len() as u64;
        let is_last = read.is_empty() || total.is_some_and(|total| offset >= total);
        tags = tags.zip(tag).filter(|_| is_full || is_last).map(|(mut tags, tag)| {
            tags.push(tag);
            tags
        });
        for handoff in &read {
            write(source, &mut writer, handoff)?;
        }
        if is_last {
            break;
        }
    }
    let file = writer.finish().map_err(|error| invalid_handoffs(source, error))?;
    let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    Ok(Some(FetchedList { file, ids, tags: tags.unwrap_or_default() }))
}

fn page(
    source: &mut Source,
    retry: &Retry,
    offset: u64,
    tag: Option<&str>,
) -> Result<SourcePage, MirrorError> {
    let page = retry.run(|| source.page(offset, tag));
    page.map_err(|problem| MirrorError::Source { url: source.url().to_owned(), problem })
}

fn handoffs(source: &Source, json: &[u8], app: &App) -> Result<Vec<Handoff>, MirrorError> {
    let read = liveperson::read(json, app.file_defaults()).collect::<Result<_, _>>();
    read.map_err(|error| invalid_handoffs(source, error))
}

fn write(
    source: &Source,
    writer: &mut Writer<BufWriter<std::fs::File>>,
    handoff: &Handoff,
) -> Result<(), MirrorError> {
    writer.handoff(handoff).map_err(|error| invalid_handoffs(source, error))
}

fn invalid_handoffs(source: &Source, error: outbound_formats::FormatError) -> MirrorError {
    MirrorError::Handoffs { url: source.url().to_owned(), error }
}

/// Adds the ids. Returns whether all of them are new.
fn all_new(ids: &mut HashSet<HandoffId>, handoffs: &[Handoff]) -> bool {
    handoffs.iter().all(|handoff| ids.insert(handoff.id.clone()))
}
