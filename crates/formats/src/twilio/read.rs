//! Import of a content as a handoff with one channel.

use std::collections::{BTreeMap, HashSet};

use outbound_model::{
    At, Button, Channel, ChannelType, GoogleRcs, Media, Object, RcsBody, RcsComponent, ShapeError, SmsBody,
    SmsComponent, SmsTwilio, TextBody, WaComponent, WaFooter, WaHeader, WhatsApp,
};
use serde_json::Value;

use super::content::Content;
use super::parts::kind_of_file;
use super::{KEPT_TYPE, KEPT_TYPES, KEPT_VARIABLES, TYPES, choose};
use crate::fields::FieldReader;
use crate::losses::{Losses, numbers};
use crate::numbering::{Numbering, Scope, Spelling};
use crate::parsed_element::ParsedElement;
use crate::{Format, Mapping, foreign};

/// Reads a content in either form, for `channel` if one of its types supports that channel.
pub(crate) fn read(value: Value, channel: Option<ChannelType>) -> Result<ParsedElement, ShapeError> {
    let mut resource = FieldReader::of(value, At::ROOT)?;
    let name: Option<String> = resource.take("friendly_name")?;
    let language: String = resource.take("language")?;
    let variables: Option<Object> = resource.take("variables")?;
    let types_at = At::ROOT.key("types");
    let mut types: Object = resource.take("types")?;
    let (kind, channel) =
        choose(&types, channel).ok_or_else(|| types_at.problem("contains no content type"))?;
    let kept = resource.rest();
    let name = name.or_else(|| Some(kept.get("sid")?.as_str()?.to_owned()));
    let fields = FieldReader::of(types.shift_remove(&kind).unwrap_or_default(), types_at.key(&kind))?;
    let mut reader = ContentReader { variables: variables.unwrap_or_default(), ..ContentReader::default() };
    let channel = reader.channel(&kind, channel, fields, language, name.as_deref())?;
    let mut notes = Object::from_iter([(KEPT_TYPE.to_owned(), kind.into())]);
    for key in types.keys() {
        let sentence = "The handoff uses another type of this content; this one is kept unchanged.";
        reader.losses.add(&types_at.key(key), sentence);
    }
    for (key, rest) in [(KEPT_TYPES, types), (KEPT_VARIABLES, reader.unused())] {
        if !rest.is_empty() {
            notes.insert(key.to_owned(), rest.into());
        }
    }
    let names = reader.names();
    let ContentReader { samples, losses, mappings, .. } = reader;
    Ok(ParsedElement { name, channel, samples, names, fields: kept, notes, losses, mappings })
}

#[derive(Default)]
struct ContentReader {
    variables: Object,
    /// Keys and variables, in the order in which an export numbers them.
    named: Vec<(String, String)>,
    samples: BTreeMap<String, String>,
    losses: Losses,
    mappings: Vec<Mapping>,
}

impl ContentReader {
    fn channel(
        &mut self,
        kind: &str,
        channel: ChannelType,
        fields: FieldReader<'_>,
        language: String,
        name: Option<&str>,
    ) -> Result<Channel, ShapeError> {
        let at = fields.at;
        let is_known = TYPES.iter().any(|(of, _)| *of == kind);
        let (content, other) = if is_known {
            (Content::read(kind, fields, &mut self.losses)?, None)
        } else {
            self.losses.add(&at, format!("Handoffs have no {kind}; it is kept unchanged."));
            let kept = Object::from_iter([(kind.to_owned(), fields.rest().into())]);
            (Content::default(), Some(foreign::component(Format::Twilio, kind, kept)))
        };
        let language = Some(language);
        Ok(match channel {
            ChannelType::SmsTwilio => Channel::Sms(self.sms(content, language, &at)?),
            ChannelType::GoogleRcs => {
                let mut components = self.rcs(content, &at)?;
                components.extend(other.map(RcsComponent::Unknown));
                Channel::GoogleRcs(GoogleRcs {
                    language,
                    outboundnumber: None,
                    message_components: components,
                    card_orientation: None,
                    service_account_name: None,
                    extra: Object::new(),
                })
            }
            _ => {
                let mut components = self.whatsapp(content, &at)?;
                components.extend(other.map(WaComponent::Unknown));
                Channel::WhatsApp(WhatsApp {
                    language,
                    namespace: None,
                    templatename: name.map(str::to_owned),
                    outboundnumber: None,
                    message_components: components,
                    extra: Object::new(),
                })
            }
        })
    }

    fn sms(
        &mut self,
        content: Content,
        language: Option<String>,
        at: &At<'_>,
    ) -> Result<SmsTwilio, ShapeError> {
        let scope = Scope::Channel;
        let body = content.body.unwrap_or_default();
        let text = self.numbered(&[(scope, &body)], at)?.text(scope, &body);
        let variables = Some(numbers([text.as_str()].into_iter()));
        let body = SmsBody { content: Some(text), variables, opt_out: None, extra: Object::new() };
        let message_components = vec![SmsComponent::Body(body)];
        Ok(SmsTwilio { language, outboundnumber: None, message_components, extra: Object::new() })
    }

    /// Each component numbers its placeholders separately.
    fn whatsapp(&mut self, content: Content, at: &At<'_>) -> Result<Vec<WaComponent>, ShapeError> {
        let mut components = Vec::new();
        if let Some(title) = content.title {
            let text = self.numbered(&[(Scope::Header, &title)], at)?.text(Scope::Header, &title);
            components.push(WaComponent::Header(header("text", text)));
        }
        if let Some(media) = content.media {
            let address = self.numbered(&[(Scope::Header, &media)], at)?.address(Scope::Header, &media);
            let kind = self.kind_of_file(&address, at);
            components.push(WaComponent::Header(header(kind, address)));
        }
        if let Some(body) = content.body {
            let text = self.numbered(&[(Scope::Body, &body)], at)?.text(Scope::Body, &body);
            let variables = Some(numbers([text.as_str()].into_iter()));
            components.push(WaComponent::Body(TextBody {
                content: Some(text),
                variables,
                extra: Object::new(),
            }));
        }
        if let Some(footer) = content.footer {
            components.push(WaComponent::Footer(WaFooter { content: Some(footer), extra: Object::new() }));
        }
        for (index, button) in content.buttons.into_iter().enumerate() {
            let scope = Scope::Button(index);
            let url = button.url.clone().unwrap_or_default();
            let numbering = self.numbered(&[(scope, &url)], at)?;
            components.push(WaComponent::Button(with_url(button, &numbering, scope)));
        }
        Ok(components)
    }

    fn rcs(&mut self, content: Content, at: &At<'_>) -> Result<Vec<RcsComponent>, ShapeError> {
        let scope = Scope::Channel;
        let strings = [&content.title, &content.body, &content.media].into_iter().flatten();
        let links = content.buttons.iter().filter_map(|button| button.url.as_ref());
        let strings: Vec<_> = strings.chain(links).map(|text| (scope, text.as_str())).collect();
        let numbering = self.numbered(&strings, at)?;
        let mut components = Vec::new();
        if let Some(media) = content.media {
            let content = Some(numbering.address(scope, &media));
            let variables = Some(numbers(content.iter().map(String::as_str)));
            let (height, thumbnail_image_alignment) = (None, None);
            let extra = Object::new();
            components.push(RcsComponent::Media(Media {
                height,
                thumbnail_image_alignment,
                content,
                variables,
                extra,
            }));
        }
        if content.title.is_some() || content.body.is_some() {
            let text = |text: Option<String>| text.map(|text| numbering.text(scope, &text));
            let (title, body) = (text(content.title), text(content.body));
            let variables = Some(numbers([&title, &body].into_iter().flatten().map(String::as_str)));
            let subtitle = content.subtitle.map(|subtitle| ("subtitle".to_owned(), subtitle.into()));
            if subtitle.is_some() {
                self.losses.add(&at.key("subtitle"), "Handoffs have no subtitle; it is kept unchanged.");
            }
            let extra = foreign::keep(Format::Twilio, subtitle.into_iter().collect());
            components.push(RcsComponent::Body(RcsBody { title, content: body, variables, extra }));
        }
        let buttons = content.buttons.into_iter();
        components.extend(buttons.map(|button| RcsComponent::Button(with_url(button, &numbering, scope))));
        Ok(components)
    }

    /// Numbers the placeholders of the type at `at`.
    fn numbered(&mut self, strings: &[(Scope, &str)], at: &At<'_>) -> Result<Numbering, ShapeError> {
        let numbering = Numbering::read(Spelling::ProviderWithSpaces, strings, at)?;
        for (scope, variable, new) in numbering.pairs() {
            let key = scope.key(new);
            if let Some(sample) = self.variables.get(variable).and_then(Value::as_str) {
                self.samples.insert(key.clone(), sample.to_owned());
            }
            self.named.push((key, variable.to_owned()));
        }
        self.mappings.extend(numbering.mappings(0, |_, name| name.to_owned(), Scope::key));
        Ok(numbering)
    }

    /// The type of a file by its extension or that of its sample, because Twilio does not specify it.
    fn kind_of_file(&mut self, address: &str, at: &At<'_>) -> &'static str {
        let sample = self.samples.get("header.1").cloned().unwrap_or_default();
        let kind = [address, &sample].into_iter().find_map(kind_of_file);
        kind.unwrap_or_else(|| {
            self.losses.add(&at.key("media"), "The type of this file is unknown; it is treated as an image.");
            "image"
        })
    }

    /// Variables that no text of the handoff uses.
    fn unused(&self) -> Object {
        let used: HashSet<_> = self.named.iter().map(|(_, variable)| variable.as_str()).collect();
        let is_used = |key: &str, value: &Value| used.contains(key) && value.is_string();
        let unused = self.variables.iter().filter(|(key, value)| !is_used(key, value));
        unused.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// The names of variables, unless an export would number them equally.
    fn names(&self) -> BTreeMap<String, String> {
        let as_numbered =
            self.named.iter().zip(1_usize..).all(|((_, variable), number)| *variable == number.to_string());
        if as_numbered { BTreeMap::new() } else { self.named.iter().cloned().collect() }
    }
}

fn header(sub_type: &str, content: String) -> WaHeader {
    let variables = Some(numbers([content.as_str()].into_iter()));
    WaHeader { sub_type: Some(sub_type.to_owned()), content: Some(content), variables, extra: Object::new() }
}

fn with_url(mut button: Button, numbering: &Numbering, scope: Scope) -> Button {
    button.url = button.url.map(|url| numbering.address(scope, &url));
    button.variables = Some(numbers(button.url.iter().map(String::as_str))).filter(|list| !list.is_empty());
    button
}
