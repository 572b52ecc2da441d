//! What a handoff is found by: its texts, languages and senders.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Handoff, fold};

/// Fields whose words belong to the format and not to the message; languages are found by themselves.
const FORMAT: [&str; 9] = [
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

/// The most bytes of a handoff's texts that are searched; a message is far shorter, and a search
/// should not take longer for a handoff that is none.
const MAX_TEXT: usize = 8192;

/// What a handoff is found by, folded as in [`fold`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SearchTerms {
    /// Id, name and every text of the channels, a line each.
    pub text: String,
    /// The languages of the channels.
    pub languages: BTreeSet<String>,
    /// Their senders.
    pub senders: BTreeSet<String>,
}

impl SearchTerms {
    /// Those of a handoff.
    pub fn of(handoff: &Handoff) -> Self {
        let mut terms = Self::default();
        terms.add_text(handoff.id.as_str());
        terms.add_text(handoff.name.as_str());
        for channel in &handoff.channels {
            // What cannot be written as JSON cannot be saved either.
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
            _ if FORMAT.contains(&field) => {}
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

/// A language or a sender is a word of a list with blanks between.
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
    fn texts_languages_and_senders_are_found_whatever_the_component() {
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
    fn a_book_is_searched_in_its_beginning() {
        let book = "ü".repeat(MAX_TEXT);
        let terms = SearchTerms::of(&handoff(&format!(r#"{{"type":"odd","words":"{book}"}}"#)));
        assert!(terms.text.len() <= MAX_TEXT + 1 && terms.text.contains("zebra"), "{}", terms.text.len());
    }
}
