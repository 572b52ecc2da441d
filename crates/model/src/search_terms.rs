//! The searchable content of a handoff: its text, languages and senders.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Handoff, fold};

/// Fields that are not searched as text, because they describe the format. Languages have their own filter.
const FORMAT_FIELDS: [&str; 9] = [
    "type",
    "sub_type",
    "language",
    "namespace",
    "variables",
    "Variables",
    "height",
    "cardOrientation",
    "thumbnailImageAlignment",
];

/// Maximum number of searched bytes per handoff. Messages are far shorter; the limit keeps oversized
/// handoffs from slowing down searches.
const MAX_TEXT: usize = 8192;

/// The searchable content of a handoff, folded with [`fold`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SearchTerms {
    /// Id, name and every message text of the channels, one per line.
    pub text: String,
    /// The languages of the channels.
    pub languages: BTreeSet<String>,
    /// The senders of the channels.
    pub senders: BTreeSet<String>,
}

impl SearchTerms {
    /// Extracts the search terms of a handoff.
    pub fn of(handoff: &Handoff) -> Self {
        let mut terms = Self::default();
        terms.add_text(handoff.id.as_str());
        terms.add_text(handoff.name.as_str());
        for channel in &handoff.channels {
            // A channel that cannot be serialized cannot be saved either, so the error is ignored here.
            if let Ok(Value::Object(channel)) = serde_json::to_value(channel) {
                let word = |field| channel.get(field).and_then(Value::as_str).map(one_word);
                terms.languages.extend(word("language"));
                terms.senders.extend(word("outboundnumber"));
                channel.iter().for_each(|(field, value)| terms.add(field, value));
            }
        }
        terms
    }

    fn add(&mut self, field: &str, value: &Value) {
        match value {
            _ if FORMAT_FIELDS.contains(&field) => {}
            Value::String(text) => self.add_text(text),
            Value::Array(items) => items.iter().for_each(|item| self.add(field, item)),
            Value::Object(fields) => fields.iter().for_each(|(field, value)| self.add(field, value)),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        let room = MAX_TEXT.saturating_sub(self.text.len() + 1);
        if room > 0 {
            let line = fold(text).replace('\0', " ");
            self.text.push_str(&line[..line.floor_char_boundary(room)]);
            self.text.push('\n');
        }
    }
}

/// Languages and senders are stored as a space-separated list, so each must be a single word.
fn one_word(text: &str) -> String {
    fold(text).replace(|c: char| c.is_whitespace() || c == '\0', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_json_str;

    fn handoff(channels: &str) -> Handoff {
        from_json_str(&format!(
            r#"{{"id":"H1","name":"Zebra ÉTÉ","lookbackPeriodDay":1,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z",
            "updatedAt":"2022-10-01T08:00:00.000Z","channels":[{channels}]}}"#
        ))
        .unwrap()
    }

    #[test]
    fn texts_languages_and_senders_are_extracted_from_any_component() {
        let handoff = handoff(
            r#"{"type":"wa","language":"pt_BR","namespace":"n5","outboundnumber":"+49 1","messageComponents":[
                {"type":"body","content":"Olá\u0000 ${{1}}","variables":["1"]},
                {"type":"odd","nested":{"words":["Deep"]}}]}"#,
        );
        let terms = SearchTerms::of(&handoff);
        for text in ["h1\n", "zebra été\n", "olá  ${{1}}\n", "deep\n"] {
            assert!(terms.text.contains(text), "{text}: {terms:?}");
        }
        for word in ["body", "pt_br", "n5"] {
            assert!(!terms.text.contains(word), "{word}: {terms:?}");
        }
        assert_eq!(terms.languages.into_iter().collect::<Vec<_>>(), ["pt_br"]);
        assert_eq!(terms.senders.into_iter().collect::<Vec<_>>(), ["+49_1"]);
    }

    #[test]
    fn long_texts_are_truncated() {
        let long = "ü".repeat(MAX_TEXT);
        let terms = SearchTerms::of(&handoff(&format!(r#"{{"type":"odd","words":"{long}"}}"#)));
        assert!(terms.text.len() <= MAX_TEXT + 1 && terms.text.contains("zebra"), "{}", terms.text.len());
    }
}
