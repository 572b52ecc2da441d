//! Default senders, namespaces and languages of imported channels: fields of the account's settings.

use maud::{Markup, html};
use outbound_app::AccountDefaults;

use crate::fields::Fields;
use crate::text::{self, Text, TextFn};

/// The name of each value, which is also the name of its field, and its label. Only files of providers need defaults,
/// so other channels have none.
const VALUES: [(&str, TextFn); 8] = [
    ("wa.sender", text::default_whatsapp_sender),
    ("wa.namespace", text::default_whatsapp_namespace),
    ("wa.language", text::default_whatsapp_language),
    ("sms-twilio.sender", text::default_sms_sender),
    ("sms-twilio.language", text::default_sms_language),
    ("googlercs.sender", text::default_rcs_sender),
    ("googlercs.serviceAccountName", text::default_rcs_service_account),
    ("googlercs.language", text::default_rcs_language),
];

/// The values of the form, and a sentence if one is invalid. Values without a field stay as they are.
pub(super) fn read(fields: &Fields, before: AccountDefaults) -> (AccountDefaults, Option<Text>) {
    let (mut defaults, mut problem) = (before, None);
    for (name, label) in VALUES {
        if let Some(value) = fields.get(name)
            && let Err(invalid) = defaults.set(name, value.trim())
        {
            problem.get_or_insert(text::invalid_default(label(), invalid.to_string()));
        }
    }
    (defaults, problem)
}

pub(super) fn fields(defaults: &AccountDefaults) -> Markup {
    let pairs = defaults.pairs();
    let value = |name: &str| pairs.iter().find(|(listed, _)| listed == name).map(|(_, value)| value.as_str());
    html! {
        fieldset aria-describedby="import-hint" {
            legend { (text::import_defaults()) }
            p class="hint" id="import-hint" { (text::import_defaults_hint()) }
            div class="fields" {
                @for (name, label) in VALUES {
                    div class="field" {
                        label for=(name) { (label()) }
                        input id=(name) name=(name) value=[value(name)] maxlength="255" spellcheck="false";
                    }
                }
            }
        }
    }
}
