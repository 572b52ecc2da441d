//! RCS: text with chips, a file, or a rich card (channel-rules RCS-01 to RCS-08).

use outbound_model::{GoogleRcs, Media as ConfiguredMedia, RcsBody, RcsComponent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::parts::buttons;
use crate::state::{RenderState, first};
use crate::{Button, Component, Media, Text};

/// Maximum number of suggestions in a card (RCS-04). Further ones become chips.
const SUGGESTIONS_IN_CARD: usize = 4;
/// Width of the media column of a horizontal card, in dp (RCS-08).
const HORIZONTAL_MEDIA_DP: u16 = 128;

/// An RCS message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct RcsPreview {
    /// The content of the message.
    pub content: RcsContent,
    /// Suggestions below the message, which scroll horizontally.
    pub chips: Vec<Button>,
}

/// The content of an RCS message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RcsContent {
    /// A text message.
    Text {
        /// The text.
        text: Text,
    },
    /// Files, each sent as a separate message. RCS allows one; a documented example has two.
    Media {
        /// The files.
        files: Vec<Media>,
    },
    /// A standalone rich card.
    Card(RcsCard),
}

/// A rich card.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct RcsCard {
    /// The orientation.
    pub orientation: Orientation,
    /// The media file, centred and cropped to fill its area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<CardMedia>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// The text below the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// The suggestions in the card, stacked vertically.
    pub suggestions: Vec<Button>,
}

/// The media file of a card and its position.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct CardMedia {
    /// The media file.
    pub media: Media,
    /// Its position and size on the screen.
    pub place: MediaPlace,
}

/// The position of a card's media file, with its size in density-independent pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaPlace {
    /// At the top of a vertical card.
    Top {
        /// 112 (short), 168 (medium, the default) or 264 (tall).
        height_dp: u16,
    },
    /// On the left of a horizontal card (the default).
    Left {
        /// Always 128.
        width_dp: u16,
    },
    /// On the right of a horizontal card.
    Right {
        /// Always 128.
        width_dp: u16,
    },
}

/// The orientation of a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Orientation {
    /// Media above the text (the default).
    Vertical,
    /// Media beside the text.
    Horizontal,
}

pub(super) fn render(state: &mut RenderState<'_>, rcs: &GoogleRcs) -> RcsPreview {
    let files_only = rcs.message_components.iter().all(|part| matches!(part, RcsComponent::Media(_)));
    let (mut body, mut media, mut configured) = (None, Vec::new(), Vec::new());
    state.visit(&rcs.message_components, |component| match component {
        RcsComponent::Body(part) => first(&mut body, part),
        RcsComponent::Media(part) => {
            media.push(part);
            files_only || media.len() == 1
        }
        RcsComponent::Button(part) => {
            configured.push(part);
            true
        }
        RcsComponent::Unknown(_) => false,
    });
    if files_only && !media.is_empty() {
        let files = media.into_iter().map(|media| file(state, media)).collect();
        return RcsPreview { content: RcsContent::Media { files }, chips: Vec::new() };
    }
    let mut suggestions = buttons(state, &configured);
    let title = body.and_then(|body: &RcsBody| state.fill_some(Component::Body, body.title.as_ref()));
    let text = body.and_then(|body| state.fill_some(Component::Body, body.content.as_ref()));
    let orientation = Orientation::of(rcs.card_orientation.as_deref());
    let card_media = media.first().map(|media| card_media(state, media, orientation));
    match (card_media, title, text) {
        (None, None, text) => {
            RcsPreview { content: RcsContent::Text { text: text.unwrap_or_default() }, chips: suggestions }
        }
        (media, title, description) => {
            let chips = suggestions.split_off(suggestions.len().min(SUGGESTIONS_IN_CARD));
            let card = RcsCard { orientation, media, title, description, suggestions };
            RcsPreview { content: RcsContent::Card(card), chips }
        }
    }
}

fn card_media(state: &mut RenderState<'_>, media: &ConfiguredMedia, orientation: Orientation) -> CardMedia {
    let is = |field: Option<&str>, word: &str| field.is_some_and(|field| field.eq_ignore_ascii_case(word));
    let height = media.height.as_deref();
    let place = match orientation {
        Orientation::Vertical if is(height, "short") => MediaPlace::Top { height_dp: 112 },
        Orientation::Vertical if is(height, "tall") => MediaPlace::Top { height_dp: 264 },
        Orientation::Vertical => MediaPlace::Top { height_dp: 168 },
        Orientation::Horizontal if is(media.thumbnail_image_alignment.as_deref(), "right") => {
            MediaPlace::Right { width_dp: HORIZONTAL_MEDIA_DP }
        }
        Orientation::Horizontal => MediaPlace::Left { width_dp: HORIZONTAL_MEDIA_DP },
    };
    CardMedia { media: file(state, media), place }
}

fn file(state: &mut RenderState<'_>, media: &ConfiguredMedia) -> Media {
    Media::at(state.fill_some(Component::Header, media.content.as_ref()).unwrap_or_default())
}

impl Orientation {
    fn of(configured: Option<&str>) -> Self {
        match configured {
            Some(word) if word.eq_ignore_ascii_case("horizontal") => Orientation::Horizontal,
            _ => Orientation::Vertical,
        }
    }
}
