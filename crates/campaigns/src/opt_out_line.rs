//! The line of an SMS that says how to opt out.

use outbound_render::sms;

/// The line for languages without their own. It names the keywords that every carrier knows.
const ENGLISH: &str = "Reply STOP to opt out, HELP for help.";

/// Lines by language (ISO 639-1). Each contains a stop and a help keyword that [`crate::Keywords`] knows.
const LINES: [(&str, &str); 6] = [
    ("de", "Antworten Sie STOPP zum Abmelden, HILFE für Hilfe."),
    ("es", "Responda BAJA para no recibir más mensajes, AYUDA para ayuda."),
    ("fr", "Répondez STOP pour ne plus recevoir de messages, AIDE pour de l'aide."),
    ("it", "Rispondi STOP per non ricevere altri messaggi, AIUTO per assistenza."),
    ("nl", "Antwoord STOP om u af te melden, HULP voor hulp."),
    ("pt", "Responda PARAR para não receber mais mensagens, AJUDA para ajuda."),
];

/// The opt-out line of an SMS: the configured one, or else one in the language of the message. Channels of a handoff
/// with several channels may lack it, but every first SMS must have one (CTIA).
///
/// ```
/// use outbound_campaigns::opt_out_line;
///
/// assert_eq!(opt_out_line(Some("Text STOP to end."), Some("en")), "Text STOP to end.");
/// assert_eq!(opt_out_line(Some(" "), Some("en-US")), "Reply STOP to opt out, HELP for help.");
/// ```
pub fn opt_out_line<'l>(configured: Option<&'l str>, language: Option<&str>) -> &'l str {
    if let Some(line) = configured.filter(|line| !line.trim().is_empty()) {
        return line;
    }
    let language = language.and_then(|language| language.split(['-', '_']).next()).unwrap_or_default();
    let known = LINES.iter().find(|(known, _)| known.eq_ignore_ascii_case(language));
    known.map_or(ENGLISH, |(_, line)| line)
}

/// An SMS with its opt-out line. It is not added if the content has it: the configured line, or, if none is
/// configured, words of its own such as `Reply STOP`.
///
/// ```
/// use outbound_campaigns::with_opt_out;
///
/// assert_eq!(with_opt_out("Hi Ann", None, None), "Hi Ann\nReply STOP to opt out, HELP for help.");
/// assert_eq!(with_opt_out("Hi Ann. Text STOP to end.", None, None), "Hi Ann. Text STOP to end.");
/// assert_eq!(with_opt_out("Hi\nSend STOP to end.", Some("Send STOP to end."), None), "Hi\nSend STOP to end.");
/// ```
pub fn with_opt_out(content: &str, configured: Option<&str>, language: Option<&str>) -> String {
    let line = opt_out_line(configured, language);
    let is_default = configured != Some(line);
    if content.contains(line) || is_default && names_stop(content) {
        return content.to_owned();
    }
    sms::message(content, Some(line))
}

/// Whether the content asks to reply with `STOP`. Other uses of the word, as in `BUS STOP`, do not count.
fn names_stop(content: &str) -> bool {
    const ASKING: [&str; 3] = ["reply", "text", "send"];
    let mut words = content.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut before = "";
    words.any(|word| {
        let asks = ASKING.iter().any(|asking| asking.eq_ignore_ascii_case(before));
        before = word;
        asks && word == "STOP"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keywords::{KeywordKind, Keywords};

    #[test]
    fn each_line_names_keywords_that_are_recognized() {
        let keywords = Keywords::default();
        for language in ["en", "de", "es", "fr", "it", "nl", "pt-BR", "xx"] {
            let line = opt_out_line(None, Some(language));
            let kinds: Vec<_> = line.split_whitespace().filter_map(|word| keywords.kind(word)).collect();
            for kind in [KeywordKind::Stop, KeywordKind::Help] {
                assert!(kinds.contains(&kind), "{line}");
            }
        }
        assert_eq!(opt_out_line(None, Some("de_DE")), opt_out_line(Some(""), Some("DE")));
        assert_eq!(opt_out_line(None, Some("xx")), opt_out_line(None, None));
    }

    #[test]
    fn only_a_request_to_reply_replaces_the_default_line() {
        for (content, is_complete) in [
            ("Hi. Reply \"STOP\" to end.", true),
            ("TEXT STOP TO END", true),
            ("Meet us at the BUS STOP.", false),
            ("Reply now and STOP worrying.", false),
            ("reply stop", false),
            ("", false),
        ] {
            assert_eq!(with_opt_out(content, None, None) == content, is_complete, "{content}");
            // The configured line is required as it is.
            let configured = with_opt_out(content, Some("Send STOP."), None);
            assert!(configured.ends_with("Send STOP."), "{content}");
        }
    }
}
