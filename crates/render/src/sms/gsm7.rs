//! The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1).

/// The number of septets of a character: 1, or 2 with an escape; `None` if the alphabet lacks it.
///
/// ```
/// use outbound_render::sms::septets;
///
/// assert_eq!([septets('a'), septets('€'), septets('ç')], [Some(1), Some(2), None]);
/// ```
pub fn septets(c: char) -> Option<usize> {
    match c {
        '\u{c}' | '[' | '\\' | ']' | '^' | '{' | '|' | '}' | '~' | '€' => Some(2),
        '\n'
        | '\r'
        | ' '..='Z'
        | '_'
        | 'a'..='z'
        | '¡'
        | '£'
        | '¤'
        | '¥'
        | '§'
        | '¿'
        | 'Ä'
        | 'Å'
        | 'Æ'
        | 'Ç'
        | 'É'
        | 'Ñ'
        | 'Ö'
        | 'Ø'
        | 'Ü'
        | 'ß'
        | 'à'
        | 'ä'
        | 'å'
        | 'æ'
        | 'è'
        | 'é'
        | 'ì'
        | 'ñ'
        | 'ò'
        | 'ö'
        | 'ø'
        | 'ù'
        | 'ü'
        | 'Γ'
        | 'Δ'
        | 'Θ'
        | 'Λ'
        | 'Ξ'
        | 'Π'
        | 'Σ'
        | 'Φ'
        | 'Ψ'
        | 'Ω' => Some(1),
        _ => None,
    }
}

/// Whether the alphabet has every character of `text`.
pub(crate) fn is_gsm7(text: &str) -> bool {
    text.chars().all(|c| septets(c).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In code order, without the escape.
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENSION: &str = "\u{c}^{}\\[~]|€";

    #[test]
    fn septets_match_the_two_tables() {
        let all = |cost| ('\0'..=char::MAX).filter(move |c| septets(*c) == Some(cost));
        let sorted = |text: &str| {
            let mut chars: Vec<char> = text.chars().collect();
            chars.sort_unstable();
            chars
        };
        assert_eq!(all(1).collect::<Vec<_>>(), sorted(BASIC));
        assert_eq!(all(2).collect::<Vec<_>>(), sorted(EXTENSION));
        assert_eq!(sorted(BASIC).len(), 127);
    }
}
