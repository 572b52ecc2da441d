//! Contents of WhatsApp.

use serde::Deserialize;

use super::{PhoneButton, PhoneContent, PhoneTemplate, text};
use crate::plan::PhoneReply;

/// The content of a request that sends a message.
#[derive(Deserialize)]
pub(crate) struct MetaMessage {
    text: Option<Body>,
    template: Option<Template>,
    interactive: Option<Interactive>,
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

#[derive(Deserialize)]
struct Template {
    name: String,
    language: Language,
    #[serde(default)]
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Language {
    code: String,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "type")]
    kind: String,
    sub_type: Option<String>,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    text: Option<String>,
    image: Option<File>,
    video: Option<File>,
    document: Option<File>,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct File {
    link: Option<String>,
}

#[derive(Deserialize)]
struct Interactive {
    body: Option<Text>,
    #[serde(default)]
    action: Action,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Default, Deserialize)]
struct Action {
    #[serde(default)]
    buttons: Vec<ReplyButton>,
}

#[derive(Deserialize)]
struct ReplyButton {
    reply: ButtonReply,
}

#[derive(Deserialize)]
struct ButtonReply {
    id: String,
    title: String,
}

impl MetaMessage {
    pub(crate) fn has_text(&self) -> bool {
        self.text.as_ref().is_some_and(|text| !text.body.is_empty())
    }

    pub(crate) fn has_template(&self) -> bool {
        let template = self.template.as_ref();
        template.is_some_and(|template| !template.name.is_empty() && !template.language.code.is_empty())
    }

    /// The first quick reply of a template that has a payload, or the first reply button.
    pub(crate) fn quick_reply(&self) -> Option<PhoneReply> {
        let components = self.template.iter().flat_map(|template| &template.components);
        let quick_replies = components.filter(|part| part.sub_type.as_deref() == Some("quick_reply"));
        let mut payloads = quick_replies.filter_map(|part| part.parameters.first()?.payload.clone());
        if let Some(payload) = payloads.next() {
            return Some(PhoneReply::Button { label: payload.clone(), payload });
        }
        let ReplyButton { reply } = self.interactive.as_ref()?.action.buttons.first()?;
        Some(PhoneReply::Button { label: reply.title.clone(), payload: reply.id.clone() })
    }
}

pub(super) fn message(content: &str) -> Option<PhoneContent> {
    let message: MetaMessage = serde_json::from_str(content).ok()?;
    if let Some(Interactive { body, action }) = message.interactive {
        let button =
            |ReplyButton { reply }: ReplyButton| PhoneButton { label: reply.title, payload: Some(reply.id) };
        let buttons = action.buttons.into_iter().map(button).collect();
        let text = body.map(|body| body.text).unwrap_or_default();
        return Some(PhoneContent { text, buttons, ..PhoneContent::default() });
    }
    let template = message.template.map(Template::read);
    let text = message.text.map(|text| text.body).unwrap_or_default();
    Some(PhoneContent { text, template, ..PhoneContent::default() })
}

impl Template {
    fn read(self) -> PhoneTemplate {
        let mut template =
            PhoneTemplate { name: self.name, language: self.language.code, ..PhoneTemplate::default() };
        for Component { kind, parameters, .. } in self.components {
            let values = parameters.into_iter().filter_map(Parameter::value);
            match kind.as_str() {
                "header" => template.header.extend(values),
                "body" => template.body.extend(values),
                _ => {}
            }
        }
        template
    }
}

impl Parameter {
    fn value(self) -> Option<String> {
        let file = [self.image, self.video, self.document].into_iter().flatten().next();
        self.text.or_else(|| file?.link)
    }
}

#[derive(Deserialize)]
struct Reply {
    text: Option<Body>,
    button: Option<Text>,
}

pub(super) fn reply(content: &str) -> Option<PhoneContent> {
    let Reply { text: body, button } = serde_json::from_str(content).ok()?;
    Some(text(body.map(|body| body.body).or(button.map(|button| button.text))?))
}
