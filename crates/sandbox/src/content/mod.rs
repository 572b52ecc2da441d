//! What a phone shows of a message: text, files and buttons, read from the content of a request or a reply.
//!
//! Contents are read into types. They are never parsed as `serde_json::Value`, because deep nesting could overflow the
//! stack.

mod meta;
mod rbm;
mod relay;
mod twilio;

pub(crate) use meta::MetaMessage;
pub(crate) use rbm::RbmMessage;
pub(crate) use relay::first_item;

use crate::api_name::ApiName;
use crate::ledger::{Direction, LedgerEntry};

/// What a phone shows of a message.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PhoneContent {
    /// The text, in lines. Empty for a template, whose text only the client knows.
    pub text: String,
    /// The URLs of images, videos and other files.
    pub files: Vec<String>,
    /// The buttons, in order.
    pub buttons: Vec<PhoneButton>,
    /// The template, if the message is one.
    pub template: Option<PhoneTemplate>,
}

/// A button of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneButton {
    /// The label.
    pub label: String,
    /// What a press sends; `None` if the button opens something instead.
    pub payload: Option<String>,
}

impl PhoneButton {
    /// A button that replies with its label.
    fn reply(label: String) -> Self {
        Self { payload: Some(label.clone()), label }
    }
}

/// A template of WhatsApp with its values. The API knows its text, the sandbox does not.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PhoneTemplate {
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// The values of the header: text, or the URL of a file.
    pub header: Vec<String>,
    /// The values of the body, in order.
    pub body: Vec<String>,
}

impl LedgerEntry {
    /// What the phone shows. Empty if the content was too long to be kept.
    pub fn phone_content(&self) -> PhoneContent {
        let Some(content) = self.content.as_deref().map(serde_json::value::RawValue::get) else {
            return PhoneContent::default();
        };
        let read = match (self.api, self.direction) {
            (ApiName::Meta, Direction::Message) => meta::message(content),
            (ApiName::Meta, Direction::Reply) => meta::reply(content),
            (ApiName::Twilio, _) => twilio::message(content),
            (ApiName::Rbm, Direction::Message) => rbm::message(content),
            (ApiName::Rbm, Direction::Reply) => rbm::reply(content),
            (ApiName::Relay, Direction::Message) => relay::message(content),
            (ApiName::Relay, Direction::Reply) => relay::reply(content),
        };
        read.unwrap_or_default()
    }
}

/// The text of a reply.
fn text(text: String) -> PhoneContent {
    PhoneContent { text, ..PhoneContent::default() }
}
