//! GEN-08: language codes. A BCP 47 parser (RFC 5646) checks whether a code is well-formed, and Unicode's locale
//! data whether the language exists.

use icu_locale::{LanguageIdentifier, LocaleExpander, TransformResult};
use outbound_model::At;
use oxilangtag::LanguageTag;

use super::{LANGUAGE_MALFORMED, LANGUAGE_MISSING, LANGUAGE_UNKNOWN};
use crate::context::Context;

/// Longer than any language code. Longer strings are not parsed.
const MAX_LENGTH: usize = 64;

/// Checks the `language` of the channel configuration at `at`. Returns the code if it is well-formed.
pub(crate) fn check<'l>(language: Option<&'l str>, at: &At<'_>, ctx: &mut Context<'_>) -> Option<&'l str> {
    let Some(code) = language else {
        ctx.add(LANGUAGE_MISSING.at(at).lacks("language"));
        return None;
    };
    let at = at.key("language");
    let Some(primary) = primary_language(code) else {
        let trimmed = code.trim();
        let found = LANGUAGE_MALFORMED.at(&at);
        let fixable = trimmed != code && primary_language(trimmed).is_some();
        ctx.add(if fixable { found.fix(trimmed) } else { found });
        return None;
    };
    if !exists(&primary) {
        ctx.add(LANGUAGE_UNKNOWN.at(&at).say(format!("There is no language with the code {primary}.")));
    }
    Some(code)
}

/// The primary subtag of a well-formed code that uses `-` or `_`.
pub(crate) fn primary_language(code: &str) -> Option<String> {
    if code.len() > MAX_LENGTH {
        return None;
    }
    let code = code.replace('_', "-");
    let tag = LanguageTag::parse(code.as_str()).ok()?;
    Some(tag.primary_language().to_ascii_lowercase())
}

/// Whether Unicode's data has the language. Codes that Unicode has renamed are listed here.
fn exists(primary: &str) -> bool {
    const RENAMED: [&str; 5] = ["iw", "in", "ji", "prs", "tl"];
    let grandfathered_or_private = matches!(primary, "i" | "x");
    grandfathered_or_private
        || RENAMED.contains(&primary)
        || primary.parse().is_ok_and(|language| {
            let mut id = LanguageIdentifier { language, ..LanguageIdentifier::UNKNOWN };
            LocaleExpander::new_extended().maximize(&mut id) == TransformResult::Modified
        })
}
