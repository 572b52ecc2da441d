//! What previews of several channels are made of: buttons and media.

use outbound_model::Button as Configured;
use serde::Serialize;
use utoipa::ToSchema;

use crate::draft::{Draft, in_order};
use crate::{Component, Text};

/// A button, chip or suggestion.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewButton)]
pub struct Button {
    /// What stands on it.
    pub label: Text,
    /// What a tap does.
    pub action: Action,
}

/// What a tap on a button does.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewAction)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Sends the label as an answer.
    Reply,
    /// Opens an address.
    Open {
        /// The address; empty when the configuration has none.
        url: Text,
    },
    /// Dials a number.
    Dial {
        /// The number as it is configured; empty when the configuration has none.
        number: String,
    },
    /// Of a kind that we do not know.
    Other {
        /// Its `sub_type`, as it is configured.
        sub_type: String,
    },
}

/// The buttons of a channel in the order they are shown.
pub(crate) fn buttons(draft: &mut Draft<'_>, configured: &[&Configured]) -> Vec<Button> {
    in_order(configured).into_iter().map(|(number, button)| filled(draft, number, button)).collect()
}

fn filled(draft: &mut Draft<'_>, number: u16, button: &Configured) -> Button {
    let component = Component::Button(number);
    let action = match button.sub_type.as_deref() {
        Some("quick_reply") => Action::Reply,
        Some("url") => {
            Action::Open { url: draft.fill_some(component, button.url.as_ref()).unwrap_or_default() }
        }
        Some("phone_number") => Action::Dial { number: button.phone_number.clone().unwrap_or_default() },
        other => Action::Other { sub_type: other.unwrap_or_default().to_owned() },
    };
    Button { label: draft.fill_some(component, button.content.as_ref()).unwrap_or_default(), action }
}

/// A picture, video or file, by its address. It is never fetched.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewMedia)]
pub struct Media {
    /// What it is, as far as the configuration or the address tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MediaKind>,
    /// Where it is.
    pub address: Text,
}

impl Media {
    /// Of the kind that the file extension tells.
    pub(crate) fn at(address: Text) -> Self {
        Self { kind: MediaKind::of_address(&address.text), address }
    }
}

/// What a medium is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A file to open.
    Document,
}

impl MediaKind {
    /// By the file extension of an address.
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

    /// By the `sub_type` of a WhatsApp header.
    pub(crate) fn of_sub_type(sub_type: &str) -> Option<Self> {
        [("image", MediaKind::Image), ("video", MediaKind::Video), ("document", MediaKind::Document)]
            .into_iter()
            .find_map(|(name, kind)| sub_type.eq_ignore_ascii_case(name).then_some(kind))
    }

    /// The word for people.
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
    fn the_extension_tells_the_kind() {
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
