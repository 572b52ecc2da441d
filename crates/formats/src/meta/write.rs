//! A WhatsApp channel becomes a template in the shape that creates one.

use std::collections::BTreeMap;

use outbound_model::{At, Button, Object, TextBody, WaComponent, WaFooter, WaHeader, WhatsApp, placeholders};
use serde_json::{Value, json};

use super::samples::NAMED;
use crate::buttons::{self, Placed};
use crate::export::Export;
use crate::numbering::{Numbering, Scope, Spelling, filled};
use crate::phones;

/// What Meta decides and answers, and nobody submits.
const META_DECIDES: [&str; 6] =
    ["id", "status", "sub_category", "quality_score", "rejected_reason", "previous_category"];

/// Writes the template of a channel at `at`.
pub(crate) fn write(channel: &WhatsApp, at: &At<'_>, export: &mut Export<'_, '_>) -> Object {
    let mut template = Object::new();
    template.insert("name".to_owned(), name(channel, at, export).into());
    language(channel, at, export, &mut template);
    own_fields(at, export, &mut template);
    let stays = "Meta's template has no sender and no namespace; the handoff keeps them.";
    export.losses.add_some(at, "namespace", channel.namespace.as_ref(), stays);
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), stays);
    export.losses.fields(at, &channel.extra, &[], "A template");
    template.insert("components".to_owned(), Writing::new(export).components(channel, at).into());
    template
}

fn name(channel: &WhatsApp, at: &At<'_>, export: &mut Export<'_, '_>) -> String {
    if let Some(name) = &channel.templatename {
        if name != export.handoff.name.as_str() {
            export
                .losses
                .add(&At::ROOT.key("name"), "The template has the channel's name, not the handoff's.");
        }
        return name.clone();
    }
    export.losses.add(at, "The channel has no template name; it is made of the handoff's name.");
    let legal = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    export.handoff.name.as_str().chars().map(legal).collect()
}

fn language(channel: &WhatsApp, at: &At<'_>, export: &mut Export<'_, '_>, template: &mut Object) {
    let Some(language) = &channel.language else {
        return export.losses.add(at, "Meta wants a language, and the channel has none.");
    };
    let theirs = language.replace('-', "_");
    if theirs != *language {
        export.losses.add(&at.key("language"), format!("Meta writes this language {theirs}."));
    }
    template.insert("language".to_owned(), theirs.into());
}

/// Category, parameter format and the like, as an import kept them.
fn own_fields(at: &At<'_>, export: &mut Export<'_, '_>, template: &mut Object) {
    let chosen = export.options.category.clone().map(Value::from);
    match export.kept.field("category").cloned().or(chosen) {
        Some(category) => {
            template.insert("category".to_owned(), category);
        }
        None => export
            .losses
            .add(at, "Meta wants a category (MARKETING, UTILITY, AUTHENTICATION); none is known."),
    }
    let mut metas = Vec::new();
    for (key, value) in export.kept.fields().filter(|(key, _)| *key != "category") {
        if META_DECIDES.contains(&key.as_str()) {
            metas.push(key.as_str());
        } else {
            template.insert(key.clone(), value.clone());
        }
    }
    if !metas.is_empty() {
        let sentence = format!("Meta decides these itself, so they are left out: {}.", metas.join(", "));
        export.losses.add(at, sentence);
    }
}

struct Writing<'w, 'e, 'h> {
    export: &'w mut Export<'e, 'h>,
    /// The names of parameters; empty where they have numbers.
    names: BTreeMap<String, String>,
    /// Whether parameters have names in place of numbers.
    by_name: bool,
}

impl<'w, 'e, 'h> Writing<'w, 'e, 'h> {
    fn new(export: &'w mut Export<'e, 'h>) -> Self {
        let format = export.kept.field("parameter_format").and_then(Value::as_str);
        let by_name = format.is_some_and(|format| format.eq_ignore_ascii_case("NAMED"));
        let names = if by_name { export.kept.names() } else { BTreeMap::new() };
        Self { export, names, by_name }
    }

    /// In the handoff's order; the buttons stand together where the first of them is.
    fn components(&mut self, channel: &WhatsApp, at: &At<'_>) -> Vec<Value> {
        let list = at.key("messageComponents");
        let mut buttons = Vec::new();
        let mut components: Vec<Value> = Vec::new();
        let mut place_of_buttons = None;
        for (index, component) in channel.message_components.iter().enumerate() {
            let at = list.index(index);
            match component {
                WaComponent::Header(header) => components.push(self.header(header, &at)),
                WaComponent::Body(body) => components.push(self.body(body, &at)),
                WaComponent::Footer(footer) => components.push(self.footer(footer, &at)),
                WaComponent::Button(button) => {
                    place_of_buttons.get_or_insert(components.len());
                    buttons.push((index, button));
                }
                WaComponent::Unknown(object) if is_metas(object) => components.push(object.clone().into()),
                WaComponent::Unknown(_) => {
                    self.export.losses.add(&at, "Meta's template has no such component; it is left out.");
                }
            }
        }
        if let Some(place) = place_of_buttons {
            let placed = buttons::in_order(buttons.into_iter());
            let written = placed.iter().enumerate().map(|(new, placed)| self.button(new, placed, &list));
            let buttons: Vec<Value> = written.collect();
            components.insert(place, json!({"type": "BUTTONS", "buttons": buttons}));
        }
        components
    }

    fn header(&mut self, header: &WaHeader, at: &At<'_>) -> Value {
        let sub_type = header.sub_type.as_deref().unwrap_or("text");
        let mut written = component("HEADER");
        written.insert("format".to_owned(), sub_type.to_ascii_uppercase().into());
        self.export.losses.fields(at, &header.extra, &[], "Meta's header");
        self.export.losses.undeclared(at, header.variables.as_ref(), &[header.content.as_deref()]);
        match (&header.content, sub_type) {
            (Some(text), "text") => self.text(&mut written, "header_text", Scope::Header, text),
            (Some(address), _) => self.medium(&mut written, address, at),
            (None, _) => {}
        }
        written.into()
    }

    /// Meta takes the medium with each message, and a sample of it with the template.
    fn medium(&mut self, written: &mut Object, address: &str, at: &At<'_>) {
        let at = at.key("content");
        let numbering = self.numbering(Scope::Header, Scope::Header, address);
        let alone =
            placeholders(address).next().is_some_and(|placeholder| placeholder.range == (0..address.len()));
        let sample = filled(address, |number| self.export.kept.sample(Scope::Header, &number.to_string()));
        if !alone {
            self.export
                .losses
                .add(&at, "Meta takes the file with each message; the address becomes the sample.");
        }
        if alone && sample.is_none() {
            self.missing(&numbering);
        }
        if let Some(sample) = sample.or_else(|| (!alone).then(|| address.to_owned())) {
            if sample.starts_with("http") {
                let sentence = "Meta wants the handle of an uploaded file as sample, and gets an address.";
                self.export.losses.add(&at, sentence);
            }
            written.insert("example".to_owned(), json!({"header_handle": [sample]}));
        }
    }

    fn body(&mut self, body: &TextBody, at: &At<'_>) -> Value {
        let mut written = component("BODY");
        self.export.losses.undeclared(at, body.variables.as_ref(), &[body.content.as_deref()]);
        if let Some(text) = &body.content {
            self.text(&mut written, "body_text", Scope::Body, text);
        }
        self.extra(&mut written, &body.extra, &["add_security_recommendation"], at);
        written.into()
    }

    fn footer(&mut self, footer: &WaFooter, at: &At<'_>) -> Value {
        let mut written = component("FOOTER");
        insert(&mut written, "text", footer.content.as_ref());
        self.extra(&mut written, &footer.extra, &["code_expiration_minutes"], at);
        written.into()
    }

    fn button(&mut self, new: usize, placed: &Placed<'_>, list: &At<'_>) -> Value {
        let (button, at) = (placed.button, list.index(placed.component));
        let sub_type = button.sub_type.as_deref().unwrap_or("quick_reply");
        let mut written = component(&sub_type.to_ascii_uppercase());
        insert(&mut written, "text", button.content.as_ref());
        self.export.losses.undeclared(&at, button.variables.as_ref(), &[button.url.as_deref()]);
        match &button.url {
            Some(url) if sub_type == "url" => self.url(&mut written, new, placed, url),
            url => insert(&mut written, "url", url.as_ref()),
        }
        let number = button.phone_number.as_deref();
        let number = number.map(|number| phones::e164(number, &at.key("phone_number"), self.export.losses));
        insert(&mut written, "phone_number", number.as_ref());
        // Of the others, everything came from Meta.
        if is_known(button) {
            self.export.losses.fields(&at, &button.extra, &[], "Meta's button");
        } else {
            written.extend(button.extra.clone());
        }
        written.into()
    }

    fn url(&mut self, written: &mut Object, new: usize, placed: &Placed<'_>, url: &str) {
        let scope = Scope::Button(placed.number);
        let numbering = self.numbering(scope, Scope::Button(new), url);
        written.insert("url".to_owned(), numbering.provider(scope, url).into());
        if placeholders(url).next().is_some() {
            match filled(url, |number| self.export.kept.sample(scope, &number.to_string())) {
                Some(sample) => {
                    written.insert("example".to_owned(), json!([sample]));
                }
                None => self.missing(&numbering),
            }
        }
    }

    /// A text with its samples, which stand under `key`.
    fn text(&mut self, written: &mut Object, key: &str, scope: Scope, text: &str) {
        let numbering = self.numbering(scope, scope, text);
        written.insert("text".to_owned(), numbering.provider(scope, text).into());
        let sample = |(scope, old, new): (Scope, &str, &str)| {
            Some((new.to_owned(), self.export.kept.sample(scope, old)?))
        };
        let samples: Option<Vec<_>> = numbering.pairs().map(sample).collect();
        let example = match samples {
            None => return self.missing(&numbering),
            Some(samples) if samples.is_empty() => return,
            Some(samples) if self.by_name => {
                let named = |(name, sample)| json!({"param_name": name, "example": sample});
                json!({format!("{key}{NAMED}"): samples.into_iter().map(named).collect::<Vec<_>>()})
            }
            Some(samples) => {
                let samples: Vec<_> = samples.into_iter().map(|(_, sample)| sample).collect();
                // Several texts for a body may be given, each with all its samples.
                json!({key: if scope == Scope::Body { json!([samples]) } else { json!(samples) }})
            }
        };
        written.insert("example".to_owned(), example);
    }

    /// Numbers the placeholders of a component, which is `new` in the template.
    fn numbering(&mut self, scope: Scope, new: Scope, text: &str) -> Numbering {
        let numbering = Numbering::new(Spelling::Handoff, &[(scope, text)], &self.names);
        let mappings = numbering.mappings(self.export.place, Scope::key, |_, name| new.key(name));
        self.export.mappings.extend(mappings);
        numbering
    }

    fn missing(&mut self, numbering: &Numbering) {
        for (scope, old, _) in numbering.pairs() {
            if self.export.kept.sample(scope, old).is_none() {
                let sentence = "Meta wants samples of all placeholders of a text; this one has none, so none is written.";
                self.export.losses.no_sample(self.export.place, &scope.key(old), sentence);
            }
        }
    }

    fn extra(&mut self, written: &mut Object, extra: &Object, known: &[&str], at: &At<'_>) {
        let metas = extra.iter().filter(|(key, _)| known.contains(&key.as_str()));
        written.extend(metas.map(|(key, value)| (key.clone(), value.clone())));
        self.export.losses.fields(at, extra, known, "Meta's component");
    }
}

/// Twilio's types, which an import may have kept, have a slash in them.
fn is_metas(object: &Object) -> bool {
    object.get("type").and_then(Value::as_str).is_some_and(|kind| !kind.contains('/'))
}

fn is_known(button: &Button) -> bool {
    matches!(button.sub_type.as_deref(), Some("quick_reply" | "url" | "phone_number") | None)
}

fn component(kind: &str) -> Object {
    Object::from_iter([("type".to_owned(), kind.into())])
}

fn insert(object: &mut Object, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        object.insert(key.to_owned(), text.as_str().into());
    }
}
