//! An RCS channel becomes a message.

use outbound_model::{At, GoogleRcs, Media, Object, RcsBody, RcsComponent, placeholders};
use serde_json::{Value, json};

use super::{CARD_SUGGESTIONS, KEPT_CONTENTS, suggestions};
use crate::buttons;
use crate::export::Export;
use crate::numbering::{Scope, filled};

/// Writes the message of a channel at `at`. Samples stand in for placeholders, which Google does not
/// know.
pub(crate) fn write(channel: &GoogleRcs, at: &At<'_>, export: &mut Export<'_, '_>) -> Object {
    let stays = "Google's message does not say who sends it, to whom, or in which language.";
    export.losses.add_some(at, "language", channel.language.as_ref(), stays);
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), stays);
    export.losses.add_some(at, "serviceAccountName", channel.service_account_name.as_ref(), stays);
    export.losses.fields(at, &channel.extra, &[], "Google's message");
    let name = "Google's message has no name.";
    export.losses.add(&At::ROOT.key("name"), name);
    let list = at.key("messageComponents");
    let mut parts = Parts::of(channel, &list, export);
    let suggestions = suggestions_of(channel, &list, export);
    let mut message = Object::new();
    let content = parts.content(channel, suggestions, at, export);
    message.insert("contentMessage".to_owned(), content.into());
    message.extend(export.kept.fields().map(|(key, value)| (key.clone(), value.clone())));
    message
}

/// The components that make the content; of each kind the first.
#[derive(Default)]
struct Parts<'h> {
    body: Option<(usize, &'h RcsBody)>,
    media: Option<(usize, &'h Media)>,
    /// Contents that an import kept.
    others: Object,
}

impl<'h> Parts<'h> {
    fn of(channel: &'h GoogleRcs, list: &At<'_>, export: &mut Export<'_, '_>) -> Self {
        let mut parts = Self::default();
        let only_one = "Google's message has one of these; the others are left out.";
        for (index, component) in channel.message_components.iter().enumerate() {
            let at = list.index(index);
            match component {
                RcsComponent::Body(body) if parts.body.is_none() => parts.body = Some((index, body)),
                RcsComponent::Media(media) if parts.media.is_none() => parts.media = Some((index, media)),
                RcsComponent::Body(_) | RcsComponent::Media(_) => export.losses.add(&at, only_one),
                RcsComponent::Button(_) => {}
                RcsComponent::Unknown(object) => match kept_content(object) {
                    Some((key, content)) => {
                        parts.others.insert(key.to_owned(), content.clone());
                    }
                    None => export.losses.add(&at, "Google's message has no such component; it is left out."),
                },
            }
        }
        parts
    }

    /// A text, a file or a card, as Google tells them apart (docs/rules.md, RCS-01).
    fn content(
        &mut self,
        channel: &GoogleRcs,
        suggestions: Vec<Value>,
        at: &At<'_>,
        export: &mut Export<'_, '_>,
    ) -> Object {
        let list = at.key("messageComponents");
        let mut content = Object::new();
        let titled = self.body.is_some_and(|(_, body)| body.title.is_some());
        let is_card = titled || (self.body.is_some() && self.media.is_some());
        if !is_card {
            let orientation = channel.card_orientation.as_ref();
            export.losses.add_some(
                at,
                "cardOrientation",
                orientation,
                "Only a card lies one way or the other.",
            );
        }
        match (self.body, self.media) {
            _ if is_card => return self.card(channel, suggestions, &list, export),
            (Some((index, body)), _) => {
                let at = list.index(index);
                body_losses(body, &at, export);
                insert(&mut content, "text", text(body.content.as_ref(), "content", &at, export));
            }
            (None, Some((index, media))) => {
                let at = list.index(index);
                let only_card = "Only a card has this.";
                export.losses.add_some(&at, "height", media.height.as_ref(), only_card);
                let alignment = media.thumbnail_image_alignment.as_ref();
                export.losses.add_some(&at, "thumbnailImageAlignment", alignment, only_card);
                content.insert("contentInfo".to_owned(), file(media, &at, export).into());
            }
            (None, None) => {}
        }
        if let Some(carousel) = self.others.shift_remove("carouselCard") {
            content.insert("richCard".to_owned(), json!({ "carouselCard": carousel }));
        }
        content.append(&mut self.others);
        if !suggestions.is_empty() {
            content.insert("suggestions".to_owned(), suggestions.into());
        }
        content
    }

    fn card(
        &mut self,
        channel: &GoogleRcs,
        mut suggestions: Vec<Value>,
        list: &At<'_>,
        export: &mut Export<'_, '_>,
    ) -> Object {
        let (mut card, mut content) = (Object::new(), Object::new());
        let orientation = channel.card_orientation.as_deref().unwrap_or("VERTICAL").to_uppercase();
        card.insert("cardOrientation".to_owned(), orientation.into());
        if let Some((index, body)) = self.body {
            let at = list.index(index);
            body_losses(body, &at, export);
            insert(&mut content, "title", text(body.title.as_ref(), "title", &at, export));
            insert(&mut content, "description", text(body.content.as_ref(), "content", &at, export));
        }
        if let Some((index, media)) = self.media {
            let upper = |text: Option<&String>| text.map(|text| text.to_uppercase());
            insert(&mut card, "thumbnailImageAlignment", upper(media.thumbnail_image_alignment.as_ref()));
            let mut written = Object::new();
            insert(&mut written, "height", upper(media.height.as_ref()));
            written.insert("contentInfo".to_owned(), file(media, &list.index(index), export).into());
            content.insert("media".to_owned(), written.into());
        }
        let chips = suggestions.split_off(suggestions.len().min(CARD_SUGGESTIONS));
        if !suggestions.is_empty() {
            content.insert("suggestions".to_owned(), suggestions.into());
        }
        card.insert("cardContent".to_owned(), content.into());
        let mut message = Object::new();
        message.insert("richCard".to_owned(), json!({ "standaloneCard": card }));
        message.append(&mut self.others);
        message.insert("suggestions".to_owned(), chips.into());
        message
    }
}

fn kept_content(object: &Object) -> Option<(&str, &Value)> {
    let key = object.get("type")?.as_str().filter(|key| KEPT_CONTENTS.contains(key))?;
    Some((key, object.get(key)?))
}

fn body_losses(body: &RcsBody, at: &At<'_>, export: &mut Export<'_, '_>) {
    let texts = [body.title.as_deref(), body.content.as_deref()];
    export.losses.undeclared(at, body.variables.as_ref(), &texts);
    export.losses.fields(at, &body.extra, &[], "Google's text");
}

fn file(media: &Media, at: &At<'_>, export: &mut Export<'_, '_>) -> Object {
    export.losses.undeclared(at, media.variables.as_ref(), &[media.content.as_deref()]);
    let known = ["thumbnailUrl", "forceRefresh"];
    export.losses.fields(at, &media.extra, &known, "Google's file");
    let mut file = Object::new();
    insert(&mut file, "fileUrl", text(media.content.as_ref(), "content", at, export));
    let extra = media.extra.iter().filter(|(key, _)| known.contains(&key.as_str()));
    file.extend(extra.map(|(key, value)| (key.clone(), value.clone())));
    file
}

fn suggestions_of(channel: &GoogleRcs, list: &At<'_>, export: &mut Export<'_, '_>) -> Vec<Value> {
    let placed =
        channel.message_components.iter().enumerate().filter_map(|(index, component)| match component {
            RcsComponent::Button(button) => Some((index, button)),
            _ => None,
        });
    let placed = buttons::in_order(placed);
    let suggestion = |(place, placed): (usize, buttons::Placed<'_>)| {
        let (button, at) = (placed.button, list.index(placed.component));
        let label = text(button.content.as_ref(), "content", &at, export);
        let url = text(button.url.as_ref(), "url", &at, export);
        export.losses.undeclared(&at, button.variables.as_ref(), &[button.url.as_deref()]);
        suggestions::write(button, place, label, url.as_deref(), &at, export.losses)
    };
    placed.into_iter().enumerate().map(suggestion).collect()
}

/// A text with samples for its placeholders.
fn text(text: Option<&String>, key: &str, at: &At<'_>, export: &mut Export<'_, '_>) -> Option<String> {
    let text = text?;
    if placeholders(text).next().is_none() {
        return Some(text.clone());
    }
    let sample = |number: u16| export.kept.sample(Scope::Channel, &number.to_string());
    let filled = filled(text, sample);
    let sentence = match filled {
        Some(_) => "Google knows no placeholders: they are filled in with their samples.",
        None => "Google knows no placeholders, and one has no sample: they stand as they are.",
    };
    export.losses.add(&at.key(key), sentence);
    filled.or_else(|| Some(text.clone()))
}

fn insert(object: &mut Object, key: &str, text: Option<String>) {
    if let Some(text) = text {
        object.insert(key.to_owned(), text.into());
    }
}
