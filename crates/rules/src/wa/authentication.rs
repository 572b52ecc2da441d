//! Authentication templates (WA-44). Meta generates their body, footer and button, so the rules for authored
//! content do not apply. The templates are kept unchanged.
//!
//! Such a template is created without any content and with an `otp` button. Meta lists it with generated content
//! and a `url` button to Meta's host (Meta, copy code authentication templates, read in November 2026).

use outbound_model::{At, Button, Object, WaComponent, WhatsApp, foreign_field};
use serde_json::Value;
use url::Url;

use crate::context::Context;
use crate::general::buttons::{self, Placed};
use crate::general::{COMPONENT_KEPT, unknown_component};

/// The provider of the fields that identify authentication templates.
pub(crate) const META: &str = "meta";

/// Whether a template is an authentication template, by the category that an import kept or by fields that only
/// such templates have.
pub(crate) fn is(channel: &WhatsApp, category: Option<&Value>) -> bool {
    let category = category.and_then(Value::as_str);
    category.is_some_and(|category| category.eq_ignore_ascii_case("authentication"))
        || channel.message_components.iter().any(|component| match component {
            WaComponent::Body(body) => has(&body.extra, "add_security_recommendation"),
            WaComponent::Footer(footer) => has(&footer.extra, "code_expiration_minutes"),
            WaComponent::Button(button) => button.sub_type.as_deref() == Some("otp") || copies_code(button),
            WaComponent::Header(_) | WaComponent::Unknown(_) => false,
        })
}

fn has(extra: &Object, field: &str) -> bool {
    foreign_field(extra, META, field).is_some()
}

/// Whether a button is the `url` button that Meta generates for an `otp` button.
fn copies_code(button: &Button) -> bool {
    let url = button.url.as_deref().and_then(|url| Url::parse(url).ok());
    url.is_some_and(|url| {
        matches!(url.host_str(), Some("www.whatsapp.com" | "whatsapp.com")) && url.path().starts_with("/otp/")
    })
}

/// Reports unknown components and buttons. If there are none, reports that the template is not checked.
pub(super) fn check(channel: &WhatsApp, list: &At<'_>, ctx: &mut Context<'_>) {
    let mut reported = false;
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            WaComponent::Unknown(object) => unknown_component(object, "A WhatsApp template", &at, ctx),
            WaComponent::Button(button) => {
                let placed = Placed { component: index, button };
                if placed.kind().is_some() {
                    continue;
                }
                buttons::unknown(&placed, &at, ctx);
            }
            WaComponent::Header(_) | WaComponent::Body(_) | WaComponent::Footer(_) => continue,
        }
        reported = true;
    }
    if !reported {
        let message = "Meta writes the text and buttons of an authentication template itself. They are kept \
                       unchanged and not checked.";
        ctx.add(COMPONENT_KEPT.at(list).say(message));
    }
}
