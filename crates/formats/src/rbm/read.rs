//! A message becomes a handoff with one RCS channel.

use std::collections::BTreeMap;

use outbound_model::{
    At, Channel, GoogleRcs, Media, Object, RcsBody, RcsComponent, ShapeError, placeholders,
};
use serde_json::Value;

use super::{CAROUSEL, FILE, RICH_CARD, suggestions};
use crate::fields::Fields;
use crate::import::Draft;
use crate::losses::{Losses, numbers};
use crate::{Format, foreign};

/// Reads a message.
pub(crate) fn read(value: Value) -> Result<Draft, ShapeError> {
    let mut message = Fields::of(value, At::ROOT)?;
    let at = At::ROOT.key("contentMessage");
    let mut content = Fields::some(Some(message.take("contentMessage")?), at);
    let mut reading = Reading::default();
    let text: Option<String> = content.take("text")?;
    if let Some(text) = text {
        reading.body(None, Some(text), &at.key("text"));
    }
    let file: Option<Object> = content.take(FILE)?;
    if let Some(file) = file {
        let media = medium(Some(Fields::some(Some(file), at.key(FILE))), Object::new())?;
        reading.components.push(RcsComponent::Media(media));
    }
    if let Some(card) = content.take::<Option<Object>>(RICH_CARD)? {
        reading.rich_card(Fields::some(Some(card), at.key(RICH_CARD)))?;
    }
    let in_card = reading.buttons;
    reading.suggestions(&mut content)?;
    let mut notes = Object::new();
    if (1..super::CARD_SUGGESTIONS).contains(&in_card) && reading.buttons > in_card {
        notes.insert(super::IN_CARD.to_owned(), in_card.into());
    }
    reading.contents(content.rest(), None, &at);
    if reading.components.is_empty() {
        return Err(at.problem("holds no text, file or card"));
    }
    let channel = GoogleRcs {
        language: None,
        outboundnumber: None,
        message_components: reading.components,
        card_orientation: reading.orientation,
        service_account_name: None,
        extra: Object::new(),
    };
    Ok(Draft {
        name: None,
        channel: Channel::GoogleRcs(channel),
        samples: BTreeMap::new(),
        names: BTreeMap::new(),
        fields: message.rest(),
        notes,
        losses: reading.losses,
        mappings: Vec::new(),
    })
}

#[derive(Default)]
struct Reading {
    components: Vec<RcsComponent>,
    buttons: usize,
    orientation: Option<String>,
    losses: Losses,
}

impl Reading {
    fn body(&mut self, title: Option<String>, content: Option<String>, at: &At<'_>) {
        let texts = || [&title, &content].into_iter().flatten().map(String::as_str);
        if texts().any(|text| placeholders(text).next().is_some()) {
            let sentence = "Google knows no placeholders; in the handoff these braces are some.";
            self.losses.add(at, sentence);
        }
        let variables = Some(numbers(texts()));
        self.components.push(RcsComponent::Body(RcsBody { title, content, variables, extra: Object::new() }));
    }

    fn rich_card(&mut self, mut fields: Fields<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        if let Some(card) = fields.take::<Option<Object>>("standaloneCard")? {
            self.card(Fields::some(Some(card), at.key("standaloneCard")))?;
        }
        self.contents(fields.rest(), Some(RICH_CARD), &at);
        Ok(())
    }

    fn card(&mut self, mut fields: Fields<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        self.orientation = fields.take("cardOrientation")?;
        let alignment: Option<String> = fields.take("thumbnailImageAlignment")?;
        let content_at = at.key("cardContent");
        let mut content = Fields::some(Some(fields.take("cardContent")?), content_at);
        if let Some(media) = content.take::<Option<Object>>("media")? {
            let at = content_at.key("media");
            let mut fields = Fields::some(Some(media), at);
            let height: Option<String> = fields.take("height")?;
            let info = fields.take::<Option<Object>>(FILE)?;
            let mut media = medium(info.map(|info| Fields::some(Some(info), at.key(FILE))), fields.rest())?;
            media.height = height.map(|height| height.to_lowercase());
            media.thumbnail_image_alignment = alignment.map(|alignment| alignment.to_lowercase());
            self.components.push(RcsComponent::Media(media));
        } else {
            self.losses.add_some(
                &at,
                "thumbnailImageAlignment",
                alignment.as_ref(),
                "The card has no medium to align.",
            );
        }
        let (title, description) = (content.take("title")?, content.take("description")?);
        self.body(title, description, &content_at);
        self.suggestions(&mut content)?;
        self.losses.fields(&content_at, &content.rest(), &[], "A handoff's card");
        self.losses.fields(&at, &fields.rest(), &[], "A handoff's card");
        Ok(())
    }

    fn suggestions(&mut self, fields: &mut Fields<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        let list = at.key("suggestions");
        for (index, value) in fields.some_list("suggestions")?.into_iter().enumerate() {
            let button = suggestions::read(value, self.buttons, list.index(index), &mut self.losses)?;
            self.components.push(RcsComponent::Button(button));
            self.buttons += 1;
        }
        Ok(())
    }

    /// What else a message may hold in place of a text: a carousel, an uploaded file. `within` is the
    /// field of the message that these stand in.
    fn contents(&mut self, contents: Object, within: Option<&str>, at: &At<'_>) {
        for (key, content) in contents {
            let at = at.key(&key);
            // The older name of an uploaded file is a text (Google, `AgentContentMessage`).
            let is_file_name = key == "fileName" && content.is_string();
            if !content.is_object() && !is_file_name {
                self.losses.add(&at, "A handoff has no such field; it is left out.");
                continue;
            }
            self.losses.add(&at, format!("A handoff knows no {key}; it is kept as it is."));
            let kept = Object::from_iter([(key.clone(), content)]);
            let kept = match within {
                Some(within) if key != CAROUSEL => Object::from_iter([(within.to_owned(), kept.into())]),
                _ => kept,
            };
            let component = foreign::component(Format::Rbm, &key, kept);
            self.components.push(RcsComponent::Unknown(component));
        }
    }
}

/// A file by its address, or by the name of an upload. What else Google has of it, and of the medium
/// around it, is kept.
fn medium(file: Option<Fields<'_>>, mut kept: Object) -> Result<Media, ShapeError> {
    let mut content = None;
    if let Some(mut file) = file {
        content = Some(file.take::<String>("fileUrl")?);
        let rest = file.rest();
        if !rest.is_empty() {
            kept.insert(FILE.to_owned(), rest.into());
        }
    }
    let variables = Some(numbers(content.iter().map(String::as_str)));
    let (height, thumbnail_image_alignment) = (None, None);
    Ok(Media {
        height,
        thumbnail_image_alignment,
        content,
        variables,
        extra: foreign::hold(Format::Rbm, kept),
    })
}
