//! The content of a message: text, a file or a rich card, with suggestions.

use outbound_render::{
    Action, Button, CardMedia, MediaPlace, Orientation, RcsCard, RcsContent, RcsPreview, Text,
};
use serde_json::{Map, Value, json};

use crate::content::Content;
use crate::error::ConnectorError;
use crate::provider::Provider;

/// The maximum length of a text message.
const MAX_TEXT_CHARACTERS: usize = 3072;

/// `contentMessage` of a request.
pub(super) fn content_message(content: &Content) -> Result<Value, ConnectorError> {
    match content {
        Content::Text(body) => text_message(body),
        Content::Rcs(preview) => message(preview),
        Content::Template(_) => Err(unsupported(content.kind())),
    }
}

fn message(preview: &RcsPreview) -> Result<Value, ConnectorError> {
    let mut message = match &preview.content {
        RcsContent::Text { text } => text_message(&text.text)?,
        RcsContent::Media { files } => match files.as_slice() {
            [file] => json!({ "contentInfo": { "fileUrl": file.address.text } }),
            _ => return Err(unsupported("more than one file in a message")),
        },
        RcsContent::Card(card) => json!({ "richCard": { "standaloneCard": standalone_card(card)? } }),
    };
    insert_suggestions(&mut message, &preview.chips)?;
    Ok(message)
}

fn text_message(text: &str) -> Result<Value, ConnectorError> {
    if text.trim().is_empty() {
        return Err(ConnectorError::EmptyContent);
    }
    if text.chars().nth(MAX_TEXT_CHARACTERS).is_some() {
        return Err(ConnectorError::TooLong { field: "the text", maximum: MAX_TEXT_CHARACTERS });
    }
    Ok(json!({ "text": text }))
}

fn standalone_card(card: &RcsCard) -> Result<Value, ConnectorError> {
    let orientation = match card.orientation {
        Orientation::Vertical => "VERTICAL",
        Orientation::Horizontal => "HORIZONTAL",
    };
    let mut content = Map::new();
    for (key, text) in [("title", &card.title), ("description", &card.description)] {
        if let Some(Text { text, .. }) = text.as_ref().filter(|text| !text.text.is_empty()) {
            content.insert(key.to_owned(), text.as_str().into());
        }
    }
    let mut standalone = json!({ "cardOrientation": orientation });
    if let Some(CardMedia { media, place }) = &card.media {
        let file = json!({ "fileUrl": media.address.text });
        let (key, value) = match place {
            MediaPlace::Top { height_dp: ..=112 } => ("height", "SHORT"),
            MediaPlace::Top { height_dp: ..=168 } => ("height", "MEDIUM"),
            MediaPlace::Top { .. } => ("height", "TALL"),
            MediaPlace::Left { .. } => ("thumbnailImageAlignment", "LEFT"),
            MediaPlace::Right { .. } => ("thumbnailImageAlignment", "RIGHT"),
        };
        let mut media = json!({ "contentInfo": file });
        let owner = if key == "height" { &mut media } else { &mut standalone };
        insert(owner, key, value.into());
        content.insert("media".to_owned(), media);
    }
    let mut content = Value::Object(content);
    insert_suggestions(&mut content, &card.suggestions)?;
    insert(&mut standalone, "cardContent", content);
    Ok(standalone)
}

fn insert_suggestions(owner: &mut Value, buttons: &[Button]) -> Result<(), ConnectorError> {
    let suggestions = buttons.iter().map(suggestion).collect::<Result<Vec<_>, _>>()?;
    if !suggestions.is_empty() {
        insert(owner, "suggestions", suggestions.into());
    }
    Ok(())
}

/// A tap returns the label, because a handoff has no other data for it.
fn suggestion(button: &Button) -> Result<Value, ConnectorError> {
    let label = &button.label.text;
    let action =
        |key: &str, value: Value| json!({"action": {"text": label, "postbackData": label, key: value}});
    match &button.action {
        Action::Reply => Ok(json!({"reply": {"text": label, "postbackData": label}})),
        Action::Open { url } => Ok(action("openUrlAction", json!({ "url": url.text }))),
        Action::Dial { number } => Ok(action("dialAction", json!({ "phoneNumber": number }))),
        Action::Other { .. } => Err(unsupported("a button of an unknown type")),
    }
}

fn insert(owner: &mut Value, key: &str, value: Value) {
    if let Value::Object(fields) = owner {
        fields.insert(key.to_owned(), value);
    }
}

fn unsupported(content: &'static str) -> ConnectorError {
    ConnectorError::Unsupported { provider: Provider::Rbm, content }
}
