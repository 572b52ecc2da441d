//! Export of a WhatsApp channel as a template, in the form for creating one.

use std::collections::BTreeMap;

use outbound_model::{At, Object, TextBody, WaComponent, WaFooter, WaHeader, WhatsApp, placeholders};
use serde_json::{Value, json};

use super::head;
use super::samples::NAMED_SUFFIX;
use crate::buttons;
use crate::channel_export::ChannelExport;
use crate::numbering::{Numbering, Scope, Spelling, filled_address};
use crate::{Format, foreign};

/// Writes the template of a channel at `at`.
pub(crate) fn write(channel: &WhatsApp, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Object {
    let mut template = Object::new();
    template.insert("name".to_owned(), head::name(channel, at, export).into());
    head::language(channel, at, export, &mut template);
    head::kept_fields(at, export, &mut template);
    let stays = "A Meta template has no sender and no namespace; the handoff keeps them.";
    export.losses.add_some(at, "namespace", channel.namespace.as_ref(), stays);
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), stays);
    export.losses.fields(at, &channel.extra, &[], "A template");
    template.insert("components".to_owned(), TemplateWriter::new(export).components(channel, at).into());
    template
}

pub(super) struct TemplateWriter<'w, 'e, 'h> {
    pub(super) export: &'w mut ChannelExport<'e, 'h>,
    /// The names of parameters; empty if they are numbered.
    names: BTreeMap<String, String>,
    /// Whether parameters have names instead of numbers.
    by_name: bool,
}

impl<'w, 'e, 'h> TemplateWriter<'w, 'e, 'h> {
    fn new(export: &'w mut ChannelExport<'e, 'h>) -> Self {
        let format = export.kept.field("parameter_format").and_then(Value::as_str);
        let by_name = format.is_some_and(|format| format.eq_ignore_ascii_case("NAMED"));
        let names = if by_name { export.kept.names() } else { BTreeMap::new() };
        Self { export, names, by_name }
    }

    /// Writes the components in the handoff's order. All buttons are grouped at the position of the first one.
    fn components(&mut self, channel: &WhatsApp, at: &At<'_>) -> Vec<Value> {
        let list = at.key("messageComponents");
        let mut buttons = Vec::new();
        let mut components: Vec<Value> = Vec::new();
        let mut buttons_position = None;
        for (index, component) in channel.message_components.iter().enumerate() {
            let at = list.index(index);
            match component {
                WaComponent::Header(header) => components.extend(self.header(header, &at)),
                WaComponent::Body(body) => components.extend(self.body(body, &at)),
                WaComponent::Footer(footer) => components.extend(self.footer(footer, &at)),
                WaComponent::Button(button) => {
                    buttons_position.get_or_insert(components.len());
                    buttons.push((index, button));
                }
                WaComponent::Unknown(object) => components.extend(self.unknown(object, &at)),
            }
        }
        if let Some(position) = buttons_position {
            let mut written: Vec<Value> = Vec::new();
            for button in &buttons::in_order(buttons.into_iter()) {
                written.extend(self.button(written.len(), button, &list));
            }
            if !written.is_empty() {
                components.insert(position, json!({"type": "BUTTONS", "buttons": written}));
            }
        }
        components
    }

    /// Writes a component that an import from Meta kept. Earlier versions stored its fields beside the type.
    fn unknown(&mut self, object: &Object, at: &At<'_>) -> Option<Value> {
        let kept = foreign::kept(Format::Meta, object);
        let old =
            || Some(object).filter(|object| self.export.kept.is_from() && foreign::keeps_nothing(object));
        let Some(written) = kept.or_else(old) else {
            self.export.losses.add(at, "A Meta template has no such component; it is omitted.");
            return None;
        };
        self.export.losses.unchecked(at, "This component", "Meta");
        Some(written.clone().into())
    }

    fn header(&mut self, header: &WaHeader, at: &At<'_>) -> Option<Value> {
        let sub_type = header.sub_type.as_deref().unwrap_or("text");
        let format = sub_type.to_ascii_uppercase();
        let mut written = component("HEADER");
        written.insert("format".to_owned(), format.as_str().into());
        self.export.losses.unused_variables(at, header.variables.as_ref(), &[header.content.as_deref()]);
        if !HEADER_FORMATS.contains(&format.as_str()) {
            if !self.export.kept.is_from() {
                let sentence = format!("A Meta template has no header of type {sub_type}; it is omitted.");
                self.export.losses.add(at, sentence);
                return None;
            }
            self.export.losses.unchecked(at, &format!("A header of type {sub_type}"), "Meta");
        }
        match (&header.content, sub_type) {
            (Some(text), "text") => self.text(&mut written, "header_text", Scope::Header, text),
            (None, "text") => return self.left_out(at, "a header without content"),
            (Some(address), _) => self.media(&mut written, address, at),
            (None, _) => {}
        }
        self.kept_fields(&mut written, &header.extra, &[], &[], at);
        Some(written.into())
    }

    /// Writes the sample of a media header. The media file itself is given when a message is sent.
    fn media(&mut self, written: &mut Object, address: &str, at: &At<'_>) {
        let at = at.key("content");
        let numbering = self.numbering(Scope::Header, Scope::Header, address);
        let is_placeholder =
            placeholders(address).next().is_some_and(|placeholder| placeholder.range == (0..address.len()));
        let sample =
            filled_address(address, |number| self.export.kept.sample(Scope::Header, &number.to_string()));
        if !is_placeholder {
            self.export
                .losses
                .add(&at, "Meta receives the file with each message; the URL becomes the sample.");
        }
        if is_placeholder && sample.is_none() {
            self.missing(&numbering);
        }
        if let Some(sample) = sample.or_else(|| (!is_placeholder).then(|| address.to_owned())) {
            if sample.starts_with("http") {
                let sentence =
                    "Meta requires the handle of an uploaded file as the sample, but this is a URL.";
                self.export.losses.add(&at, sentence);
            }
            written.insert("example".to_owned(), json!({"header_handle": [sample]}));
        }
    }

    fn body(&mut self, body: &TextBody, at: &At<'_>) -> Option<Value> {
        let mut written = component("BODY");
        self.export.losses.unused_variables(at, body.variables.as_ref(), &[body.content.as_deref()]);
        if let Some(text) = &body.content {
            self.text(&mut written, "body_text", Scope::Body, text);
        }
        let known: [KnownField; 1] = [("add_security_recommendation", Value::is_boolean)];
        self.kept_fields(&mut written, &body.extra, &known, &["add_security_recommendation"], at);
        if written.len() == 1 { self.left_out(at, "a body without text") } else { Some(written.into()) }
    }

    fn footer(&mut self, footer: &WaFooter, at: &At<'_>) -> Option<Value> {
        let mut written = component("FOOTER");
        insert(&mut written, "text", footer.content.as_ref());
        let known: [KnownField; 1] = [("code_expiration_minutes", Value::is_i64)];
        self.kept_fields(&mut written, &footer.extra, &known, &["code_expiration_minutes"], at);
        if written.len() == 1 { self.left_out(at, "a footer without text") } else { Some(written.into()) }
    }

    pub(super) fn left_out(&mut self, at: &At<'_>, what: &str) -> Option<Value> {
        self.export.losses.add(at, format!("Meta does not accept {what}; it is omitted."));
        None
    }

    /// Writes text with its sample values, which are stored under `key`.
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
                json!({format!("{key}{NAMED_SUFFIX}"): samples.into_iter().map(named).collect::<Vec<_>>()})
            }
            Some(samples) => {
                let samples: Vec<_> = samples.into_iter().map(|(_, sample)| sample).collect();
                // Meta's format allows several sets of samples for a body.
                json!({key: if scope == Scope::Body { json!([samples]) } else { json!(samples) }})
            }
        };
        written.insert("example".to_owned(), example);
    }

    /// Numbers the placeholders of a component, whose scope in the template is `new`.
    pub(super) fn numbering(&mut self, scope: Scope, new: Scope, text: &str) -> Numbering {
        let numbering = Numbering::new(Spelling::Handoff, &[(scope, text)], &self.names);
        let mappings = numbering.mappings(self.export.place, Scope::key, |_, name| new.key(name));
        self.export.mappings.extend(mappings);
        numbering
    }

    pub(super) fn missing(&mut self, numbering: &Numbering) {
        for (scope, old, _) in numbering.pairs() {
            if self.export.kept.sample(scope, old).is_none() {
                let sentence = "Meta requires samples for all placeholders of a component. This one has none, so none \
                                are written.";
                self.export.losses.no_sample(self.export.place, &scope.key(old), sentence);
            }
        }
    }

    /// Writes the fields of a component that an import kept.
    pub(super) fn kept_fields(
        &mut self,
        written: &mut Object,
        extra: &Object,
        known: &[KnownField],
        old: &[&str],
        at: &At<'_>,
    ) {
        let kept = foreign::fields(Format::Meta, extra, old, "Meta's template", at, self.export.losses);
        for (key, value) in kept {
            if !known.iter().any(|(name, fits)| *name == key && fits(&value)) {
                self.export.losses.unchecked(at, &format!("The field {key}"), "Meta");
            }
            written.entry(key).or_insert(value);
        }
    }
}

/// A field that Meta's reference documents, and a check of its value.
pub(super) type KnownField = (&'static str, fn(&Value) -> bool);

const HEADER_FORMATS: [&str; 5] = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"];

pub(super) fn component(kind: &str) -> Object {
    Object::from_iter([("type".to_owned(), kind.into())])
}

pub(super) fn insert(object: &mut Object, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        object.insert(key.to_owned(), text.as_str().into());
    }
}
