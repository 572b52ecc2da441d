//! WhatsApp: a bubble with header, body and footer, and buttons below it (channel-rules §7).

use outbound_model::{WaComponent, WaHeader, WhatsApp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::formatting::{Run, runs};
use crate::parts::buttons;
use crate::state::{RenderState, first};
use crate::{Button, Component, Media, MediaKind, Text};

/// Maximum number of buttons below the bubble. If there are more, [`BUTTONS_BESIDE_LIST`] buttons and a list
/// are shown.
const MAX_BUTTONS_SHOWN: usize = 3;
const BUTTONS_BESIDE_LIST: usize = 2;
/// Lines of a marketing body before "read more".
const LINES_BEFORE_READ_MORE: usize = 5;

/// A WhatsApp template message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct WhatsAppPreview {
    /// The header above the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text, including its formatting marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The body without formatting marks, split where the style changes.
    pub body_runs: Vec<Run>,
    /// The byte offset in the body at which "read more" truncates a marketing template that has too many
    /// lines. Devices may truncate earlier if long lines wrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_more_at: Option<usize>,
    /// The footer. It has no placeholders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// All buttons, in order.
    pub buttons: Vec<Button>,
    /// Number of buttons shown below the bubble. The others open in a list.
    pub buttons_shown: usize,
}

/// The header above the body.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewHeader)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// A line of text.
    Text(Text),
    /// An image, video or document.
    Media(Media),
}

pub(super) fn render(state: &mut RenderState<'_>, wa: &WhatsApp) -> WhatsAppPreview {
    let (mut header, mut body, mut footer, mut configured) = (None, None, None, Vec::new());
    state.visit(&wa.message_components, |component| match component {
        WaComponent::Header(part) => first(&mut header, part),
        WaComponent::Body(part) => first(&mut body, part),
        WaComponent::Footer(part) => first(&mut footer, part),
        WaComponent::Button(part) => {
            configured.push(part);
            true
        }
        WaComponent::Unknown(_) => false,
    });
    let header = header.map(|header| render_header(state, header));
    let body = body.and_then(|body| state.fill_some(Component::Body, body.content.as_ref()));
    let text = body.as_ref().map_or("", |body| &body.text);
    let buttons = buttons(state, &configured);
    WhatsAppPreview {
        header,
        body_runs: runs(text),
        read_more_at: text.match_indices('\n').nth(LINES_BEFORE_READ_MORE - 1).map(|(at, _)| at),
        body,
        footer: footer.and_then(|footer| footer.content.clone()),
        buttons_shown: if buttons.len() > MAX_BUTTONS_SHOWN { BUTTONS_BESIDE_LIST } else { buttons.len() },
        buttons,
    }
}

fn render_header(state: &mut RenderState<'_>, header: &WaHeader) -> Header {
    let content = state.fill_some(Component::Header, header.content.as_ref()).unwrap_or_default();
    match header.sub_type.as_deref() {
        Some(text) if text.eq_ignore_ascii_case("text") => Header::Text(content),
        sub_type => {
            Header::Media(Media { kind: sub_type.and_then(MediaKind::of_sub_type), address: content })
        }
    }
}
