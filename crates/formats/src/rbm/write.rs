//! Export of an RCS channel as a message.

use outbound_model::{At, GoogleRcs, Media, Object, RcsBody, RcsComponent};
use serde_json::{Value, json};

use super::values::{file, has_upload, text};
use super::{CARD_SUGGESTIONS, CAROUSEL, IN_CARD, OLD_CONTENTS, RICH_CARD, head, suggestions};
use crate::buttons;
use crate::channel_export::ChannelExport;
use crate::{Format, foreign};

/// Writes the message of a channel at `at`. Placeholders are replaced with their sample values, because Google does
/// not support placeholders.
pub(crate) fn write(channel: &GoogleRcs, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Option<Object> {
    let stays = "A Google message contains no sender, recipient or language.";
    export.losses.add_some(at, "language", channel.language.as_ref(), stays);
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), stays);
    export.losses.add_some(at, "serviceAccountName", channel.service_account_name.as_ref(), stays);
    export.losses.fields(at, &channel.extra, &[], "Google's message");
    export.losses.add(&At::ROOT.key("name"), "A Google message has no name.");
    let list = at.key("messageComponents");
    let mut parts = MessageParts::of(channel, &list, export);
    let suggestions = suggestions_of(channel, &list, export);
    let content = parts.content(channel, suggestions, at, export);
    if content.keys().all(|key| key == "suggestions") {
        return None;
    }
    let mut message = Object::new();
    message.insert("contentMessage".to_owned(), content.into());
    head::fields(&mut message, at, export);
    Some(message)
}

/// The components that form the content: the first of each type.
#[derive(Default)]
struct MessageParts<'h> {
    body: Option<(usize, &'h RcsBody)>,
    media: Option<(usize, &'h Media)>,
    /// Other contents, which an import kept.
    others: Object,
}

impl<'h> MessageParts<'h> {
    fn of(channel: &'h GoogleRcs, list: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Self {
        let mut parts = Self::default();
        let only_one = "A Google message has only one of these; the others are omitted.";
        for (index, component) in channel.message_components.iter().enumerate() {
            let at = list.index(index);
            match component {
                RcsComponent::Body(body) if parts.body.is_none() => parts.body = Some((index, body)),
                RcsComponent::Media(media) if media.content.is_none() && !has_upload(media) => {
                    export.losses.add(&at, "Google does not accept media without a URL; it is omitted.");
                }
                RcsComponent::Media(media) if parts.media.is_none() => parts.media = Some((index, media)),
                RcsComponent::Body(_) | RcsComponent::Media(_) => export.losses.add(&at, only_one),
                RcsComponent::Button(_) => {}
                RcsComponent::Unknown(object) => parts.other(object, &at, export),
            }
        }
        parts
    }

    /// Adds contents that an import kept. Earlier versions stored them under their own key.
    fn other(&mut self, object: &Object, at: &At<'_>, export: &mut ChannelExport<'_, '_>) {
        let old = || {
            let key = object.get("type")?.as_str().filter(|key| OLD_CONTENTS.contains(key))?;
            Some(Object::from_iter([(key.to_owned(), object.get(key)?.clone())]))
        };
        let Some(mut kept) = foreign::kept(Format::Rbm, object).cloned().or_else(old) else {
            return export.losses.add(at, "A Google message has no such component; it is omitted.");
        };
        export.losses.unchecked(at, "This component", "Google");
        if let Some(carousel) = kept.shift_remove(CAROUSEL) {
            foreign::merge(&mut self.others, RICH_CARD, &json!({ CAROUSEL: carousel }));
        }
        kept.iter().for_each(|(key, content)| foreign::merge(&mut self.others, key, content));
    }

    /// Writes text, a file or a card, as Google distinguishes them (docs/rules.md, RCS-01).
    fn content(
        &mut self,
        channel: &GoogleRcs,
        suggestions: Vec<Value>,
        at: &At<'_>,
        export: &mut ChannelExport<'_, '_>,
    ) -> Object {
        let list = at.key("messageComponents");
        let mut content = Object::new();
        let has_title = self.body.is_some_and(|(_, body)| body.title.is_some());
        let is_card = has_title || (self.body.is_some() && self.media.is_some());
        if !is_card {
            let orientation = channel.card_orientation.as_ref();
            export.losses.add_some(at, "cardOrientation", orientation, "Only cards have an orientation.");
        }
        match (self.body, self.media) {
            _ if is_card => return self.card(channel, suggestions, at, export),
            (Some((index, body)), _) => {
                let at = list.index(index);
                body_losses(body, &at, export);
                insert(&mut content, "text", text(body.content.as_ref(), "content", &at, export));
            }
            (None, Some((index, media))) => {
                let at = list.index(index);
                let only_card = "Only cards have this field.";
                export.losses.add_some(&at, "height", media.height.as_ref(), only_card);
                let alignment = media.thumbnail_image_alignment.as_ref();
                export.losses.add_some(&at, "thumbnailImageAlignment", alignment, only_card);
                content = file(media, &at, export);
            }
            (None, None) => {}
        }
        self.others.iter().for_each(|(key, other)| foreign::merge(&mut content, key, other));
        if !suggestions.is_empty() {
            content.insert("suggestions".to_owned(), suggestions.into());
        }
        content
    }

    fn card(
        &mut self,
        channel: &GoogleRcs,
        mut suggestions: Vec<Value>,
        at: &At<'_>,
        export: &mut ChannelExport<'_, '_>,
    ) -> Object {
        let list = at.key("messageComponents");
        let (mut card, mut content) = (Object::new(), Object::new());
        let orientation = channel.card_orientation.as_ref();
        let orientation = one_of(orientation, ["VERTICAL", "HORIZONTAL"], at, "cardOrientation", export);
        card.insert("cardOrientation".to_owned(), orientation.unwrap_or("VERTICAL").into());
        if let Some((index, body)) = self.body {
            let at = list.index(index);
            body_losses(body, &at, export);
            insert(&mut content, "title", text(body.title.as_ref(), "title", &at, export));
            insert(&mut content, "description", text(body.content.as_ref(), "content", &at, export));
        }
        if let Some((index, media)) = self.media {
            let at = list.index(index);
            let alignment = media.thumbnail_image_alignment.as_ref();
            let alignment = one_of(alignment, ["LEFT", "RIGHT"], &at, "thumbnailImageAlignment", export);
            insert(&mut card, "thumbnailImageAlignment", alignment.map(str::to_owned));
            let height = one_of(media.height.as_ref(), ["SHORT", "MEDIUM", "TALL"], &at, "height", export);
            let mut written = Object::new();
            insert(&mut written, "height", height.map(str::to_owned));
            written.append(&mut file(media, &at, export));
            content.insert("media".to_owned(), written.into());
        }
        let noted = export.kept.note(IN_CARD).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let in_card = noted.unwrap_or(CARD_SUGGESTIONS).min(CARD_SUGGESTIONS).min(suggestions.len());
        let chips = suggestions.split_off(in_card);
        if !suggestions.is_empty() {
            content.insert("suggestions".to_owned(), suggestions.into());
        }
        if content.is_empty() {
            return content;
        }
        card.insert("cardContent".to_owned(), content.into());
        let mut message = Object::new();
        message.insert(RICH_CARD.to_owned(), json!({ "standaloneCard": card }));
        self.others.iter().for_each(|(key, other)| foreign::merge(&mut message, key, other));
        if !chips.is_empty() {
            message.insert("suggestions".to_owned(), chips.into());
        }
        message
    }
}

/// The upper-case form of a value, if it is one of `values`.
fn one_of<const N: usize>(
    value: Option<&String>,
    values: [&'static str; N],
    at: &At<'_>,
    key: &str,
    export: &mut ChannelExport<'_, '_>,
) -> Option<&'static str> {
    let value = value?;
    let found = values.into_iter().find(|known| known.eq_ignore_ascii_case(value));
    if found.is_none() {
        let sentence = format!("Google accepts {} here, not {value}; it is omitted.", values.join(", "));
        export.losses.add(&at.key(key), sentence);
    }
    found
}

fn body_losses(body: &RcsBody, at: &At<'_>, export: &mut ChannelExport<'_, '_>) {
    let fields = [body.title.as_deref(), body.content.as_deref()];
    export.losses.unused_variables(at, body.variables.as_ref(), &fields);
    export.losses.fields(at, &body.extra, &[], "Google's text");
}

fn suggestions_of(channel: &GoogleRcs, list: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Vec<Value> {
    let buttons =
        channel.message_components.iter().enumerate().filter_map(|(index, component)| match component {
            RcsComponent::Button(button) => Some((index, button)),
            _ => None,
        });
    let suggestion = |(place, numbered): (usize, buttons::NumberedButton<'_>)| {
        let (button, at) = (numbered.button, list.index(numbered.component));
        let label = text(button.content.as_ref(), "content", &at, export);
        let url = text(button.url.as_ref(), "url", &at, export);
        export.losses.unused_variables(&at, button.variables.as_ref(), &[button.url.as_deref()]);
        suggestions::write(button, place, label, url.as_ref(), &at, export)
    };
    buttons::in_order(buttons).into_iter().enumerate().filter_map(suggestion).collect()
}

fn insert(object: &mut Object, key: &str, text: Option<String>) {
    if let Some(text) = text {
        object.insert(key.to_owned(), text.into());
    }
}
