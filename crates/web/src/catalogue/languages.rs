//! Names of languages, for the codes that channels use: `pt_BR` is Portuguese (Brazil).

/// English names of languages by their code (ISO 639-1, else 639-2).
#[rustfmt::skip]
const LANGUAGES: [(&str, &str); 68] = [
    ("af", "Afrikaans"), ("am", "Amharic"), ("ar", "Arabic"), ("az", "Azerbaijani"), ("be", "Belarusian"),
    ("bg", "Bulgarian"), ("bn", "Bengali"), ("bs", "Bosnian"), ("ca", "Catalan"), ("cs", "Czech"),
    ("da", "Danish"), ("de", "German"), ("el", "Greek"), ("en", "English"), ("es", "Spanish"),
    ("et", "Estonian"), ("eu", "Basque"), ("fa", "Persian"), ("fi", "Finnish"), ("fil", "Filipino"),
    ("fr", "French"), ("ga", "Irish"), ("gl", "Galician"), ("gu", "Gujarati"), ("ha", "Hausa"),
    ("he", "Hebrew"), ("hi", "Hindi"), ("hr", "Croatian"), ("hu", "Hungarian"), ("hy", "Armenian"),
    ("id", "Indonesian"), ("is", "Icelandic"), ("it", "Italian"), ("ja", "Japanese"), ("ka", "Georgian"),
    ("kk", "Kazakh"), ("kn", "Kannada"), ("ko", "Korean"), ("ky", "Kyrgyz"), ("lo", "Lao"),
    ("lt", "Lithuanian"), ("lv", "Latvian"), ("mk", "Macedonian"), ("ml", "Malayalam"), ("mr", "Marathi"),
    ("ms", "Malay"), ("nb", "Norwegian"), ("nl", "Dutch"), ("no", "Norwegian"), ("pa", "Punjabi"),
    ("pl", "Polish"), ("ps", "Pashto"), ("pt", "Portuguese"), ("ro", "Romanian"), ("ru", "Russian"),
    ("si", "Sinhala"), ("sk", "Slovak"), ("sl", "Slovenian"), ("sq", "Albanian"), ("sr", "Serbian"),
    ("sv", "Swedish"), ("sw", "Swahili"), ("ta", "Tamil"), ("te", "Telugu"), ("th", "Thai"),
    ("tr", "Turkish"), ("uk", "Ukrainian"), ("zh", "Chinese"),
];
/// English names of regions by their code (ISO 3166-1).
#[rustfmt::skip]
const REGIONS: [(&str, &str); 36] = [
    ("ae", "United Arab Emirates"), ("ar", "Argentina"), ("at", "Austria"), ("au", "Australia"),
    ("be", "Belgium"), ("br", "Brazil"), ("ca", "Canada"), ("ch", "Switzerland"), ("cl", "Chile"),
    ("cn", "China"), ("co", "Colombia"), ("cr", "Costa Rica"), ("de", "Germany"), ("do", "Dominican Republic"),
    ("ec", "Ecuador"), ("eg", "Egypt"), ("es", "Spain"), ("fr", "France"), ("gb", "United Kingdom"),
    ("hk", "Hong Kong"), ("hn", "Honduras"), ("ie", "Ireland"), ("in", "India"), ("it", "Italy"),
    ("mx", "Mexico"), ("nl", "Netherlands"), ("nz", "New Zealand"), ("pa", "Panama"), ("pe", "Peru"),
    ("pt", "Portugal"), ("sa", "Saudi Arabia"), ("sg", "Singapore"), ("tw", "Taiwan"), ("us", "United States"),
    ("uy", "Uruguay"), ("za", "South Africa"),
];

/// The name of a code, in whatever case and with `-` or `_`; the code itself where it is not known.
pub(crate) fn language_name(code: &str) -> String {
    let folded = code.to_ascii_lowercase().replace('_', "-");
    let (language, rest) = folded.split_once('-').map_or((&*folded, ""), |(first, rest)| (first, rest));
    let named = |table: &[(&str, &'static str)], code: &str| {
        table.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
    };
    match (named(&LANGUAGES, language), rest) {
        (None, _) => code.to_owned(),
        (Some(name), "") => name.to_owned(),
        (Some(name), rest) => {
            let region = named(&REGIONS, rest).map_or_else(|| rest.to_ascii_uppercase(), str::to_owned);
            format!("{name} ({region})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::language_name;

    #[test]
    fn codes_have_names_in_whatever_spelling() {
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
