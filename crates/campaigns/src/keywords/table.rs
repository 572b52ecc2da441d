//! The built-in keywords.

use super::KeywordKind;

/// Keywords of one language and meaning.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BuiltInKeywords {
    /// The language, ISO 639-1.
    pub language: &'static str,
    /// What they ask for.
    pub kind: KeywordKind,
    /// The keywords, as people write them.
    pub keywords: &'static [&'static str],
}

const fn row(
    language: &'static str,
    kind: KeywordKind,
    keywords: &'static [&'static str],
) -> BuiltInKeywords {
    BuiltInKeywords { language, kind, keywords }
}

use KeywordKind::{Help, Start, Stop};

/// The keywords by language.
///
/// English: those of Twilio (Advanced Opt-Out, June 2026), of the FCC's rule on revocation of consent (47 CFR
/// 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe), and of Amazon (required opt-out keywords,
/// November 2026). French ARRET, ARRETT and ARRETE: Twilio. The others are the usual words of each language, without a
/// source that requires them. No language but English has start keywords: to send again to a consumer who opted out
/// is worse than to miss a request.
pub const BUILT_IN_KEYWORDS: &[BuiltInKeywords] = &[
    row(
        "en",
        Stop,
        &[
            "STOP",
            "STOPALL",
            "STOP ALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "REVOKE",
            "OPTOUT",
            "OPT OUT",
            "REMOVE",
            "TD",
        ],
    ),
    row("en", Start, &["START", "YES", "UNSTOP"]),
    row("en", Help, &["HELP", "INFO"]),
    row("de", Stop, &["STOPP", "ABMELDEN", "ABBESTELLEN"]),
    row("de", Help, &["HILFE"]),
    row("es", Stop, &["BAJA", "PARAR", "ALTO", "CANCELAR"]),
    row("es", Help, &["AYUDA"]),
    row("fr", Stop, &["ARRET", "ARRÊT", "ARRETT", "ARRETE", "ARRÊTE", "ARRÊTER", "DÉSABONNER"]),
    row("fr", Help, &["AIDE"]),
    row("it", Stop, &["CANCELLA", "ANNULLA"]),
    row("it", Help, &["AIUTO"]),
    row("nl", Stop, &["AFMELDEN"]),
    row("nl", Help, &["HULP"]),
    row("pt", Stop, &["SAIR", "PARE"]),
    row("pt", Help, &["AJUDA"]),
    row("ru", Stop, &["СТОП"]),
];
