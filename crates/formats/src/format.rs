//! The file formats: names and detection.

use std::fmt;
use std::str::FromStr;

use outbound_model::Invalid;
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The byte order mark that some editors write before UTF-8 text.
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A file format.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Format {
    /// Handoffs as the configuration API returns them. This format is lossless.
    LivePerson,
    /// WhatsApp message templates of Meta's Graph API.
    Meta,
    /// Content resources of Twilio's Content API.
    Twilio,
    /// Messages of Google's RCS for Business (RBM).
    Rbm,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 4] = [Format::LivePerson, Format::Meta, Format::Twilio, Format::Rbm];

    /// The format's name on the command line and in queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::LivePerson => "liveperson",
            Format::Meta => "meta",
            Format::Twilio => "twilio",
            Format::Rbm => "rbm",
        }
    }

    /// The name of one element of such a file.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Format::LivePerson => "handoff",
            Format::Meta => "template",
            Format::Twilio => "content",
            Format::Rbm => "message",
        }
    }

    /// Detects the format by the keys of the first object. The beginning of a file is sufficient. Returns `None` if
    /// no key identifies the format.
    ///
    /// ```
    /// use outbound_formats::Format;
    ///
    /// assert_eq!(Format::detect(br#"[{"name": "a", "components": [{"ty"#), Some(Format::Meta));
    /// assert_eq!(Format::detect(br#"{"name": "a"}"#), None);
    /// ```
    pub fn detect(beginning: &[u8]) -> Option<Format> {
        let json = beginning.strip_prefix(BYTE_ORDER_MARK).unwrap_or(beginning);
        let mut keys = Vec::new();
        // An error is expected if the JSON is cut off. The keys before it are sufficient.
        let _ = Keys(&mut keys).deserialize(&mut serde_json::Deserializer::from_slice(json));
        let identifying: [(Format, &[&str]); 4] = [
            (Format::LivePerson, &["channels", "lookbackPeriodDay", "routeAllWithinLookback"]),
            (Format::Rbm, &["contentMessage"]),
            (Format::Twilio, &["types", "friendly_name", "contents"]),
            (Format::Meta, &["components", "parameter_format", "data"]),
        ];
        let has = |identifying: &&str| keys.iter().any(|key| key == identifying);
        identifying.into_iter().find_map(|(format, keys)| keys.iter().any(has).then_some(format))
    }
}

impl FromStr for Format {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Format::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| {
            let known = Format::ALL.map(Format::as_str).join(", ");
            Invalid::new(format!("unknown format; the formats are {known}"))
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Collects the keys of an object, or of the first element of an array.
struct Keys<'k>(&'k mut Vec<String>);

/// Maximum number of keys that are examined.
const MAX_KEYS: usize = 100;

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or an array of them")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()?.filter(|_| self.0.len() < MAX_KEYS) {
            self.0.push(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        array.next_element_seed(self).map(|_| ())
    }
}
