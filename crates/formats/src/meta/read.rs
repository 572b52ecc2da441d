//! Import of a template as a handoff with one WhatsApp channel.

use std::collections::BTreeMap;

use outbound_model::{
    At, Button, Channel, Object, ShapeError, TextBody, WaComponent, WaFooter, WaHeader, WhatsApp,
};
use serde_json::Value;

use super::samples::Samples;
use crate::buttons::button;
use crate::fields::FieldReader;
use crate::losses::{Losses, numbers};
use crate::numbering::{Numbering, Scope, Spelling};
use crate::parsed_element::ParsedElement;
use crate::{Format, Mapping, foreign};

/// Reads a template in either form. Types are compared case-insensitively, because their case varies.
pub(crate) fn read(value: Value) -> Result<ParsedElement, ShapeError> {
    let mut template = FieldReader::of(value, At::ROOT)?;
    let (name, language): (String, String) = (template.take("name")?, template.take("language")?);
    let mut reader = TemplateReader::default();
    let list = At::ROOT.key("components");
    for (index, component) in template.list("components")?.into_iter().enumerate() {
        reader.component(component, list.index(index))?;
    }
    let channel = WhatsApp {
        language: Some(language),
        namespace: None,
        templatename: Some(name.clone()),
        outboundnumber: None,
        message_components: reader.components,
        extra: Object::new(),
    };
    Ok(ParsedElement {
        name: Some(name),
        channel: Channel::WhatsApp(channel),
        samples: reader.samples,
        names: reader.names,
        fields: template.rest(),
        notes: Object::new(),
        losses: reader.losses,
        mappings: reader.mappings,
    })
}

#[derive(Default)]
struct TemplateReader {
    components: Vec<WaComponent>,
    /// The number of buttons read so far.
    buttons: usize,
    samples: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    losses: Losses,
    mappings: Vec<Mapping>,
}

impl TemplateReader {
    fn component(&mut self, value: Value, at: At<'_>) -> Result<(), ShapeError> {
        let mut fields = FieldReader::of(value, at)?;
        let kind: String = fields.take("type")?;
        let component = match kind.to_ascii_uppercase().as_str() {
            "HEADER" => WaComponent::Header(self.header(fields)?),
            "BODY" => WaComponent::Body(self.body(fields)?),
            "FOOTER" => WaComponent::Footer(WaFooter { content: fields.take("text")?, extra: keep(fields) }),
            "BUTTONS" => return self.buttons(fields),
            _ => {
                self.losses.add(&at, format!("Handoffs have no component {kind}; it is kept unchanged."));
                let kept = with_type(&kind, fields.rest());
                WaComponent::Unknown(foreign::component(Format::Meta, &kind, kept))
            }
        };
        self.components.push(component);
        Ok(())
    }

    fn header(&mut self, mut fields: FieldReader<'_>) -> Result<WaHeader, ShapeError> {
        let format: Option<String> = fields.take("format")?;
        let sub_type = format.as_deref().unwrap_or("text").to_ascii_lowercase();
        let at = fields.at;
        let mut example = FieldReader::some(fields.take("example")?, at.key("example"));
        let content = match sub_type.as_str() {
            "text" => {
                let samples = Samples::take(&mut example, "header_text")?;
                let text: String = fields.take("text")?;
                Some(self.text(Scope::Header, &text, samples, &example.at)?)
            }
            "location" => None,
            _ => Some(self.media(&mut example)?),
        };
        self.unused(example);
        let variables = Some(numbers(content.iter().map(String::as_str)));
        Ok(WaHeader { sub_type: Some(sub_type), content, variables, extra: keep(fields) })
    }

    /// The media file is given when a message is sent. The template contains only a sample.
    fn media(&mut self, example: &mut FieldReader<'_>) -> Result<String, ShapeError> {
        let mut samples = Samples::take(example, "header_handle")?;
        if let Some(sample) = samples.take_sample("1", 0) {
            self.samples.insert(Scope::Header.key("1"), sample);
        }
        samples.report_surplus(1, &mut self.losses, &example.at);
        Ok("${{1}}".to_owned())
    }

    fn body(&mut self, mut fields: FieldReader<'_>) -> Result<TextBody, ShapeError> {
        let at = fields.at;
        let mut example = FieldReader::some(fields.take("example")?, at.key("example"));
        let samples = Samples::take(&mut example, "body_text")?;
        let text: Option<String> = fields.take("text")?;
        let content = match text {
            Some(text) => Some(self.text(Scope::Body, &text, samples, &example.at)?),
            None => None,
        };
        self.unused(example);
        let variables = Some(numbers(content.iter().map(String::as_str)));
        Ok(TextBody { content, variables, extra: keep(fields) })
    }

    fn buttons(&mut self, mut fields: FieldReader<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        let list = at.key("buttons");
        for (index, value) in fields.list("buttons")?.into_iter().enumerate() {
            let button = self.button(FieldReader::of(value, list.index(index))?)?;
            self.components.push(WaComponent::Button(button));
            self.buttons += 1;
        }
        self.losses.fields(&at, &fields.rest(), &[], "A handoff");
        Ok(())
    }

    fn button(&mut self, mut fields: FieldReader<'_>) -> Result<Button, ShapeError> {
        let at = fields.at;
        let kind: String = fields.take("type")?;
        let sub_type = kind.to_ascii_lowercase();
        if !matches!(sub_type.as_str(), "quick_reply" | "url" | "phone_number") {
            self.losses.add(&at, format!("Handoffs have no button type {kind}; it is kept unchanged."));
            let label = fields.take_text("text");
            let kept = with_type(&kind, fields.rest());
            return Ok(Button {
                extra: foreign::keep(Format::Meta, kept),
                ..button(self.buttons, &sub_type, label)
            });
        }
        let mut button = button(self.buttons, &sub_type, fields.take("text")?);
        button.phone_number = fields.take("phone_number")?;
        if sub_type == "url" {
            let samples = Samples::take(&mut fields, "example")?;
            let url: String = fields.take("url")?;
            let mut samples = samples.strip_url(&url);
            if let Some(other_urls) = samples.take_other_urls(&url) {
                let sentence = "The sample does not begin with the button's URL. It is kept for Meta, but is \
                                not a sample value.";
                self.losses.add(&at.key("example"), sentence);
                fields.put("example", other_urls.into());
            }
            let url = self.url(&url, samples, &at)?;
            button.variables = Some(numbers([url.as_str()].into_iter())).filter(|list| !list.is_empty());
            button.url = Some(url);
        }
        button.extra = keep(fields);
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

    /// Numbers the placeholders of a component. `at` is the location of their sample values.
    fn numbered(
        &mut self,
        scope: Scope,
        text: &str,
        mut samples: Samples,
        at: &At<'_>,
    ) -> Result<Numbering, ShapeError> {
        let numbering = Numbering::read(Spelling::Provider, &[(scope, text)], at)?;
        for (index, (scope, old, new)) in numbering.pairs().enumerate() {
            if let Some(sample) = samples.take_sample(old, index) {
                self.samples.insert(scope.key(new), sample);
            }
            if old.parse::<u16>().is_err() {
                self.names.insert(scope.key(new), old.to_owned());
            }
        }
        samples.report_surplus(numbering.pairs().count(), &mut self.losses, at);
        self.mappings.extend(numbering.mappings(0, Scope::key, Scope::key));
        Ok(numbering)
    }

    fn unused(&mut self, example: FieldReader<'_>) {
        let at = example.at;
        self.losses.fields(&at, &example.rest(), &[], "The adjacent text");
    }
}

/// Keeps the fields of a component that handoffs do not have.
fn keep(fields: FieldReader<'_>) -> Object {
    foreign::keep(Format::Meta, fields.rest())
}

fn with_type(kind: &str, fields: Object) -> Object {
    let mut object = Object::from_iter([("type".to_owned(), kind.into())]);
    object.extend(fields);
    object
}
