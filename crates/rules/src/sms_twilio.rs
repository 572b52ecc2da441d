//! `sms-twilio`: SMS (SMS-01 to SMS-09). Segments are counted by [`outbound_render::sms`].

use outbound_model::{At, SmsBody, SmsComponent, SmsTwilio};
use outbound_render::{sms, substitute};

use crate::context::Context;
use crate::general::text_fields::{self, TextFields};
use crate::general::{SENDER_LENGTH, language, phone, unknown_component, web};
use crate::rule::rules;
use crate::text;

rules! {
    /// SMS.
    RULES = Some(outbound_model::ChannelType::SmsTwilio), "2026-11-28";
    Error Always "SMS-01" BODY_MISSING "sms-body-missing" LP_SEED
        "A text message has a body with text.";
    Error Always "SMS-01" BODY_TWICE "sms-body-twice" LP_SEED
        "A text message has only one body.";
    Error Always "SMS-01" TOO_LONG "sms-too-long" TWILIO_LIMITS
        "Body and opt-out line have at most 1600 characters together.";
    Warning Always "SMS-01" LONG "sms-long" TWILIO_LIMITS
        "Body and opt-out line should have at most 320 characters together.";
    Warning Always "SMS-04" COSTLY_CHARACTER "sms-costly-character" TWILIO_SEGMENTS
        "A character outside the SMS alphabet reduces the length of a segment by more than half.";
    Warning Always "SMS-05" SEGMENTS "sms-segments" LP_GUIDE
        "The cost of a message increases with its number of segments.";
    Warning Always "SMS-05" MANY_SEGMENTS "sms-many-segments" CONVENTION
        "A message should not have more than 10 segments.";
    Warning LivePerson "SMS-05" LIVEPERSON_LENGTH "sms-liveperson-length" LP_GUIDE
        "LivePerson recommends at most 140 characters for body and opt-out line together.";
    Error LivePerson "SMS-06" OPT_OUT_MISSING "opt-out-missing" LP_GUIDE
        "A text message explains how to opt out.";
    Warning Always "SMS-06" OPT_OUT_NO_STOP "opt-out-no-stop" TWILIO_OPT_OUT
        "The opt-out line should contain a keyword that stops the messages, such as STOP.";
    Warning Always "SMS-06" OPT_OUT_NO_HELP "opt-out-no-help" TWILIO_OPT_OUT
        "The opt-out line should contain a keyword for help, such as HELP.";
    Warning Always "SMS-07" KEYWORD "sms-keyword" TWILIO_OPT_OUT
        "The carrier handles this reply itself: it opts the consumer in or out, and you do not receive it.";
    Error Always "SMS-08" SENDER "sms-sender" TWILIO_ALPHA
        "A sender is a phone number with +, a short code of 3 to 8 digits, a name of 1 to 11 letters, digits, \
         spaces, -, +, _ and &, or a messaging service (MG and 32 hexadecimal digits).";
    Warning Always "SMS-08" SENDER_CHARACTERS "sms-sender-characters" TWILIO_ALPHA_API
        "A sender name with -, +, _ or & may be rejected: Twilio's pages disagree.";
    Warning Always "SMS-08" SENDER_ONE_WAY "sms-sender-one-way" TWILIO_ALPHA
        "Consumers cannot reply to a sender name, not even with STOP; the US and Canada reject it.";
    Warning Always "SMS-09" SHORTENER "sms-shortener" CONVENTION
        "Carriers filter messages with public link shorteners.";
    Warning Always "SMS-09" CAPITALS "sms-capitals" CONVENTION
        "A message in capital letters looks like spam.";
}

/// Keywords that stop messages if they are the whole reply, in any case. The first eight are Twilio's (Advanced
/// Opt-Out), the others Amazon's (required opt-out keywords), read in November 2026.
const STOP: [&str; 12] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "OPT-OUT",
    "ARRET",
    "REMOVE",
    "TD",
];
/// Keywords that request help (same sources).
const HELP: [&str; 2] = ["HELP", "INFO"];
/// Keywords that a message may ask for in another sense, including those that start messages again.
const AMBIGUOUS: [&str; 7] = ["CANCEL", "END", "QUIT", "REVOKE", "REMOVE", "START", "YES"];

/// Checks the SMS configuration at `at`.
pub(crate) fn check(channel: &SmsTwilio, at: &At<'_>, ctx: &mut Context<'_>) {
    language::check(channel.language.as_deref(), at, ctx);
    sender(channel.outboundnumber.as_deref(), at, ctx);
    let list = at.key("messageComponents");
    // A component of an unknown type may contain the text.
    let (mut bodies, mut has_unknown) = (0, false);
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            SmsComponent::Body(content) => {
                bodies += 1;
                if bodies == 2 {
                    ctx.add(BODY_TWICE.at(&at));
                }
                body(content, &at, ctx);
            }
            SmsComponent::Unknown(object) => {
                has_unknown = true;
                unknown_component(object, "A text message", &at, ctx);
            }
        }
    }
    if bodies == 0 && !has_unknown {
        ctx.add(BODY_MISSING.at(&list));
    }
}

fn body(body: &SmsBody, at: &At<'_>, ctx: &mut Context<'_>) {
    let (content, opt_out) = (body.content.as_deref(), body.opt_out.as_deref());
    let fields = [("content", content), ("optOut", opt_out)];
    let declared = Some(("variables", body.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    match content {
        Some(text) if !text.trim().is_empty() => {
            let at = at.key("content");
            keyword(text, &at, ctx);
            links_and_capitals(text, &at, ctx);
        }
        _ => ctx.add(BODY_MISSING.at(at).lacks("content")),
    }
    costly(&fields, at, ctx);
    opt_out_line(opt_out.unwrap_or_default(), at, ctx);
    size(&sms::message(content.unwrap_or_default(), opt_out), at, ctx);
}

/// Reports characters that the SMS alphabet lacks. If all of them can be replaced, each is reported with its
/// replacement, up to a limit. If some cannot be replaced, the message is UCS-2 in any case and replacements save
/// nothing, so a single finding reports their number.
fn costly(fields: &[(&'static str, Option<&str>)], at: &At<'_>, ctx: &mut Context<'_>) {
    const MAX_FINDINGS: usize = 20;
    let all = || {
        let present = fields.iter().filter_map(|(key, text)| Some((*key, (*text)?)));
        present.flat_map(|(key, text)| sms::costly_characters(text).map(move |costly| (key, costly)))
    };
    if let Some((key, first)) = all().find(|(_, costly)| costly.replacement.is_none()) {
        let count: usize = all().map(|(_, costly)| text::length(&costly.character)).sum();
        let problem = match count {
            1 => format!("{} is not in the SMS alphabet", first.character),
            many => format!("{many} characters are not in the SMS alphabet"),
        };
        let message = format!("{problem}: a segment has 70 characters instead of 160.");
        return ctx.add(COSTLY_CHARACTER.at(&at.key(key)).range(first.range).say(message));
    }
    for (key, costly) in all().take(MAX_FINDINGS) {
        let Some(replacement) = costly.replacement else { continue };
        let found = COSTLY_CHARACTER.at(&at.key(key)).range(costly.range);
        let message = if replacement.is_empty() {
            "An invisible character makes the message more expensive.".to_owned()
        } else {
            format!("{} makes the message more expensive; {replacement} does not.", costly.character)
        };
        ctx.add(found.say(message).fix(replacement));
    }
}

fn size(message: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let length = text::length(message);
    let total = format!("Body and opt-out line have {length} characters together");
    if length > 1600 {
        ctx.add(TOO_LONG.at(at).say(format!("{total}; at most 1600 are allowed.")));
    } else if length > 320 {
        ctx.add(LONG.at(at).say(format!("{total}; 320 are advised.")));
    }
    if length > 140 {
        ctx.add(LIVEPERSON_LENGTH.at(at).say(format!("{total}; LivePerson recommends at most 140.")));
    }
    let rendered = substitute(message, |number| Some(ctx.sample(None, number).unwrap_or_default()));
    let cost = sms::segment(&rendered.text);
    let segments = cost.segments.len();
    let message = format!("The message has {segments} segments ({}).", cost.encoding);
    if segments > 10 {
        ctx.add(MANY_SEGMENTS.at(at).say(message));
    } else if segments > 1 {
        ctx.add(SEGMENTS.at(at).say(message));
    }
}

/// The words of `text`, as a reader would send them as keywords.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|word| !word.is_empty())
}

fn contains_any(text: &str, keywords: &[&str]) -> bool {
    words(text).any(|word| keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)))
}

fn opt_out_line(line: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    if line.trim().is_empty() {
        return ctx.add(OPT_OUT_MISSING.at(at).lacks("optOut"));
    }
    let at = at.key("optOut");
    if !contains_any(line, &STOP) {
        ctx.add(OPT_OUT_NO_STOP.at(&at));
    }
    if !contains_any(line, &HELP) {
        ctx.add(OPT_OUT_NO_HELP.at(&at));
    }
}

/// SMS-07: a keyword in capital letters after a word that asks for a reply.
fn keyword(text: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    const ASKING: [&str; 6] = ["reply", "answer", "respond", "text", "send", "type"];
    const BETWEEN: [&str; 4] = ["with", "by", "back", "us"];
    let mut asked = false;
    for word in words(text) {
        if asked && AMBIGUOUS.contains(&word) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let message = format!("{word} is a keyword: the carrier handles it, and you receive no reply.");
            return ctx.add(KEYWORD.at(at).range(start..start + word.len()).say(message));
        }
        let is_in = |list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
        asked = is_in(&ASKING) || (asked && is_in(&BETWEEN));
    }
}

fn links_and_capitals(text: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let host = |word: &str| {
        let without_scheme = word.split_once("://").map_or(word, |(_, rest)| rest);
        let (host, _) = without_scheme.split_once('/')?;
        web::SHORTENERS.iter().find(|shortener| host.eq_ignore_ascii_case(shortener)).copied()
    };
    if let Some(shortener) = text.split_whitespace().find_map(host) {
        ctx.add(SHORTENER.at(at).say(format!("Carriers filter messages with links of {shortener}.")));
    }
    let letters = || text::fixed(text).flat_map(str::chars).filter(|c| c.is_uppercase() || c.is_lowercase());
    if letters().nth(19).is_some() && letters().all(char::is_uppercase) {
        ctx.add(CAPITALS.at(at));
    }
}

fn sender(sender: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(sender) = sender else {
        return ctx.add(SENDER.at(at).lacks("outboundnumber").say("The message has no sender."));
    };
    let at = at.key("outboundnumber");
    let is_short_code = sender.bytes().all(|b| b.is_ascii_digit()) && (3..=8).contains(&sender.len());
    let service = sender.strip_prefix("MG");
    if is_short_code || service.is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return;
    }
    text::limit(ctx, &SENDER_LENGTH, &at, sender, 16, "The sender");
    let has_letters = sender.bytes().any(|b| b.is_ascii_alphabetic());
    let is_disputed = |c: char| matches!(c, '-' | '+' | '_' | '&');
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == ' ' || is_disputed(c);
    let is_name = has_letters && sender.chars().all(is_allowed);
    if phone::looks_numeric(sender) {
        phone::check(sender, true, &at, ctx);
    } else if is_name && sender.len() <= 11 {
        ctx.add(SENDER_ONE_WAY.at(&at));
        if let Some(range) = text::first(sender, is_disputed) {
            ctx.add(SENDER_CHARACTERS.at(&at).range(range));
        }
    } else {
        ctx.add(SENDER.at(&at));
    }
}
