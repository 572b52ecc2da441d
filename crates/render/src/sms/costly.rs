//! Characters that force a message into UCS-2, and what to write instead.
//!
//! A replacement is offered only where the reader hardly sees a difference. Sources: the
//! compatibility mappings of the Unicode Character Database (½, …, full-width forms, spaces), the
//! Greek capitals that GSM-7 shares with Latin ones (Unicode's GSM0338.TXT), and a table of our own
//! for punctuation, after the kinds that Twilio names for its Smart Encoding (quotes, dashes).

use std::ops::Range;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use super::gsm7::{fits, septets};

/// A character that GSM-7 lacks and that something else can stand for, or a run of adjacent characters
/// that have no replacement, such as a word in another script.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct CostlyCharacter {
    /// The character, which is one grapheme cluster, or the run.
    pub character: String,
    /// The bytes of the text that it covers.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// What to write instead, all in GSM-7; empty text to leave it out, `null` if nothing will do.
    #[schema(required = true)]
    pub replacement: Option<String>,
}

/// What GSM-7 lacks, in order. Adjacent characters without a replacement are one run: a word in another
/// script is not split into its letters, whose shapes may depend on each other.
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
    let scanned = if fits(text) { "" } else { text };
    let characters = scanned.grapheme_indices(true).filter(|(_, cluster)| !fits(cluster));
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
    let mut drafted = String::with_capacity(cluster.len());
    cluster.chars().for_each(|c| push_plain(&mut drafted, c));
    let mut replacement = String::with_capacity(drafted.len());
    drafted.nfkc().for_each(|c| push_plain(&mut replacement, c));
    fits(&replacement).then_some(replacement)
}

fn push_plain(text: &mut String, c: char) {
    match plain(c) {
        Some(instead) => text.push_str(instead),
        None => text.push(c),
    }
}

/// Our own table: punctuation and marks that Unicode does not map to ASCII.
fn plain(c: char) -> Option<&'static str> {
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
        // Invisible: soft hyphen, zero-width and direction marks, joiners, variation selectors.
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
    fn offers_what_reads_the_same() {
        for (costly, instead) in [
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
            assert_eq!(replacement(costly).as_deref(), instead, "{costly:?}");
        }
    }

    #[test]
    fn the_table_only_writes_gsm_7() {
        for instead in ('\0'..=char::MAX).filter_map(plain) {
            assert!(fits(instead), "{instead:?}");
        }
    }

    #[test]
    fn a_cheap_text_has_no_costly_character() {
        assert_eq!(costly_characters("Ça coûte 5 €".trim_end_matches('€')).count(), 1);
        assert_eq!(costly_characters("{5 €}\r\nÇ").count(), 0);
    }
}
