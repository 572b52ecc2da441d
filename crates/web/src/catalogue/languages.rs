//! Names of languages for the codes that channels use: `pt_BR` is Portuguese (Brazil).

use crate::text::{self, Text};

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
    use super::language_name;

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
}
