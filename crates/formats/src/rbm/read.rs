//! A message becomes a handoff with one RCS channel.

use std::collections::BTreeMap;

use outbound_model::{
    At, Channel, GoogleRcs, Media, Object, RcsBody, RcsComponent, ShapeError, placeholders,
};
use serde_json::Value;

use super::{KEPT_CONTENTS, suggestions};
use crate::fields::Fields;
use crate::import::Draft;
use crate::losses::{Losses, numbers};

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
    let file: Option<Object> = content.take("contentInfo")?;
    if let Some(file) = file {
        let media = medium(Fields::some(Some(file), at.key("contentInfo")))?;
        reading.components.push(RcsComponent::Media(media));
    }
    if let Some(card) = content.take::<Option<Object>>("richCard")? {
        reading.rich_card(Fields::some(Some(card), at.key("richCard")))?;
    }
    let in_card = reading.buttons;
    reading.suggestions(&mut content)?;
    if (1..super::CARD_SUGGESTIONS).contains(&in_card) && reading.buttons > in_card {
        let sentence =
            "A handoff does not tell suggestions of the card from those under it: all are buttons.";
        reading.losses.add(&at.key("suggestions"), sentence);
    }
    reading.contents(content.rest(), &at);
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
        own: message.rest(),
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
        self.contents(fields.rest(), &at);
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
            let info = Fields::some(Some(fields.take("contentInfo")?), at.key("contentInfo"));
            let mut media = medium(info)?;
            media.height = height.map(|height| height.to_lowercase());
            media.thumbnail_image_alignment = alignment.map(|alignment| alignment.to_lowercase());
            self.components.push(RcsComponent::Media(media));
            self.losses.fields(&at, &fields.rest(), &[], "A handoff's medium");
        } else {
            self.losses.add_some(
                &at,
                "thumbnailImageAlignment",
                alignment.as_ref(),
                "The card has no medium to align.",
            );
        }
        self.body(content.take("title")?, content.take("description")?, &content_at);
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

    /// What else a message may hold in place of a text: a carousel, an uploaded file.
    fn contents(&mut self, contents: Object, at: &At<'_>) {
        for (key, content) in contents {
            let at = at.key(&key);
            if KEPT_CONTENTS.contains(&key.as_str()) {
                self.losses.add(&at, format!("A handoff knows no {key}; it is kept as it is."));
                let object = [("type".to_owned(), Value::from(key.as_str())), (key.clone(), content)];
                self.components.push(RcsComponent::Unknown(object.into_iter().collect()));
            } else {
                self.losses.add(&at, "A handoff has no such field; it is left out.");
            }
        }
    }
}

/// A file by its address; other fields of it are kept beside.
fn medium(mut fields: Fields<'_>) -> Result<Media, ShapeError> {
    let content: String = fields.take("fileUrl")?;
    let variables = Some(numbers([content.as_str()].into_iter()));
    let (height, thumbnail_image_alignment) = (None, None);
    Ok(Media { height, thumbnail_image_alignment, content: Some(content), variables, extra: fields.rest() })
}
