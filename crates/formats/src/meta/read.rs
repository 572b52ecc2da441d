//! A template becomes a handoff with one WhatsApp channel.

use std::collections::BTreeMap;

use outbound_model::{
    At, Button, Channel, Object, ShapeError, TextBody, WaComponent, WaFooter, WaHeader, WhatsApp,
};
use serde_json::Value;

use super::samples::Samples;
use crate::buttons::button;
use crate::fields::Fields;
use crate::import::Draft;
use crate::losses::{Losses, numbers};
use crate::numbering::{Numbering, Scope, Spelling};
use crate::{Format, Mapping, foreign};

/// Reads a template, in either shape. The case of types varies, so it is not looked at.
pub(crate) fn read(value: Value) -> Result<Draft, ShapeError> {
    let mut template = Fields::of(value, At::ROOT)?;
    let (name, language): (String, String) = (template.take("name")?, template.take("language")?);
    let mut reading = Reading::default();
    let list = At::ROOT.key("components");
    for (index, component) in template.list("components")?.into_iter().enumerate() {
        reading.component(component, list.index(index))?;
    }
    let channel = WhatsApp {
        language: Some(language),
        namespace: None,
        templatename: Some(name.clone()),
        outboundnumber: None,
        message_components: reading.components,
        extra: Object::new(),
    };
    Ok(Draft {
        name: Some(name),
        channel: Channel::WhatsApp(channel),
        samples: reading.samples,
        names: reading.names,
        fields: template.rest(),
        notes: Object::new(),
        losses: reading.losses,
        mappings: reading.mappings,
    })
}

#[derive(Default)]
struct Reading {
    components: Vec<WaComponent>,
    /// How many buttons there are already.
    buttons: usize,
    samples: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    losses: Losses,
    mappings: Vec<Mapping>,
}

impl Reading {
    fn component(&mut self, value: Value, at: At<'_>) -> Result<(), ShapeError> {
        let mut fields = Fields::of(value, at)?;
        let kind: String = fields.take("type")?;
        let component = match kind.to_ascii_uppercase().as_str() {
            "HEADER" => WaComponent::Header(self.header(fields)?),
            "BODY" => WaComponent::Body(self.body(fields)?),
            "FOOTER" => WaComponent::Footer(WaFooter { content: fields.take("text")?, extra: hold(fields) }),
            "BUTTONS" => return self.buttons(fields),
            _ => {
                self.losses.add(&at, format!("A handoff knows no component {kind}; it is kept as it is."));
                let whole = with_type(&kind, fields.rest());
                WaComponent::Unknown(foreign::component(Format::Meta, &kind, whole))
            }
        };
        self.components.push(component);
        Ok(())
    }

    fn header(&mut self, mut fields: Fields<'_>) -> Result<WaHeader, ShapeError> {
        let format: Option<String> = fields.take("format")?;
        let sub_type = format.as_deref().unwrap_or("text").to_ascii_lowercase();
        let at = fields.at;
        let mut example = Fields::some(fields.take("example")?, at.key("example"));
        let content = match sub_type.as_str() {
            "text" => {
                let samples = Samples::take(&mut example, "header_text")?;
                let text: String = fields.take("text")?;
                Some(self.text(Scope::Header, &text, samples, &example.at)?)
            }
            "location" => None,
            _ => Some(self.medium(&mut example)?),
        };
        self.unused(example);
        let variables = Some(numbers(content.iter().map(String::as_str)));
        Ok(WaHeader { sub_type: Some(sub_type), content, variables, extra: hold(fields) })
    }

    /// Whoever sends a template gives the medium with each message; the file has only a sample.
    fn medium(&mut self, example: &mut Fields<'_>) -> Result<String, ShapeError> {
        let mut samples = Samples::take(example, "header_handle")?;
        if let Some(sample) = samples.of("1", 0) {
            self.samples.insert(Scope::Header.key("1"), sample);
        }
        samples.surplus(1, &mut self.losses, &example.at);
        Ok("${{1}}".to_owned())
    }

    fn body(&mut self, mut fields: Fields<'_>) -> Result<TextBody, ShapeError> {
        let at = fields.at;
        let mut example = Fields::some(fields.take("example")?, at.key("example"));
        let samples = Samples::take(&mut example, "body_text")?;
        let text: Option<String> = fields.take("text")?;
        let content = match text {
            Some(text) => Some(self.text(Scope::Body, &text, samples, &example.at)?),
            None => None,
        };
        self.unused(example);
        let variables = Some(numbers(content.iter().map(String::as_str)));
        Ok(TextBody { content, variables, extra: hold(fields) })
    }

    fn buttons(&mut self, mut fields: Fields<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        let list = at.key("buttons");
        for (index, value) in fields.list("buttons")?.into_iter().enumerate() {
            let button = self.button(Fields::of(value, list.index(index))?)?;
            self.components.push(WaComponent::Button(button));
            self.buttons += 1;
        }
        self.losses.fields(&at, &fields.rest(), &[], "A handoff");
        Ok(())
    }

    fn button(&mut self, mut fields: Fields<'_>) -> Result<Button, ShapeError> {
        let at = fields.at;
        let kind: String = fields.take("type")?;
        let sub_type = kind.to_ascii_lowercase();
        if !matches!(sub_type.as_str(), "quick_reply" | "url" | "phone_number") {
            self.losses.add(&at, format!("A handoff knows no button {kind}; it is kept as it is."));
            let label = fields.take_text("text");
            let kept = with_type(&kind, fields.rest());
            return Ok(Button {
                extra: foreign::hold(Format::Meta, kept),
                ..button(self.buttons, &sub_type, label)
            });
        }
        let mut button = button(self.buttons, &sub_type, fields.take("text")?);
        button.phone_number = fields.take("phone_number")?;
        if sub_type == "url" {
            let samples = Samples::take(&mut fields, "example")?;
            let url: String = fields.take("url")?;
            let mut samples = samples.within(&url);
            if let Some(whole) = samples.take_whole(&url) {
                let sentence = "The sample is another address than the button's; it is kept for Meta, but shows no value.";
                self.losses.add(&at.key("example"), sentence);
                fields.put("example", whole.into());
            }
            let url = self.url(&url, samples, &at)?;
            button.variables = Some(numbers([url.as_str()].into_iter())).filter(|list| !list.is_empty());
            button.url = Some(url);
        }
        button.extra = hold(fields);
        Ok(button)
    }

    fn text(
        &mut self,
        scope: Scope,
        text: &str,
        samples: Samples,
        at: &At<'_>,
    ) -> Result<String, ShapeError> {
        Ok(self.numbered(scope, text, samples, at)?.text(scope, text))
    }

    fn url(&mut self, url: &str, samples: Samples, at: &At<'_>) -> Result<String, ShapeError> {
        let scope = Scope::Button(self.buttons);
        Ok(self.numbered(scope, url, samples, at)?.address(scope, url))
    }

    /// Numbers the placeholders of a component; `at` is the place of their samples.
    fn numbered(
        &mut self,
        scope: Scope,
        text: &str,
        mut samples: Samples,
        at: &At<'_>,
    ) -> Result<Numbering, ShapeError> {
        let numbering = Numbering::read(Spelling::Provider, &[(scope, text)], at)?;
        for (place, (scope, old, new)) in numbering.pairs().enumerate() {
            if let Some(sample) = samples.of(old, place) {
                self.samples.insert(scope.key(new), sample);
            }
            if old.parse::<u16>().is_err() {
                self.names.insert(scope.key(new), old.to_owned());
            }
        }
        samples.surplus(numbering.pairs().count(), &mut self.losses, at);
        self.mappings.extend(numbering.mappings(0, Scope::key, Scope::key));
        Ok(numbering)
    }

    fn unused(&mut self, example: Fields<'_>) {
        let at = example.at;
        self.losses.fields(&at, &example.rest(), &[], "The text beside it");
    }
}

/// The fields of a component that handoffs do not have.
fn hold(fields: Fields<'_>) -> Object {
    foreign::hold(Format::Meta, fields.rest())
}

fn with_type(kind: &str, fields: Object) -> Object {
    let mut whole = Object::from_iter([("type".to_owned(), kind.into())]);
    whole.extend(fields);
    whole
}
