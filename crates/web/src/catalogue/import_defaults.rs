//! The senders, namespaces and languages that imported channels get: fields of the account's settings.

use maud::{Markup, html};
use outbound_app::AccountDefaults;

use crate::fields::Fields;

/// Name of each value, which is the field's name too, and its label. Other channels come from no provider's
/// file.
const VALUES: [(&str, &str); 8] = [
    ("wa.sender", "WhatsApp sender"),
    ("wa.namespace", "WhatsApp namespace"),
    ("wa.language", "WhatsApp language"),
    ("sms-twilio.sender", "SMS sender"),
    ("sms-twilio.language", "SMS language"),
    ("googlercs.sender", "RCS sender"),
    ("googlercs.serviceAccountName", "RCS service account"),
    ("googlercs.language", "RCS language"),
];

/// The values of the form, and what is wrong with one. What the form has no field for stays as it was.
pub(super) fn read(fields: &Fields, before: AccountDefaults) -> (AccountDefaults, Option<String>) {
    let (mut defaults, mut wrong) = (before, None);
    for (name, label) in VALUES {
        if let Some(value) = fields.get(name)
            && let Err(invalid) = defaults.set(name, value.trim())
        {
            wrong.get_or_insert(format!("{label}: {invalid}."));
        }
    }
    (defaults, wrong)
}

pub(super) fn fields(defaults: &AccountDefaults) -> Markup {
    let pairs = defaults.pairs();
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    html! {
        fieldset aria-describedby="import-hint" {
            legend { "Values for imported channels" }
            p class="hint" id="import-hint" {
                "Files of Meta, Twilio and Google do not contain a sender, for example. "
                "A channel that has no value of its own gets the one given here."
            }
            div class="fields" {
                @for (name, label) in VALUES {
                    div class="field" {
                        label for=(name) { (label) }
                        input id=(name) name=(name) value=[value(name)] maxlength="255" spellcheck="false";
                    }
                }
            }
        }
    }
}
