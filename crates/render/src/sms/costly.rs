//! Characters that force a message into UCS-2, with replacements.
//!
//! A replacement is offered only if the reader hardly notices the difference. Sources: the compatibility
//! mappings of the Unicode Character Database (½, …, full-width forms, spaces), the Greek capitals that GSM-7
//! shares with Latin ones (Unicode's GSM0338.TXT), and a table for the punctuation that Twilio's Smart Encoding
//! replaces (quotes, dashes).

use std::ops::Range;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use super::gsm7::{is_gsm7, septets};

/// A character that GSM-7 lacks and that can be replaced, or a run of adjacent characters without a
/// replacement, such as a word in another script.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct CostlyCharacter {
    /// The character (one grapheme cluster) or the run.
    pub character: String,
    /// Its bytes in the text.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// The replacement in GSM-7 characters. An empty string removes the character; `null` means that there is
    /// no replacement.
    #[schema(required = true)]
    pub replacement: Option<String>,
}

/// The characters of `text` that GSM-7 lacks, in order. Adjacent characters without a replacement form one
/// run, because the shapes of letters in other scripts may depend on each other.
///
/// ```
/// use outbound_render::sms::costly_characters;
///
/// let costly: Vec<_> = costly_characters("It’s 5–7 €, 😀").collect();
/// let offered: Vec<_> = costly.iter().map(|c| (c.character.as_str(), c.replacement.as_deref())).collect();
/// assert_eq!(offered, [("’", Some("'")), ("–", Some("-")), ("😀", None)]);
/// assert_eq!(costly[0].range, 2..5);
/// assert_eq!(costly_characters("مرحبا Ann").next().unwrap().character, "مرحبا");
/// ```
pub fn costly_characters(text: &str) -> impl Iterator<Item = CostlyCharacter> {
    let scanned = if is_gsm7(text) { "" } else { text };
    let characters = scanned.grapheme_indices(true).filter(|(_, cluster)| !is_gsm7(cluster));
    let mut found =
        characters.map(|(start, cluster)| (start..start + cluster.len(), replacement(cluster))).peekable();
    std::iter::from_fn(move || {
        let (mut range, replacement) = found.next()?;
        while replacement.is_none()
            && let Some((next, _)) = found.next_if(|(next, other)| other.is_none() && next.start == range.end)
        {
            range.end = next.end;
        }
        let character = text.get(range.clone()).unwrap_or_default().to_owned();
        Some(CostlyCharacter { character, range, replacement })
    })
}

fn replacement(cluster: &str) -> Option<String> {
    let mut replaced = String::with_capacity(cluster.len());
    cluster.chars().for_each(|c| push_replaced(&mut replaced, c));
    let mut replacement = String::with_capacity(replaced.len());
    replaced.nfkc().for_each(|c| push_replaced(&mut replacement, c));
    is_gsm7(&replacement).then_some(replacement)
}

fn push_replaced(text: &mut String, c: char) {
    match similar(c) {
        Some(replacement) => text.push_str(replacement),
        None => text.push(c),
    }
}

/// Replacements of punctuation and marks that Unicode does not map to ASCII.
fn similar(c: char) -> Option<&'static str> {
    if septets(c).is_some() {
        return None;
    }
    Some(match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‶' | '❝' | '❞' | '〝' | '〞' | 'ʺ' => {
            "\""
        }
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '‵' | '❛' | '❜' | '`' | '´' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' => {
            "'"
        }
        '\u{2010}'..='\u{2015}' | '−' | '⁃' | '•' => "-",
        '⁄' | '∕' | '÷' => "/",
        '×' => "x",
        '˜' | '∼' => "~",
        'ˆ' => "^",
        '\t' | '\u{a0}' | '\u{3000}' => " ",
        '\u{85}' | '\u{2028}' | '\u{2029}' => "\n",
        // Invisible characters: soft hyphen, zero-width and direction marks, joiners, variation selectors.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe0e}'
        | '\u{fe0f}'
        | '\u{feff}' => "",
        'Α' => "A",
        'Β' => "B",
        'Ε' => "E",
        'Ζ' => "Z",
        'Η' => "H",
        'Ι' => "I",
        'Κ' => "K",
        'Μ' => "M",
        'Ν' => "N",
        'Ο' => "O",
        'Ρ' => "P",
        'Τ' => "T",
        'Υ' => "Y",
        'Χ' => "X",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_look_alike() {
        for (costly, expected) in [
            ("“", Some("\"")),
            ("›", Some("'")),
            ("`", Some("'")),
            ("—", Some("-")),
            ("…", Some("...")),
            ("½", Some("1/2")),
            ("Ａ", Some("A")),
            ("\u{a0}", Some(" ")),
            ("\u{2009}", Some(" ")),
            ("\t", Some(" ")),
            ("\u{200b}", Some("")),
            ("™", Some("TM")),
            ("e\u{301}", Some("é")),
            ("Ι", Some("I")),
            ("ç", None),
            ("á", None),
            ("я", None),
            ("👨‍👩‍👧", None),
            ("1\u{fe0f}\u{20e3}", None),
        ] {
            assert_eq!(replacement(costly).as_deref(), expected, "{costly:?}");
        }
    }

    #[test]
    fn replacements_are_gsm_7() {
        for replacement in ('\0'..=char::MAX).filter_map(similar) {
            assert!(is_gsm7(replacement), "{replacement:?}");
        }
    }

    #[test]
    fn gsm_7_texts_have_no_costly_characters() {
        assert_eq!(costly_characters("Ça coûte 5 €".trim_end_matches('€')).count(), 1);
        assert_eq!(costly_characters("{5 €}\r\nÇ").count(), 0);
    }
}
