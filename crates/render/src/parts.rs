//! Buttons and media, which the previews of several channels share.

use outbound_model::Button as Configured;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::{RenderState, in_order};
use crate::{Component, Text};

/// A button, chip or suggestion.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewButton)]
pub struct Button {
    /// The label.
    pub label: Text,
    /// The action of a tap.
    pub action: Action,
}

/// The action of a tap on a button.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewAction)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Sends the label as a reply.
    Reply,
    /// Opens a URL.
    Open {
        /// The URL; empty if none is configured.
        url: Text,
    },
    /// Dials a phone number.
    Dial {
        /// The configured number; empty if none is configured.
        number: String,
    },
    /// An unknown action.
    Other {
        /// The configured `sub_type`.
        sub_type: String,
    },
}

/// The buttons of a channel in display order.
pub(crate) fn buttons(state: &mut RenderState<'_>, configured: &[&Configured]) -> Vec<Button> {
    in_order(configured).into_iter().map(|(number, button)| render_button(state, number, button)).collect()
}

fn render_button(state: &mut RenderState<'_>, number: u16, button: &Configured) -> Button {
    let component = Component::Button(number);
    let action = match button.sub_type.as_deref() {
        Some("quick_reply") => Action::Reply,
        Some("url") => {
            Action::Open { url: state.fill_some(component, button.url.as_ref()).unwrap_or_default() }
        }
        Some("phone_number") => Action::Dial { number: button.phone_number.clone().unwrap_or_default() },
        other => Action::Other { sub_type: other.unwrap_or_default().to_owned() },
    };
    Button { label: state.fill_some(component, button.content.as_ref()).unwrap_or_default(), action }
}

/// An image, video or other file, given by its URL. It is never fetched.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewMedia)]
pub struct Media {
    /// The media type, if the configuration or the file extension reveals it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MediaKind>,
    /// The URL of the file.
    pub address: Text,
}

impl Media {
    /// Media whose type is derived from the file extension.
    pub(crate) fn at(address: Text) -> Self {
        Self { kind: MediaKind::of_address(&address.text), address }
    }
}

/// The type of a media file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// An image.
    Image,
    /// A video.
    Video,
    /// An audio file.
    Audio,
    /// A document.
    Document,
}

impl MediaKind {
    /// The type by the file extension of a URL.
    fn of_address(address: &str) -> Option<Self> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let (_, extension) = path.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp" => MediaKind::Image,
            "mp4" | "mpeg" | "mpeg4" | "m4v" | "h263" | "webm" | "3gp" | "3gpp" => MediaKind::Video,
            "mp3" | "m4a" | "aac" | "amr" | "ogg" => MediaKind::Audio,
            "pdf" | "txt" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" => MediaKind::Document,
            _ => return None,
        })
    }

    /// The type by the `sub_type` of a WhatsApp header.
    pub(crate) fn of_sub_type(sub_type: &str) -> Option<Self> {
        [("image", MediaKind::Image), ("video", MediaKind::Video), ("document", MediaKind::Document)]
            .into_iter()
            .find_map(|(name, kind)| sub_type.eq_ignore_ascii_case(name).then_some(kind))
    }

    /// The name shown to users.
    pub fn as_str(self) -> &'static str {
        match self {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_follow_the_extension() {
        for (address, kind) in [
            ("https://a.example/b.PNG?x=1.mp4", Some(MediaKind::Image)),
            ("https://a.example/b.mp4#t=1", Some(MediaKind::Video)),
            ("https://a.example/b.pdf", Some(MediaKind::Document)),
            ("https://a.example/b", None),
            ("${{1}}", None),
        ] {
            assert_eq!(MediaKind::of_address(address), kind, "{address}");
        }
    }
}
