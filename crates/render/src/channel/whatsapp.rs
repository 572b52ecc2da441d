//! WhatsApp: a bubble with header, body and footer, and buttons under it (channel-rules §7).

use outbound_model::{WaComponent, WaHeader, WhatsApp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::draft::{Draft, first};
use crate::formatting::{Run, runs};
use crate::parts::buttons;
use crate::{Button, Component, Media, MediaKind, Text};

/// Up to this many buttons show under the bubble; of more, [`SHOWN_BEFORE_LIST`] and a list.
const MOST_SHOWN: usize = 3;
const SHOWN_BEFORE_LIST: usize = 2;
/// Lines of a marketing body before "read more".
const LINES_BEFORE_CUT: usize = 5;

/// A WhatsApp template message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct WhatsAppPreview {
    /// Above the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text, with its formatting marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The body without its marks, cut where the style changes.
    pub body_runs: Vec<Run>,
    /// The byte of the body where "read more" cuts a marketing template that has more lines than
    /// fit; earlier if long lines wrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_more_at: Option<usize>,
    /// The small print, which takes no values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// All buttons, in order.
    pub buttons: Vec<Button>,
    /// How many of them show under the bubble; the others open in a list.
    pub buttons_shown: usize,
}

/// What stands above the body.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewHeader)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// A line of text.
    Text(Text),
    /// A picture, video or document.
    Media(Media),
}

pub(super) fn render(draft: &mut Draft<'_>, wa: &WhatsApp) -> WhatsAppPreview {
    let (mut header, mut body, mut footer, mut configured) = (None, None, None, Vec::new());
    draft.sort_out(&wa.message_components, |component| match component {
        WaComponent::Header(part) => first(&mut header, part),
        WaComponent::Body(part) => first(&mut body, part),
        WaComponent::Footer(part) => first(&mut footer, part),
        WaComponent::Button(part) => {
            configured.push(part);
            true
        }
        WaComponent::Unknown(_) => false,
    });
    let header = header.map(|header| render_header(draft, header));
    let body = body.and_then(|body| draft.fill_some(Component::Body, body.content.as_ref()));
    let text = body.as_ref().map_or("", |body| &body.text);
    let buttons = buttons(draft, &configured);
    WhatsAppPreview {
        header,
        body_runs: runs(text),
        read_more_at: text.match_indices('\n').nth(LINES_BEFORE_CUT - 1).map(|(at, _)| at),
        body,
        footer: footer.and_then(|footer| footer.content.clone()),
        buttons_shown: if buttons.len() > MOST_SHOWN { SHOWN_BEFORE_LIST } else { buttons.len() },
        buttons,
    }
}

fn render_header(draft: &mut Draft<'_>, header: &WaHeader) -> Header {
    let content = draft.fill_some(Component::Header, header.content.as_ref()).unwrap_or_default();
    match header.sub_type.as_deref() {
        Some(text) if text.eq_ignore_ascii_case("text") => Header::Text(content),
        sub_type => {
            Header::Media(Media { kind: sub_type.and_then(MediaKind::of_sub_type), address: content })
        }
    }
}
