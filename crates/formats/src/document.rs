//! A provider's file: one element, an array of elements, or a page of a list from the provider's API. The file
//! is loaded up to a size limit; its elements are parsed one by one.

use std::io::{Cursor, Read};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::elements::{Elements, not_utf8, syntax};
use crate::{Format, FormatError, Location};

/// The maximum size of a file, equal to the limit of HTTP imports.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// The elements of a provider's file.
pub(crate) struct Document {
    pub(crate) elements: Elements<Cursor<Vec<u8>>>,
    /// Whether the file is one page of a list with further pages.
    pub(crate) has_next_page: bool,
}

/// The object that a provider's API returns for a list: `data` for Meta, `contents` for Twilio.
#[derive(Deserialize)]
struct Envelope<'j> {
    #[serde(borrow)]
    data: Option<&'j RawValue>,
    contents: Option<&'j RawValue>,
    paging: Option<&'j RawValue>,
    meta: Option<&'j RawValue>,
}

/// The URL of the next page: `next` for Meta, `next_page_url` for Twilio.
#[derive(Deserialize)]
struct Paging {
    next: Option<String>,
    next_page_url: Option<String>,
}

impl Document {
    pub(crate) fn read(format: Format, input: impl Read) -> Result<Self, FormatError> {
        let mut bytes = Vec::new();
        let read = input.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        if read as u64 > MAX_FILE_BYTES {
            return Err(FormatError::FileTooLarge { limit: MAX_FILE_BYTES });
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            not_utf8(Location::START.after(&valid))
        })?;
        match list(format, text)? {
            Some((list, has_next_page)) => {
                let start = list.as_ptr().addr() - text.as_ptr().addr();
                let (at, end) = (Location::START.after(&text[..start]), start + list.len());
                // In its place, as a copy would be as long again.
                bytes.truncate(end);
                let mut input = Cursor::new(bytes);
                input.set_position(start as u64);
                Ok(Self { elements: Elements::at(input, format.noun(), at), has_next_page })
            }
            None => {
                Ok(Self { elements: Elements::new(Cursor::new(bytes), format.noun()), has_next_page: false })
            }
        }
    }
}

/// The array in an API response, and whether there is a next page; `None` if the file is not an API response.
fn list(format: Format, text: &str) -> Result<Option<(&str, bool)>, FormatError> {
    let json = text.trim_start_matches('\u{FEFF}').trim_start();
    if !json.starts_with('{') {
        return Ok(None);
    }
    let at = Location::START.after(&text[..text.len() - json.len()]);
    let envelope: Envelope = serde_json::from_str(json).map_err(|error| syntax(json, at, &error))?;
    let (list, paging) = match format {
        Format::Meta => (envelope.data, envelope.paging),
        Format::Twilio => (envelope.contents, envelope.meta),
        Format::LivePerson | Format::Rbm => (None, None),
    };
    let paging = paging.and_then(|paging| serde_json::from_str::<Paging>(paging.get()).ok());
    let has_next_page = paging.is_some_and(|paging| paging.next.or(paging.next_page_url).is_some());
    Ok(list.map(|list| (list.get(), has_next_page)))
}
