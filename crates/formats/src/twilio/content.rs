//! The fields shared by the types of a content.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::{Value, json};

use super::{CALL_TO_ACTION, CARD, MEDIA, QUICK_REPLY, TEXT, WHATSAPP_CARD, actions};
use crate::fields::FieldReader;
use crate::losses::Losses;

/// The fields of each type.
const FIELDS: [(&str, &[&str]); 6] = [
    (TEXT, &["body"]),
    (MEDIA, &["body", "media"]),
    (QUICK_REPLY, &["body", "actions"]),
    (CALL_TO_ACTION, &["body", "actions"]),
    (CARD, &["title", "subtitle", "body", "media", "actions"]),
    (WHATSAPP_CARD, &["header_text", "body", "footer", "media", "actions"]),
];

/// The fields of a type, with Twilio's placeholders.
#[derive(Default)]
pub(super) struct Content {
    /// `title`, or `header_text` of a WhatsApp card.
    pub(super) title: Option<String>,
    pub(super) subtitle: Option<String>,
    pub(super) body: Option<String>,
    pub(super) media: Option<String>,
    pub(super) footer: Option<String>,
    pub(super) buttons: Vec<Button>,
}

impl Content {
    /// Reads the fields of a type. Fields that the type does not have are reported as losses.
    pub(super) fn read(
        kind: &str,
        mut fields: FieldReader<'_>,
        losses: &mut Losses,
    ) -> Result<Self, ShapeError> {
        let at = fields.at;
        let has = |field: &str| FIELDS.iter().any(|(of, fields)| *of == kind && fields.contains(&field));
        let mut text = |field: &str| if has(field) { fields.take(field) } else { Ok(None) };
        let title = if kind == WHATSAPP_CARD { text("header_text")? } else { text("title")? };
        let [subtitle, body, footer] = [text("subtitle")?, text("body")?, text("footer")?];
        let mut media = if has("media") { fields.samples("media")? } else { Vec::new() }.into_iter();
        let mut content = Content { title, subtitle, body, media: media.next(), footer, buttons: Vec::new() };
        if media.next().is_some() {
            losses.add(&at.key("media"), "A handoff has only one media file; the others are omitted.");
        }
        let list = at.key("actions");
        let values = if has("actions") { fields.some_list("actions")? } else { Vec::new() };
        for (index, value) in values.into_iter().enumerate() {
            content.buttons.push(actions::read(value, index, list.index(index), losses)?);
        }
        losses.fields(&at, &fields.rest(), &[], "A handoff");
        Ok(content)
    }

    /// The type for this content: the `kept` one if it fits, or else the simplest that fits. `card` always fits.
    pub(super) fn kind(&self, kept: Option<&str>, card: &'static str) -> &'static str {
        let kinds = [TEXT, MEDIA, QUICK_REPLY, CALL_TO_ACTION, card];
        let was_there = |kind: &&'static str| Some(*kind) == kept && self.fits(kind, true);
        let fitting = || kinds.into_iter().find(|kind| self.fits(kind, false));
        kinds.into_iter().find(was_there).or_else(fitting).unwrap_or(card)
    }

    fn fits(&self, kind: &str, was_there: bool) -> bool {
        if matches!(kind, CARD | WHATSAPP_CARD) {
            return true;
        }
        let has_no_card_fields = self.title.is_none() && self.subtitle.is_none() && self.footer.is_none();
        let actions = self.buttons.iter().all(|button| actions::fits(button, kind, was_there));
        let (buttons, media) = (!self.buttons.is_empty(), self.media.is_some());
        has_no_card_fields
            && match kind {
                TEXT => !media && !buttons && self.body.is_some(),
                MEDIA => media && !buttons,
                QUICK_REPLY => !media && buttons && actions && self.body.is_some(),
                _ => !media && buttons && actions,
            }
    }

    /// Whether the content is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.body.is_none()
            && self.media.is_none()
            && self.footer.is_none()
            && self.buttons.is_empty()
    }

    /// Reports fields that Twilio requires in a card and the channel does not have.
    fn report_missing(&self, kind: &str, at: &At<'_>, losses: &mut Losses) {
        if kind == CARD && self.title.is_none() {
            losses.add(
                at,
                "A Twilio card requires a title, but the channel has no text: Twilio will reject it.",
            );
        }
        if kind == WHATSAPP_CARD && self.body.is_none() {
            losses.add(at, "A Twilio card requires a body, but the channel has none: Twilio will reject it.");
        }
    }

    /// Writes the fields of a type. `actions` are those of the buttons. If a card has no title, the body becomes its
    /// title.
    pub(super) fn write(
        mut self,
        kind: &str,
        actions: Vec<Value>,
        at: &At<'_>,
        losses: &mut Losses,
    ) -> Object {
        if kind == CARD && self.title.is_none() && self.body.is_some() {
            self.title = self.body.take();
            losses.add(at, "A Twilio card requires a title, so the text becomes the title.");
        }
        self.report_missing(kind, at, losses);
        let title = if kind == WHATSAPP_CARD { "header_text" } else { "title" };
        let strings =
            [(title, self.title), ("subtitle", self.subtitle), ("body", self.body), ("footer", self.footer)];
        let mut fields = Object::new();
        for (key, text) in strings {
            if let Some(text) = text {
                fields.insert(key.to_owned(), text.into());
            }
        }
        if let Some(media) = self.media {
            fields.insert("media".to_owned(), json!([media]));
        }
        if !actions.is_empty() {
            fields.insert("actions".to_owned(), actions.into());
        }
        fields
    }
}
