//! Reads a whole list, page by page, into a file.

use std::collections::HashSet;
use std::io::BufWriter;

use outbound_app::App;
use outbound_formats::liveperson::{self, Writer};
use outbound_model::{Handoff, HandoffId};

use super::retry::Pace;
use super::source::{Page, Source};
use super::{Copy, MirrorError};

/// A list that changes while it is read is read again, so often.
const MAX_TRIES: u32 = 5;

/// Everything, unless every page still has its tag.
pub(super) fn if_changed(
    source: &mut Source,
    pace: &Pace,
    tags: &[String],
    app: &App,
) -> Result<Option<Copy>, MirrorError> {
    if !tags.is_empty() && holds(source, pace, tags)? {
        return Ok(None);
    }
    for _ in 0..MAX_TRIES {
        if let Some(copy) = everything(source, pace, app)? {
            return Ok(Some(copy));
        }
    }
    Err(MirrorError::Restless(source.url().to_owned()))
}

/// Whether nothing has changed since.
fn holds(source: &mut Source, pace: &Pace, tags: &[String]) -> Result<bool, MirrorError> {
    let mut offset = 0;
    for tag in tags {
        if !matches!(page(source, pace, offset, Some(tag))?, Page::Unchanged) {
            return Ok(false);
        }
        offset += u64::from(source.page_size);
    }
    Ok(true)
}

/// `None` where the list changed meanwhile, so that a handoff may be twice or not at all in what was read.
fn everything(source: &mut Source, pace: &Pace, app: &App) -> Result<Option<Copy>, MirrorError> {
    let mut writer = Writer::new(BufWriter::new(tempfile::tempfile()?));
    let (mut ids, mut tags, mut first_total, mut offset) = (HashSet::new(), Some(Vec::new()), None, 0);
    loop {
        let Page::Content { json, total, tag } = page(source, pace, offset, None)? else { return Ok(None) };
        let read = handoffs(source, &json, app)?;
        if *first_total.get_or_insert(total) != total || !all_new(&mut ids, &read) {
            return Ok(None);
        }
        // Pages that are shorter than asked for begin elsewhere the next time: then tags say nothing.
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
    let file = writer.finish().map_err(|error| no_handoffs(source, error))?;
    let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    Ok(Some(Copy { file, ids, tags: tags.unwrap_or_default() }))
}

fn page(source: &mut Source, pace: &Pace, offset: u64, tag: Option<&str>) -> Result<Page, MirrorError> {
    let answer = pace.retry(|| source.page(offset, tag));
    answer.map_err(|why| MirrorError::Source { url: source.url().to_owned(), why })
}

fn handoffs(source: &Source, json: &[u8], app: &App) -> Result<Vec<Handoff>, MirrorError> {
    let read = liveperson::read(json, app.file_defaults()).collect::<Result<_, _>>();
    read.map_err(|error| no_handoffs(source, error))
}

fn write(
    source: &Source,
    writer: &mut Writer<BufWriter<std::fs::File>>,
    handoff: &Handoff,
) -> Result<(), MirrorError> {
    writer.handoff(handoff).map_err(|error| no_handoffs(source, error))
}

fn no_handoffs(source: &Source, error: outbound_formats::FormatError) -> MirrorError {
    MirrorError::Handoffs { url: source.url().to_owned(), error }
}

/// Whether none of them was seen before.
fn all_new(ids: &mut HashSet<HandoffId>, handoffs: &[Handoff]) -> bool {
    handoffs.iter().all(|handoff| ids.insert(handoff.id.clone()))
}
