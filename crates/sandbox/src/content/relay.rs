//! Contents of the relay: the preview of a channel, as the preview API returns it.

use serde::Deserialize;

use super::{PhoneButton, PhoneContent, text};

#[derive(Deserialize)]
struct Message {
    preview: Preview,
}

/// The fields of all channels that the sandbox shows.
#[derive(Deserialize)]
struct Preview {
    notification: Option<Notification>,
    message: Option<Text>,
    image: Option<File>,
    media: Option<File>,
    interactive: Option<Interactive>,
}

#[derive(Deserialize)]
struct Notification {
    title: Text,
    body: Text,
    same_as_message: bool,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct File {
    address: Text,
}

/// A picker has items, a link a title.
#[derive(Deserialize)]
struct Interactive {
    #[serde(default)]
    items: Vec<Text>,
    title: Option<Text>,
    url: Option<Text>,
    image: Option<File>,
}

pub(super) fn message(content: &str) -> Option<PhoneContent> {
    let Message { preview } = serde_json::from_str(content).ok()?;
    let mut lines = Vec::new();
    if let Some(Notification { title, body, same_as_message }) = preview.notification {
        lines.push(title.text);
        lines.extend((!same_as_message).then_some(body.text));
    }
    lines.extend(preview.message.map(|message| message.text));
    let mut files: Vec<_> =
        [preview.image, preview.media].into_iter().flatten().map(|file| file.address.text).collect();
    let mut buttons = Vec::new();
    if let Some(Interactive { items, title, url, image }) = preview.interactive {
        buttons.extend(items.into_iter().map(|item| PhoneButton::reply(item.text)));
        buttons.extend(title.map(|title| PhoneButton { label: title.text, payload: None }));
        files.extend(url.map(|url| url.text));
        files.extend(image.map(|image| image.address.text));
    }
    lines.retain(|line| !line.is_empty());
    Some(PhoneContent { text: lines.join("\n"), files, buttons, template: None })
}

/// The first item of a picker, which a phone presses.
pub(crate) fn first_item(content: &str) -> Option<PhoneButton> {
    message(content)?.buttons.into_iter().find(|button| button.payload.is_some())
}

#[derive(Deserialize)]
struct Reply {
    text: Option<String>,
    button: Option<Pressed>,
}

#[derive(Deserialize)]
struct Pressed {
    label: String,
}

pub(super) fn reply(content: &str) -> Option<PhoneContent> {
    let Reply { text: written, button } = serde_json::from_str(content).ok()?;
    Some(text(written.or(button.map(|button| button.label))?))
}
