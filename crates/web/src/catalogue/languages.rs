//! Names of languages for the codes that channels use: `pt_BR` is Portuguese (Brazil).

use std::collections::BTreeSet;

use crate::text::{self, Text};

/// The languages of a handoff with their names. Channels may spell a language differently (`es_MX`, `es-MX`), so each
/// name occurs once, with the first of its codes.
pub(crate) fn language_names(codes: &BTreeSet<String>) -> Vec<(&str, Text)> {
    let mut found: Vec<(&str, Text)> = Vec::new();
    for code in codes {
        let name = language_name(code);
        if !found.iter().any(|(_, other)| *other == name) {
            found.push((code, name));
        }
    }
    found
}

/// The name of a language code in any case, with `-` or `_`; the code itself if it is unknown.
pub(crate) fn language_name(code: &str) -> Text {
    let folded = code.to_ascii_lowercase().replace('_', "-");
    let (language, region) =
        folded.split_once('-').map_or((&*folded, None), |(language, region)| (language, Some(region)));
    let name = text::language_name(language);
    match region {
        // The catalogue returns codes that it does not know.
        _ if name == language => code.to_owned().into(),
        None => name,
        Some(region) => {
            let known = text::region_name(region);
            let region_name = if known == region { region.to_ascii_uppercase().into() } else { known };
            text::language_in_region(name, region_name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{language_name, language_names};

    #[test]
    fn codes_have_names_in_any_spelling() {
        for (code, expected) in [
            ("pt_br", "Portuguese (Brazil)"),
            ("pt-BR", "Portuguese (Brazil)"),
            ("en", "English"),
            ("fil", "Filipino"),
            ("es_419", "Spanish (419)"),
            ("tlh", "tlh"),
            ("", ""),
        ] {
            assert_eq!(language_name(code), expected, "{code}");
        }
    }

    #[test]
    fn a_language_in_two_spellings_is_listed_once() {
        let codes = ["es_MX", "en", "es-MX"].map(str::to_owned).into();
        let names: Vec<_> = language_names(&codes).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["English", "Spanish (Mexico)"]);
    }
}
