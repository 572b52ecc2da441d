//! The fields that the types of a content share.

use outbound_model::{At, Button, Object, ShapeError};
use serde_json::{Value, json};

use super::{CALL_TO_ACTION, CARD, MEDIA, QUICK_REPLY, TEXT, WHATSAPP_CARD, actions};
use crate::fields::Fields;
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

/// What a type holds. Placeholders are as Twilio writes them.
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
    /// Reads the fields of a type; what it should not have is a loss.
    pub(super) fn read(kind: &str, mut fields: Fields<'_>, losses: &mut Losses) -> Result<Self, ShapeError> {
        let at = fields.at;
        let has = |field: &str| FIELDS.iter().any(|(of, fields)| *of == kind && fields.contains(&field));
        let mut text = |field: &str| if has(field) { fields.take(field) } else { Ok(None) };
        let title = if kind == WHATSAPP_CARD { text("header_text")? } else { text("title")? };
        let [subtitle, body, footer] = [text("subtitle")?, text("body")?, text("footer")?];
        let mut media = if has("media") { fields.samples("media")? } else { Vec::new() }.into_iter();
        let mut content = Content { title, subtitle, body, media: media.next(), footer, buttons: Vec::new() };
        if media.next().is_some() {
            losses.add(&at.key("media"), "A handoff has one medium; the others are left out.");
        }
        let list = at.key("actions");
        let values = if has("actions") { fields.some_list("actions")? } else { Vec::new() };
        for (place, value) in values.into_iter().enumerate() {
            content.buttons.push(actions::read(value, place, list.index(place), losses)?);
        }
        losses.fields(&at, &fields.rest(), &[], "A handoff");
        Ok(content)
    }

    /// The type that holds it: `kept` if it does, else the plainest; `card` holds everything.
    pub(super) fn kind(&self, kept: Option<&str>, card: &'static str) -> &'static str {
        let kinds = [TEXT, MEDIA, QUICK_REPLY, CALL_TO_ACTION, card];
        let fitting = || kinds.into_iter().filter(|kind| self.fits(kind));
        fitting().find(|kind| Some(*kind) == kept).or_else(|| fitting().next()).unwrap_or(card)
    }

    fn fits(&self, kind: &str) -> bool {
        if matches!(kind, CARD | WHATSAPP_CARD) {
            return true;
        }
        let plain = self.title.is_none() && self.subtitle.is_none() && self.footer.is_none();
        let replies = self.buttons.iter().filter(|button| actions::is_reply(button)).count();
        let (buttons, media) = (self.buttons.len(), self.media.is_some());
        plain
            && match kind {
                TEXT => !media && buttons == 0,
                MEDIA => media && buttons == 0,
                QUICK_REPLY => !media && buttons > 0 && replies == buttons,
                _ => !media && buttons > 0 && replies == 0,
            }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.body.is_none()
            && self.media.is_none()
            && self.footer.is_none()
            && self.buttons.is_empty()
    }

    /// The fields of a type. `actions` are those of the buttons; of a card, the body stands in for a
    /// title that is not there.
    pub(super) fn write(
        mut self,
        kind: &str,
        actions: Vec<Value>,
        at: &At<'_>,
        losses: &mut Losses,
    ) -> Object {
        if kind == CARD && self.title.is_none() {
            self.title = self.body.take();
            losses.add(at, "Twilio's card wants a title: the text becomes the title.");
        }
        let title = if kind == WHATSAPP_CARD { "header_text" } else { "title" };
        let texts =
            [(title, self.title), ("subtitle", self.subtitle), ("body", self.body), ("footer", self.footer)];
        let mut fields = Object::new();
        for (key, text) in texts {
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
