//! What an SMS costs: its encoding, its segments, the characters that make it dear
//! (channel-rules SMS-02 to SMS-04).
//!
//! A message whose every character GSM-7 has is counted in septets, 160 in a single segment and 153
//! in each of several; any other is UCS-2, counted in UTF-16 code units, 70 and 67. What a reader
//! sees as one character is never split: not an escape pair, not a surrogate pair, not a joined
//! emoji. So counts Twilio's calculator too; packing code units without that care may give fewer.

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

/// How the characters of a message travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsEncoding)]
pub enum Encoding {
    /// The GSM 7-bit alphabet, counted in septets.
    #[serde(rename = "GSM-7")]
    Gsm7,
    /// Two bytes a UTF-16 code unit, counted in those.
    #[serde(rename = "UCS-2")]
    Ucs2,
}

impl Encoding {
    /// The cheapest encoding that can carry `text`.
    pub fn of(text: &str) -> Self {
        if gsm7::fits(text) { Encoding::Gsm7 } else { Encoding::Ucs2 }
    }

    /// The units of a message that fits into one segment: 160 septets or 70 code units.
    pub fn single(self) -> usize {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// The units of one segment of several, which carry a header: 153 septets or 67 code units.
    pub fn part(self) -> usize {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }

    /// The units of one character; in GSM-7 none for a character that it lacks.
    fn units(self, c: char) -> usize {
        match self {
            Encoding::Gsm7 => septets(c).unwrap_or(0),
            Encoding::Ucs2 => c.len_utf16(),
        }
    }

    /// The units of a text.
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

/// One SMS of the one or more that a message takes.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsSegment)]
pub struct Segment {
    /// The bytes of the text that it carries.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// Its septets or code units.
    pub units: usize,
}

/// A message cut into segments.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsSegmentation)]
pub struct Segmentation {
    /// How it travels.
    pub encoding: Encoding,
    /// The septets or code units of the whole message.
    pub units: usize,
    /// The segments, in order; their ranges put together are the text. Never empty.
    pub segments: Vec<Segment>,
}

/// The text of an SMS: the body and, on a line of its own, the opt-out.
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

/// Cuts a message into segments. An empty text is one empty segment.
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

/// Cuts a message into segments, where the byte ranges `unsent`, in order, cost nothing: the
/// placeholders of a preview that have no value yet.
///
/// ```
/// use outbound_render::{sms::segment_without, substitute};
///
/// let text = substitute("Hi {{1}} {{2}}", |number| (number == 1).then_some("Ann"));
/// let unsent: Vec<_> = text.missing().map(|place| place.range.clone()).collect();
/// assert_eq!(segment_without(&text.text, &unsent).units, 7);
/// ```
pub fn segment_without(text: &str, unsent: &[Range<usize>]) -> Segmentation {
    let cheap = runs(text, unsent).filter(|run| run.sent).all(|run| gsm7::fits(run.text));
    segment_as(if cheap { Encoding::Gsm7 } else { Encoding::Ucs2 }, text, unsent)
}

fn segment_as(encoding: Encoding, text: &str, unsent: &[Range<usize>]) -> Segmentation {
    let sent = runs(text, unsent).filter(|run| run.sent);
    let units = sent.map(|run| encoding.measure(run.text)).sum();
    let limit = if units <= encoding.single() { encoding.single() } else { encoding.part() };
    let mut packer = Packer { encoding, limit, full: Vec::new(), current: Segment { range: 0..0, units: 0 } };
    for run in runs(text, unsent) {
        match (run.sent, encoding) {
            (false, _) => packer.push(run.text.len(), 0),
            (true, Encoding::Gsm7) => packer.push_characters(run.text),
            (true, Encoding::Ucs2) => run.text.graphemes(true).for_each(|g| packer.push_grapheme(g)),
        }
    }
    packer.full.push(packer.current);
    Segmentation { encoding, units, segments: packer.full }
}

/// A stretch of a message that is sent, or shown only.
struct Run<'t> {
    text: &'t str,
    sent: bool,
}

/// The text cut at the borders of `unsent`; a range that is not on them is passed over.
fn runs<'t>(text: &'t str, unsent: &[Range<usize>]) -> impl Iterator<Item = Run<'t>> {
    let mut from = 0;
    let end = text.len()..text.len();
    let cuts = unsent.iter().cloned().chain(std::iter::once(end));
    cuts.flat_map(move |cut| {
        let pair = text.get(from..cut.start).zip(text.get(cut.clone()));
        if pair.is_some() {
            from = cut.end;
        }
        let [sent, shown] = pair.map_or([""; 2], |(sent, shown)| [sent, shown]);
        [Run { text: sent, sent: true }, Run { text: shown, sent: false }]
    })
}

/// Fills segment after segment; what is pushed at once is not split.
struct Packer {
    encoding: Encoding,
    limit: usize,
    full: Vec<Segment>,
    current: Segment,
}

impl Packer {
    /// Adds `bytes` of text that cost `units`.
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

    /// Kept whole, unless no segment can hold it, or it is a line break of two characters.
    fn push_grapheme(&mut self, grapheme: &str) {
        let units = self.encoding.measure(grapheme);
        if units > self.limit || grapheme == "\r\n" {
            self.push_characters(grapheme);
        } else {
            self.push(grapheme.len(), units);
        }
    }
}
