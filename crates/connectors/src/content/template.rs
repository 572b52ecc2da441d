//! The parameters of a WhatsApp template. The provider stores its text.

use std::collections::BTreeSet;

use outbound_model::{Button, WaComponent, WaHeader, WhatsApp, placeholders};
use outbound_render::{Component, Key, Values, substitute};

use crate::error::ConnectorError;
use crate::provider::Provider;

/// A template with its parameters.
#[derive(Clone, Eq, PartialEq)]
pub struct Template {
    name: String,
    language: String,
    header: Option<TemplateHeader>,
    /// The values in the header's text or URL.
    header_values: Vec<String>,
    body: Vec<String>,
    buttons: Vec<TemplateButton>,
}

/// The parameters of a header.
#[derive(Clone, Eq, PartialEq)]
pub enum TemplateHeader {
    /// The parameters of a line of text.
    Text(Vec<String>),
    /// The URL of an image.
    Image(String),
    /// The URL of a video.
    Video(String),
    /// The URL of a document.
    Document(String),
}

/// The parameter of a button that opens a URL.
#[derive(Clone, Eq, PartialEq)]
pub struct TemplateButton {
    /// The button's position in the template, from 0.
    pub index: u16,
    /// The end of the URL, which replaces its placeholder.
    pub suffix: String,
}

impl Template {
    /// The template's name at WhatsApp.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The language code, such as `pt_BR`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The header's parameters; `None` if it has none.
    pub fn header(&self) -> Option<&TemplateHeader> {
        self.header.as_ref()
    }

    /// The body's parameters, in the order of their numbers.
    pub fn body(&self) -> &[String] {
        &self.body
    }

    /// The buttons with parameters, in order.
    pub fn buttons(&self) -> &[TemplateButton] {
        &self.buttons
    }

    /// All values, in the order in which exports to Twilio's format number them: header, body, buttons.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let buttons = self.buttons.iter().map(|button| &button.suffix);
        self.header_values.iter().chain(&self.body).chain(buttons).map(String::as_str)
    }

    pub(super) fn fill(wa: &WhatsApp, values: &Values) -> Result<Self, ConnectorError> {
        let required = |field: &Option<String>| field.clone().filter(|value| !value.is_empty());
        let name = required(&wa.templatename).ok_or(ConnectorError::EmptyContent)?;
        let language = required(&wa.language).ok_or(ConnectorError::NoLanguage)?;
        let mut filling = Filling { values, missing: BTreeSet::new() };
        let (header, header_values, body, buttons) = (None, Vec::new(), Vec::new(), Vec::new());
        let mut template = Self { name, language, header, header_values, body, buttons };
        let mut button_count: u16 = 0;
        for component in &wa.message_components {
            match component {
                WaComponent::Header(header) => {
                    let (content, declared) = (header.content.as_deref(), header.variables.as_deref());
                    template.header_values = filling.parameters(Component::Header, content, declared);
                    template.header = filling.header(header, &template.header_values)?;
                }
                WaComponent::Body(body) => {
                    let (content, declared) = (body.content.as_deref(), body.variables.as_deref());
                    template.body = filling.parameters(Component::Body, content, declared);
                }
                WaComponent::Footer(_) => {}
                WaComponent::Button(button) => {
                    template.buttons.extend(filling.button(button, button_count));
                    button_count = button_count.saturating_add(1);
                }
                WaComponent::Unknown(_) => return Err(unsupported("a component of an unknown type")),
            }
        }
        template.buttons.sort_by_key(|button| button.index);
        let Filling { missing, .. } = filling;
        if missing.is_empty() {
            Ok(template)
        } else {
            Err(ConnectorError::MissingValues { keys: missing.into_iter().collect() })
        }
    }
}

struct Filling<'v> {
    values: &'v Values,
    missing: BTreeSet<Key>,
}

impl Filling<'_> {
    /// The values of a component's placeholders, in the order of their numbers. Numbers are taken from the text
    /// and from the declared variables, because either may be absent in a handoff.
    fn parameters(
        &mut self,
        component: Component,
        content: Option<&str>,
        declared: Option<&[String]>,
    ) -> Vec<String> {
        let used = content.into_iter().flat_map(placeholders).map(|placeholder| placeholder.number);
        let declared = declared.unwrap_or_default().iter().filter_map(|number| number.parse().ok());
        let numbers: BTreeSet<u16> = used.chain(declared).collect();
        numbers.into_iter().filter_map(|number| self.value(component, number)).collect()
    }

    fn value(&mut self, component: Component, number: u16) -> Option<String> {
        let key = Key { component: Some(component), number };
        let value = self.values.get(key).filter(|value| !value.is_empty()).map(str::to_owned);
        if value.is_none() {
            self.missing.insert(key);
        }
        value
    }

    /// The parameters of a header with these values. Media headers always need their URL, because the template
    /// only has an example.
    fn header(&self, header: &WaHeader, values: &[String]) -> Result<Option<TemplateHeader>, ConnectorError> {
        let media = match header.sub_type.as_deref().unwrap_or("text").to_ascii_lowercase().as_str() {
            "text" if values.is_empty() => return Ok(None),
            "text" => return Ok(Some(TemplateHeader::Text(values.to_vec()))),
            "image" => TemplateHeader::Image,
            "video" => TemplateHeader::Video,
            "document" => TemplateHeader::Document,
            _ => return Err(unsupported("a header that is no text, image, video or document")),
        };
        let content = header.content.as_deref().filter(|url| !url.is_empty());
        let content = content.ok_or(ConnectorError::EmptyContent)?;
        let key = |number| Key { component: Some(Component::Header), number };
        Ok(Some(media(substitute(content, |number| self.values.get(key(number))).text)))
    }

    /// Only buttons with a placeholder in their URL have a parameter. `place` is the position among the buttons,
    /// which identifies a button without an index.
    fn button(&mut self, button: &Button, place: u16) -> Option<TemplateButton> {
        let index = button.index.and_then(|index| u16::try_from(index).ok()).unwrap_or(place);
        let number = placeholders(button.url.as_deref()?).next()?.number;
        let suffix = self.value(Component::Button(index), number)?;
        Some(TemplateButton { index, suffix })
    }
}

fn unsupported(content: &'static str) -> ConnectorError {
    ConnectorError::Unsupported { provider: Provider::Meta, content }
}
