//! Contents of RBM.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{PhoneButton, PhoneContent, text};
use crate::plan::PhoneReply;

/// The content of a request that sends a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RbmMessage {
    text: Option<String>,
    rich_card: Option<RichCard>,
    content_info: Option<File>,
    file_name: Option<IgnoredAny>,
    uploaded_rbm_file: Option<IgnoredAny>,
    #[serde(default)]
    suggestions: Vec<Suggestion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RichCard {
    standalone_card: Option<StandaloneCard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StandaloneCard {
    card_content: Card,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Card {
    title: Option<String>,
    description: Option<String>,
    media: Option<CardMedia>,
    suggestions: Vec<Suggestion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CardMedia {
    content_info: Option<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_url: Option<String>,
}

#[derive(Deserialize)]
struct Suggestion {
    reply: Option<Suggested>,
    action: Option<Suggested>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suggested {
    text: String,
    #[serde(default)]
    postback_data: String,
}

impl RbmMessage {
    /// The number of contents, of which a message has one.
    pub(crate) fn contents(&self) -> usize {
        let Self { text, rich_card, content_info, file_name, uploaded_rbm_file, .. } = self;
        let contents = [
            text.is_some(),
            rich_card.is_some(),
            content_info.is_some(),
            file_name.is_some(),
            uploaded_rbm_file.is_some(),
        ];
        contents.into_iter().filter(|is_present| *is_present).count()
    }

    /// The first suggested reply of the card or of the message.
    pub(crate) fn quick_reply(&self) -> Option<PhoneReply> {
        let card = self.rich_card.as_ref().and_then(|card| card.standalone_card.as_ref());
        let of_card = card.into_iter().flat_map(|card| &card.card_content.suggestions);
        let reply = of_card.chain(&self.suggestions).find_map(|suggestion| suggestion.reply.as_ref())?;
        Some(PhoneReply::Button { label: reply.text.clone(), payload: reply.postback_data.clone() })
    }
}

impl Suggestion {
    /// An action also reports its press, but opens something on the phone.
    fn button(self) -> Option<PhoneButton> {
        match (self.reply, self.action) {
            (Some(Suggested { text, postback_data }), _) => {
                Some(PhoneButton { label: text, payload: Some(postback_data) })
            }
            (None, Some(Suggested { text, .. })) => Some(PhoneButton { label: text, payload: None }),
            (None, None) => None,
        }
    }
}

pub(super) fn message(content: &str) -> Option<PhoneContent> {
    let RbmMessage { text, rich_card, content_info, suggestions, .. } = serde_json::from_str(content).ok()?;
    let card = rich_card.and_then(|card| card.standalone_card).map(|card| card.card_content);
    let Card { title, description, media, suggestions: of_card } = card.unwrap_or_default();
    let lines: Vec<_> = [text, title, description].into_iter().flatten().collect();
    let files = [content_info, media.and_then(|media| media.content_info)].into_iter().flatten();
    Some(PhoneContent {
        text: lines.join("\n"),
        files: files.filter_map(|file| file.file_url).collect(),
        buttons: of_card.into_iter().chain(suggestions).filter_map(Suggestion::button).collect(),
        template: None,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    text: Option<String>,
    suggestion_response: Option<Suggested>,
}

pub(super) fn reply(content: &str) -> Option<PhoneContent> {
    let Reply { text: written, suggestion_response } = serde_json::from_str(content).ok()?;
    Some(text(written.or(suggestion_response.map(|pressed| pressed.text))?))
}
