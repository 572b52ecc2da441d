//! Shows WhatsApp templates with their text: requests to WhatsApp contain only the name of a template and its values, but
//! the campaign has the text.

use std::collections::BTreeSet;

use outbound_model::{AccountId, Channel, WaComponent, WhatsApp, placeholders};
use outbound_render::{Action, Component, Header, Key, Preview, Values, WhatsAppPreview, render_channel};

use super::{PhoneButton, PhoneEntry, PhoneTemplate};
use crate::{App, AppError};

impl App {
    /// Replaces templates of campaigns by their text.
    pub(super) async fn fill_templates(
        &self,
        account: &AccountId,
        entries: Vec<&mut PhoneEntry>,
    ) -> Result<(), AppError> {
        let templates = entries.iter().filter(|entry| entry.template.is_some());
        let ids: Vec<_> = templates.filter_map(|entry| entry.message).collect();
        let sent = self.sent_templates(account, &ids).await?;
        for entry in entries {
            let Some(wa) = entry.message.and_then(|id| sent.get(&id)) else { continue };
            let Some(template) = entry.template.take() else { continue };
            fill(entry, wa, &template);
        }
        Ok(())
    }
}

fn fill(entry: &mut PhoneEntry, wa: &WhatsApp, template: &PhoneTemplate) {
    let rendered = render_channel(&Channel::WhatsApp(wa.clone()), &values(wa, template));
    let Preview::WhatsApp(WhatsAppPreview { header, body, footer, buttons, .. }) = rendered.preview else {
        return;
    };
    let mut lines = Vec::new();
    match header {
        Some(Header::Text(text)) => lines.push(text.text),
        Some(Header::Media(_)) => entry.files.clone_from(&template.header),
        None => {}
    }
    lines.extend(body.map(|body| body.text));
    lines.extend(footer);
    entry.text = lines.join("\n");
    let button = |button: outbound_render::Button| PhoneButton {
        payload: (button.action == Action::Reply).then(|| button.label.text.clone()),
        label: button.label.text,
    };
    entry.buttons = buttons.into_iter().map(button).collect();
}

/// The values of header and body by their placeholders. Requests have them in the order of their numbers.
fn values(wa: &WhatsApp, template: &PhoneTemplate) -> Values {
    let mut values = Vec::new();
    for component in &wa.message_components {
        let (kind, content, declared, found) = match component {
            WaComponent::Header(header) => {
                (Component::Header, &header.content, &header.variables, &template.header)
            }
            WaComponent::Body(body) => (Component::Body, &body.content, &body.variables, &template.body),
            _ => continue,
        };
        let used = content.iter().flat_map(|text| placeholders(text)).map(|placeholder| placeholder.number);
        let declared = declared.iter().flatten().filter_map(|number| number.parse().ok());
        let numbers: BTreeSet<u16> = used.chain(declared).collect();
        let keys = numbers.into_iter().map(|number| Key { component: Some(kind), number });
        values.extend(keys.zip(found.iter().cloned()));
    }
    values.into_iter().collect()
}
