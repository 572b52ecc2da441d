//! GEN-09: phone numbers of senders and buttons on all channels. [`Phone`] parses them. Ambiguous numbers are
//! reported without a fix.

use outbound_model::{At, NotPhone, Phone};

use super::{PHONE_LENGTH, PHONE_MALFORMED, PHONE_PLUS, PHONE_SEPARATORS, PHONE_SHORT};
use crate::context::Context;

/// Whether a sender is intended as a phone number: it has digits and no letters.
pub(crate) fn looks_numeric(sender: &str) -> bool {
    let number = sender.get(4..).filter(|_| sender.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("tel:")));
    let number = number.unwrap_or(sender);
    number.bytes().any(|b| b.is_ascii_digit()) && !number.chars().any(char::is_alphabetic)
}

/// Checks a phone number. `require_plus` reports a missing `+`.
pub(crate) fn check(text: &str, require_plus: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let phone = match Phone::read(text) {
        Ok(phone) => phone,
        Err(NotPhone::Malformed) => return ctx.add(PHONE_MALFORMED.at(at)),
        Err(NotPhone::CountryCodeMissing) => {
            let message = "The number begins with 0, so its country code is missing. Write +, the country \
                           code and the number as dialled from abroad.";
            return ctx.add(PHONE_MALFORMED.at(at).say(message));
        }
    };
    let e164 = phone.e164();
    if phone.has_separators() {
        separators(&phone, e164.as_deref(), at, ctx);
    }
    if require_plus && !phone.has_plus() {
        ctx.add(PHONE_PLUS.at(at));
    }
    if phone.digits().len() < 8 {
        ctx.add(PHONE_SHORT.at(at));
    } else if let Some((code, national)) = phone.impossible_length().filter(|_| e164.is_none()) {
        let message =
            format!("Phone numbers with the country code +{code} do not have {national} further digits.");
        ctx.add(PHONE_LENGTH.at(at).say(message));
    }
}

fn separators(phone: &Phone, e164: Option<&str>, at: &At<'_>, ctx: &mut Context<'_>) {
    let found = PHONE_SEPARATORS.at(at);
    ctx.add(match e164 {
        Some(number) => found.say(format!("Providers expect this number as {number}.")).fix(number),
        None if phone.has_plus() => found.say(
            "Providers expect + and digits only. These digits are not an existing number; check them, then \
             remove all other characters.",
        ),
        None => found.say(
            "Providers expect + and digits only. The country code, or the + before it, is missing, so the \
             number could belong to several countries.",
        ),
    });
}
