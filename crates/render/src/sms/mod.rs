//! The cost of an SMS: encoding, segments, and the characters that require UCS-2 (channel-rules SMS-02 to
//! SMS-04).
//!
//! A message with only GSM-7 characters is counted in septets: 160 in a single segment and 153 in each of
//! several. All other messages are sent in UCS-2 and counted in UTF-16 code units: 70 and 67. Graphemes are
//! never split, which includes escape pairs, surrogate pairs and joined emoji. Twilio's calculator counts the
//! same way; splitting graphemes could give fewer segments.

mod costly;
mod estimate;
mod gsm7;

use std::fmt;
use std::ops::Range;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

pub use costly::{CostlyCharacter, costly_characters};
pub use estimate::{Estimate, Tally, estimate, value_of_length};
pub use gsm7::septets;

/// The encoding of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsEncoding)]
pub enum Encoding {
    /// The GSM 7-bit alphabet, counted in septets.
    #[serde(rename = "GSM-7")]
    Gsm7,
    /// UTF-16 code units of two bytes, counted in code units.
    #[serde(rename = "UCS-2")]
    Ucs2,
}

impl Encoding {
    /// The cheapest encoding that can represent `text`.
    pub fn of(text: &str) -> Self {
        if gsm7::is_gsm7(text) { Encoding::Gsm7 } else { Encoding::Ucs2 }
    }

    /// Maximum number of units of a message with one segment: 160 septets or 70 code units.
    pub fn single(self) -> usize {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// Maximum number of units of a segment in a message with several: 153 septets or 67 code units. The rest
    /// is taken by a header.
    pub fn part(self) -> usize {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }

    /// The number of units of a character; 0 if it is not in GSM-7.
    fn units(self, c: char) -> usize {
        match self {
            Encoding::Gsm7 => septets(c).unwrap_or(0),
            Encoding::Ucs2 => c.len_utf16(),
        }
    }

    /// The number of units of `text`.
    fn measure(self, text: &str) -> usize {
        text.chars().map(|c| self.units(c)).sum()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Gsm7 => "GSM-7",
            Encoding::Ucs2 => "UCS-2",
        })
    }
}

/// One segment of a message, which is sent as one SMS.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsSegment)]
pub struct Segment {
    /// The bytes of the segment in the text.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// The number of septets or code units of the segment.
    pub units: usize,
}

/// A message split into segments.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsSegmentation)]
pub struct Segmentation {
    /// The encoding of the message.
    pub encoding: Encoding,
    /// The number of septets or code units of the message.
    pub units: usize,
    /// The segments, in order. Their ranges cover the whole text. Never empty.
    pub segments: Vec<Segment>,
}

/// The text of an SMS: the body, and the opt-out on a separate line.
///
/// ```
/// use outbound_render::sms::message;
///
/// assert_eq!(message("Hi Ann", Some("Reply STOP to opt out.")), "Hi Ann\nReply STOP to opt out.");
/// ```
pub fn message(body: &str, opt_out: Option<&str>) -> String {
    let lines: Vec<&str> =
        [body, opt_out.unwrap_or_default()].into_iter().filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Splits a message into segments. An empty text is one empty segment.
///
/// ```
/// use outbound_render::sms::{Encoding, segment};
///
/// let message = segment(&"я".repeat(71));
/// assert_eq!(message.encoding, Encoding::Ucs2);
/// assert_eq!(message.segments.len(), 2);
/// assert_eq!(message.segments[0].range, 0..134); // 67 letters of two bytes
/// ```
pub fn segment(text: &str) -> Segmentation {
    segment_without(text, &[])
}

/// Splits a message into segments, without counting the byte ranges `unsent`, which must be in order: the
/// placeholders of a preview that have no value yet.
///
/// ```
/// use outbound_render::{sms::segment_without, substitute};
///
/// let text = substitute("Hi {{1}} {{2}}", |number| (number == 1).then_some("Ann"));
/// let unsent: Vec<_> = text.missing().map(|filled| filled.range.clone()).collect();
/// assert_eq!(segment_without(&text.text, &unsent).units, 7);
/// ```
pub fn segment_without(text: &str, unsent: &[Range<usize>]) -> Segmentation {
    let all_gsm7 = spans(text, unsent).filter(|span| span.sent).all(|span| gsm7::is_gsm7(span.text));
    segment_as(if all_gsm7 { Encoding::Gsm7 } else { Encoding::Ucs2 }, text, unsent)
}

fn segment_as(encoding: Encoding, text: &str, unsent: &[Range<usize>]) -> Segmentation {
    let sent = spans(text, unsent).filter(|span| span.sent);
    let units = sent.map(|span| encoding.measure(span.text)).sum();
    let limit = if units <= encoding.single() { encoding.single() } else { encoding.part() };
    let mut packer = Packer { encoding, limit, full: Vec::new(), current: Segment { range: 0..0, units: 0 } };
    for span in spans(text, unsent) {
        match (span.sent, encoding) {
            (false, _) => packer.push(span.text.len(), 0),
            (true, Encoding::Gsm7) => packer.push_characters(span.text),
            (true, Encoding::Ucs2) => span.text.graphemes(true).for_each(|g| packer.push_grapheme(g)),
        }
    }
    packer.full.push(packer.current);
    Segmentation { encoding, units, segments: packer.full }
}

/// A part of a message that is sent, or only shown in the preview.
struct Span<'t> {
    text: &'t str,
    sent: bool,
}

/// Splits the text at the boundaries of `unsent`. Ranges that overlap or split a character are ignored.
fn spans<'t>(text: &'t str, unsent: &[Range<usize>]) -> impl Iterator<Item = Span<'t>> {
    let mut from = 0;
    let end = text.len()..text.len();
    let ranges = unsent.iter().cloned().chain(std::iter::once(end));
    ranges.flat_map(move |range| {
        let pair = text.get(from..range.start).zip(text.get(range.clone()));
        if pair.is_some() {
            from = range.end;
        }
        let [sent, shown] = pair.map_or([""; 2], |(sent, shown)| [sent, shown]);
        [Span { text: sent, sent: true }, Span { text: shown, sent: false }]
    })
}

/// Fills one segment after another. Text added in one call of `push` is not split.
struct Packer {
    encoding: Encoding,
    limit: usize,
    full: Vec<Segment>,
    current: Segment,
}

impl Packer {
    /// Adds a piece of text of `bytes` bytes and `units` units.
    fn push(&mut self, bytes: usize, units: usize) {
        let end = self.current.range.end;
        if self.current.units + units > self.limit {
            let next = Segment { range: end..end, units: 0 };
            self.full.push(std::mem::replace(&mut self.current, next));
        }
        self.current.range.end = end + bytes;
        self.current.units += units;
    }

    fn push_characters(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c.len_utf8(), self.encoding.units(c)));
    }

    /// Adds a grapheme. It is only split if it does not fit into a segment or is a line break of two characters.
    fn push_grapheme(&mut self, grapheme: &str) {
        let units = self.encoding.measure(grapheme);
        if units > self.limit || grapheme == "\r\n" {
            self.push_characters(grapheme);
        } else {
            self.push(grapheme.len(), units);
        }
    }
}
