//! The name, namespace, language and sender of a template: WA-01, WA-04 to WA-06.

use outbound_model::{At, WhatsApp};

use super::{NAMESPACE, NAMESPACE_MISSING, SENDER, TEMPLATE_LANGUAGE, TEMPLATE_NAME};
use crate::context::Context;
use crate::general::{SENDER_LENGTH, language, phone};
use crate::text;

pub(super) fn check(channel: &WhatsApp, at: &At<'_>, ctx: &mut Context<'_>) {
    template_name(channel.templatename.as_deref(), at, ctx);
    match channel.namespace.as_deref() {
        Some(namespace) if is_namespace(namespace) => {}
        Some(_) => ctx.add(NAMESPACE.at(&at.key("namespace"))),
        None => ctx.add(NAMESPACE_MISSING.at(at).lacks("namespace")),
    }
    template_language(channel.language.as_deref(), at, ctx);
    sender(channel.outboundnumber.as_deref(), at, ctx);
}

fn template_name(name: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(name) = name else {
        ctx.add(TEMPLATE_NAME.at(at).lacks("templatename").say("The template has no name."));
        return;
    };
    let at = at.key("templatename");
    let is_invalid = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if let Some(range) = text::first(name, is_invalid) {
        let lower = name.trim().to_lowercase();
        let corrected: String = lower.chars().map(|c| if is_invalid(c) { '_' } else { c }).collect();
        let found = TEMPLATE_NAME.at(&at).range(range);
        let usable = (1..=512).contains(&corrected.len());
        ctx.add(if usable { found.fix_at(&at, corrected) } else { found });
    } else if name.is_empty() || name.len() > 512 {
        ctx.add(TEMPLATE_NAME.at(&at));
    }
}

/// A namespace is five groups of hexadecimal digits, separated by underscores.
fn is_namespace(text: &str) -> bool {
    let lower_hex = |group: &str| group.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    text.split('_').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('_').all(lower_hex)
}

fn template_language(code: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    if code.is_some_and(|code| LANGUAGES.contains(&code)) {
        return;
    }
    let Some(code) = language::check(code, at, ctx) else { return };
    let normalize = |code: &str| code.replace('-', "_").to_ascii_lowercase();
    let at = at.key("language");
    let found = TEMPLATE_LANGUAGE.at(&at);
    ctx.add(match LANGUAGES.iter().find(|known| normalize(known) == normalize(code)) {
        Some(known) => found.say(format!("WhatsApp's code of this language is {known}.")).fix(*known),
        None => found.say(format!("WhatsApp's list of languages does not have {code}.")),
    });
}

fn sender(number: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(number) = number else {
        ctx.add(SENDER.at(at).lacks("outboundnumber").say("The message has no sender."));
        return;
    };
    let at = at.key("outboundnumber");
    if phone::looks_numeric(number) {
        phone::check(number, false, &at, ctx);
    } else {
        ctx.add(SENDER.at(&at));
    }
    text::limit(ctx, &SENDER_LENGTH, &at, number, 16, "The sender");
}

/// Meta's language codes: those up to `ga` from the page of 21 May 2026, those from `it` on from its version of
/// 2025, and the regional codes of both from three public copies in November 2026. Meta adds codes, so unknown
/// codes are only warnings.
#[rustfmt::skip]
const LANGUAGES: [&str; 111] = [
    "af", "sq", "ar", "ar_EG", "ar_AE", "ar_LB", "ar_MA", "ar_QA", "az", "be_BY", "bn", "bn_IN", "bg",
    "ca", "zh_CN", "zh_HK", "zh_TW", "hr", "cs", "da", "prs_AF", "nl", "nl_BE", "en", "en_GB", "en_US",
    "en_AE", "en_AU", "en_CA", "en_GH", "en_IE", "en_IN", "en_JM", "en_MY", "en_NZ", "en_QA", "en_SG",
    "en_UG", "en_ZA", "et", "fil", "fi", "fr", "fr_BE", "fr_CA", "fr_CH", "fr_CI", "fr_MA", "ka", "de",
    "de_AT", "de_CH", "el", "gu", "ha", "he", "hi", "hu", "id", "ga", "it", "ja", "kn", "kk", "rw_RW",
    "ko", "ky_KG", "lo", "lv", "lt", "mk", "ms", "ml", "mr", "nb", "ps_AF", "fa", "pl", "pt_BR", "pt_PT",
    "pa", "ro", "ru", "sr", "si_LK", "sk", "sl", "es", "es_AR", "es_CL", "es_CO", "es_CR", "es_DO",
    "es_EC", "es_ES", "es_HN", "es_MX", "es_PA", "es_PE", "es_UY", "sw", "sv", "ta", "te", "th",
    "tr", "uk", "ur", "uz", "vi", "zu",
];
