//! A provider's file: one element, an array of them, or the page of a list that the provider's API
//! answers. It is read whole, within a limit, and its elements one by one.

use std::io::{Cursor, Read};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::elements::{Elements, not_utf8, syntax};
use crate::{Format, FormatError, Location};

/// No request may be larger, so no file need be.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// The elements of a provider's file.
pub(crate) struct Document {
    pub(crate) elements: Elements<Cursor<Vec<u8>>>,
    /// Whether it is one page of a list that goes on.
    pub(crate) goes_on: bool,
}

/// What a provider's API puts around a list: `data` is Meta's, `contents` Twilio's.
#[derive(Deserialize)]
struct Envelope<'j> {
    #[serde(borrow)]
    data: Option<&'j RawValue>,
    contents: Option<&'j RawValue>,
    paging: Option<&'j RawValue>,
    meta: Option<&'j RawValue>,
}

/// Where the next page is: `next` is Meta's, `next_page_url` Twilio's.
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
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            not_utf8(Location::START.after(&good))
        })?;
        match list(format, text)? {
            Some((list, goes_on)) => {
                let at = Location::START.after(&text[..list.as_ptr().addr() - text.as_ptr().addr()]);
                Ok(Self { elements: Elements::at(Cursor::new(list.into()), format.noun(), at), goes_on })
            }
            None => Ok(Self { elements: Elements::new(Cursor::new(bytes), format.noun()), goes_on: false }),
        }
    }
}

/// The array in an API's answer, and whether the list goes on; `None` for a file that is no such
/// answer.
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
    let goes_on = paging.is_some_and(|paging| paging.next.or(paging.next_page_url).is_some());
    Ok(list.map(|list| (list.get(), goes_on)))
}
