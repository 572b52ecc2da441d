//! Text messages in a terminal, with the cost of their characters.

use std::collections::HashSet;
use std::fmt;

use super::LineWriter;
use crate::SmsPreview;
use crate::sms::{CostlyCharacter, Encoding, Segmentation};

/// Maximum number of costly characters listed.
const MAX_COSTLY_LISTED: usize = 8;

impl LineWriter<'_, '_> {
    pub(super) fn sms(&mut self, sms: &SmsPreview) -> fmt::Result {
        self.text(1, with_segment_marks(&sms.message.text, &sms.cost))?;
        self.cost(&sms.cost)?;
        self.costly(&sms.costly)
    }

    pub(super) fn cost(&mut self, cost: &Segmentation) -> fmt::Result {
        let segments = match cost.segments.len() {
            1 => "1 segment".to_owned(),
            several => format!("{several} segments"),
        };
        let units = match cost.encoding {
            Encoding::Gsm7 => "septets",
            Encoding::Ucs2 => "code units",
        };
        self.text(1, format_args!("= {segments}, {}, {} {units}", cost.encoding, cost.units))
    }

    /// Lists each character once.
    pub(super) fn costly(&mut self, costly: &[CostlyCharacter]) -> fmt::Result {
        let mut seen = HashSet::new();
        let distinct = costly.iter().filter(|costly| seen.insert(costly.character.as_str()));
        let mut names: Vec<String> = distinct.map(describe_costly).collect();
        if names.len() > MAX_COSTLY_LISTED {
            let more = names.len() - MAX_COSTLY_LISTED;
            names.truncate(MAX_COSTLY_LISTED);
            names.push(format!("and {more} more"));
        }
        if names.is_empty() {
            return Ok(());
        }
        self.text(1, format_args!("UCS-2 because of: {}", names.join(", ")))
    }
}

/// A costly character with its replacement.
fn describe_costly(CostlyCharacter { character, replacement, .. }: &CostlyCharacter) -> String {
    match replacement.as_deref() {
        Some("") => format!("{} (leave it out)", character.escape_unicode()),
        Some(replacement) => format!("{character} (write {replacement})"),
        None => character.clone(),
    }
}

/// The message with `⟦2⟧` at the start of its second segment, and so on.
fn with_segment_marks(text: &str, cost: &Segmentation) -> String {
    let parts = (1..).zip(&cost.segments).map(|(number, segment)| {
        let part = text.get(segment.range.clone()).unwrap_or_default();
        if number == 1 { part.to_owned() } else { format!("⟦{number}⟧{part}") }
    });
    parts.collect()
}
