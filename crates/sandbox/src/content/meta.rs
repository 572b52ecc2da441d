//! Contents of WhatsApp.

use serde::Deserialize;

use super::{PhoneButton, PhoneContent, PhoneTemplate, text};

#[derive(Deserialize)]
struct Message {
    text: Option<Body>,
    template: Option<Template>,
    interactive: Option<Interactive>,
}

#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
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
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    text: Option<String>,
    image: Option<File>,
    video: Option<File>,
    document: Option<File>,
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

pub(super) fn message(content: &str) -> Option<PhoneContent> {
    let message: Message = serde_json::from_str(content).ok()?;
    if let Some(Interactive { body, action }) = message.interactive {
        let button =
            |ReplyButton { reply }: ReplyButton| PhoneButton { label: reply.title, payload: Some(reply.id) };
        let buttons = action.buttons.into_iter().map(button).collect();
        let text = body.map(|body| body.text).unwrap_or_default();
        return Some(PhoneContent { text, buttons, ..PhoneContent::default() });
    }
    let template = message.template.map(Template::read);
    let text = message.text.unwrap_or_default().body;
    Some(PhoneContent { text, template, ..PhoneContent::default() })
}

impl Template {
    fn read(self) -> PhoneTemplate {
        let mut template =
            PhoneTemplate { name: self.name, language: self.language.code, ..PhoneTemplate::default() };
        for Component { kind, parameters } in self.components {
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
