//! Import of a message as a handoff with one RCS channel.

use std::collections::BTreeMap;

use outbound_model::{
    At, Channel, GoogleRcs, Media, Object, RcsBody, RcsComponent, ShapeError, placeholders,
};
use serde_json::Value;

use super::{CAROUSEL, FILE, RICH_CARD, suggestions};
use crate::fields::FieldReader;
use crate::losses::{Losses, numbers};
use crate::parsed_element::ParsedElement;
use crate::{Format, foreign};

/// Reads a message.
pub(crate) fn read(value: Value) -> Result<ParsedElement, ShapeError> {
    let mut message = FieldReader::of(value, At::ROOT)?;
    let at = At::ROOT.key("contentMessage");
    let mut content = FieldReader::some(Some(message.take("contentMessage")?), at);
    let mut reader = MessageReader::default();
    let text: Option<String> = content.take("text")?;
    if let Some(text) = text {
        reader.body(None, Some(text), &at.key("text"));
    }
    let file: Option<Object> = content.take(FILE)?;
    if let Some(file) = file {
        let media = read_media(Some(FieldReader::some(Some(file), at.key(FILE))), Object::new())?;
        reader.components.push(RcsComponent::Media(media));
    }
    if let Some(card) = content.take::<Option<Object>>(RICH_CARD)? {
        reader.rich_card(FieldReader::some(Some(card), at.key(RICH_CARD)))?;
    }
    let in_card = reader.buttons;
    reader.suggestions(&mut content)?;
    let mut notes = Object::new();
    if (1..super::CARD_SUGGESTIONS).contains(&in_card) && reader.buttons > in_card {
        notes.insert(super::IN_CARD.to_owned(), in_card.into());
    }
    reader.contents(content.rest(), None, &at);
    if reader.components.is_empty() {
        return Err(at.problem("contains no text, file or card"));
    }
    let channel = GoogleRcs {
        language: None,
        outboundnumber: None,
        message_components: reader.components,
        card_orientation: reader.orientation,
        service_account_name: None,
        extra: Object::new(),
    };
    Ok(ParsedElement {
        name: None,
        channel: Channel::GoogleRcs(channel),
        samples: BTreeMap::new(),
        names: BTreeMap::new(),
        fields: message.rest(),
        notes,
        losses: reader.losses,
        mappings: Vec::new(),
    })
}

#[derive(Default)]
struct MessageReader {
    components: Vec<RcsComponent>,
    buttons: usize,
    orientation: Option<String>,
    losses: Losses,
}

impl MessageReader {
    fn body(&mut self, title: Option<String>, content: Option<String>, at: &At<'_>) {
        let strings = || [&title, &content].into_iter().flatten().map(String::as_str);
        if strings().any(|text| placeholders(text).next().is_some()) {
            let sentence = "Google has no placeholders, but the handoff treats these braces as placeholders.";
            self.losses.add(at, sentence);
        }
        let variables = Some(numbers(strings()));
        self.components.push(RcsComponent::Body(RcsBody { title, content, variables, extra: Object::new() }));
    }

    fn rich_card(&mut self, mut fields: FieldReader<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        if let Some(card) = fields.take::<Option<Object>>("standaloneCard")? {
            self.card(FieldReader::some(Some(card), at.key("standaloneCard")))?;
        }
        self.contents(fields.rest(), Some(RICH_CARD), &at);
        Ok(())
    }

    fn card(&mut self, mut fields: FieldReader<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        self.orientation = fields.take("cardOrientation")?;
        let alignment: Option<String> = fields.take("thumbnailImageAlignment")?;
        let content_at = at.key("cardContent");
        let mut content = FieldReader::some(Some(fields.take("cardContent")?), content_at);
        if let Some(media) = content.take::<Option<Object>>("media")? {
            let at = content_at.key("media");
            let mut fields = FieldReader::some(Some(media), at);
            let height: Option<String> = fields.take("height")?;
            let info = fields.take::<Option<Object>>(FILE)?;
            let mut media =
                read_media(info.map(|info| FieldReader::some(Some(info), at.key(FILE))), fields.rest())?;
            media.height = height.map(|height| height.to_lowercase());
            media.thumbnail_image_alignment = alignment.map(|alignment| alignment.to_lowercase());
            self.components.push(RcsComponent::Media(media));
        } else {
            self.losses.add_some(
                &at,
                "thumbnailImageAlignment",
                alignment.as_ref(),
                "The card has no media to align.",
            );
        }
        let (title, description) = (content.take("title")?, content.take("description")?);
        self.body(title, description, &content_at);
        self.suggestions(&mut content)?;
        self.losses.fields(&content_at, &content.rest(), &[], "A handoff's card");
        self.losses.fields(&at, &fields.rest(), &[], "A handoff's card");
        Ok(())
    }

    fn suggestions(&mut self, fields: &mut FieldReader<'_>) -> Result<(), ShapeError> {
        let at = fields.at;
        let list = at.key("suggestions");
        for (index, value) in fields.some_list("suggestions")?.into_iter().enumerate() {
            let button = suggestions::read(value, self.buttons, list.index(index), &mut self.losses)?;
            self.components.push(RcsComponent::Button(button));
            self.buttons += 1;
        }
        Ok(())
    }

    /// Keeps contents that handoffs do not have, such as a carousel or an uploaded file. `within` is the field of the
    /// message that contains them.
    fn contents(&mut self, contents: Object, within: Option<&str>, at: &At<'_>) {
        for (key, content) in contents {
            let at = at.key(&key);
            // The deprecated form of an uploaded file is a string (Google, `AgentContentMessage`).
            let is_file_name = key == "fileName" && content.is_string();
            if !content.is_object() && !is_file_name {
                self.losses.add(&at, "Handoffs have no such field; it is omitted.");
                continue;
            }
            self.losses.add(&at, format!("Handoffs have no {key}; it is kept unchanged."));
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

/// Reads a file given by its URL, or by the name of an upload. Other fields of the file and of the surrounding media
/// object are kept.
fn read_media(file: Option<FieldReader<'_>>, mut kept: Object) -> Result<Media, ShapeError> {
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
        extra: foreign::keep(Format::Rbm, kept),
    })
}
