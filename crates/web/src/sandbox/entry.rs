//! A message or reply on a page.

use maud::{Markup, html};
use outbound_app::{PhoneEntry, PhoneTemplate};

use crate::reporting::names::channel_name;
use crate::text::{self, Text};

/// The channel, with the direction if the phone sent it.
pub(super) fn origin(entry: &PhoneEntry) -> Markup {
    html! {
        span class="badge" { (channel_name(entry.channel)) }
        @if entry.is_reply { " " span class="badge" { (text::sandbox_reply()) } }
    }
}

/// The last status of a message; for a reply, that the consumer sent it.
pub(super) fn status(entry: &PhoneEntry) -> Markup {
    let badge = |class: &str, name: Text| html! { span class=(class) { (name) } };
    html! {
        @match entry.status {
            _ if entry.is_reply => (badge("badge", text::sandbox_replied())),
            Some("failed") => (badge("badge error", text::failed())),
            Some("delivered") => (badge("badge done", text::delivered())),
            Some("read") => (badge("badge done", text::read())),
            Some(_) => (badge("badge", text::sent())),
            None => {}
        }
    }
}

/// The content, as text.
pub(super) fn content(entry: &PhoneEntry) -> Markup {
    html! {
        @if !entry.text.is_empty() { p class="text" dir="auto" { (entry.text) } }
        @if let Some(template) = &entry.template { (values(template)) }
        @for file in &entry.files { p { code dir="auto" { (file) } } }
        @if is_empty(entry) { p class="muted" { (text::sandbox_no_content()) } }
    }
}

fn is_empty(entry: &PhoneEntry) -> bool {
    entry.text.is_empty() && entry.template.is_none() && entry.files.is_empty()
}

/// A template whose text is not known.
fn values(template: &PhoneTemplate) -> Markup {
    let PhoneTemplate { name, language, header, body } = template;
    html! {
        p { (text::sandbox_template(language, name)) }
        @let values: Vec<_> = header.iter().chain(body).collect();
        @if !values.is_empty() { ul { @for value in values { li dir="auto" { (value) } } } }
    }
}

/// The first characters of the content, for lists.
pub(super) fn beginning(entry: &PhoneEntry) -> String {
    const MAX_CHARACTERS: usize = 70;
    let name = entry.template.as_ref().map(|template| template.name.clone());
    let file = || entry.files.first().cloned();
    let text = Some(entry.text.clone()).filter(|text| !text.is_empty()).or(name).or_else(file);
    let text = text.unwrap_or_default().replace('\n', " ");
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text,
    }
}
