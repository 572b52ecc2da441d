//! RCS: text with chips, files, or a vertical or horizontal rich card.

use maud::{Markup, html};
use outbound_render::{Button, MediaPlace, Orientation, RcsCard, RcsContent, RcsPreview};

use super::PreviewRenderer;
use super::elements::{MAX_BUTTONS, and_more, item, message_text, sender_bar};
use crate::text;

impl PreviewRenderer<'_> {
    pub(super) fn rcs(&mut self, preview: &RcsPreview, sender: Option<&str>) -> Markup {
        html! {
            (sender_bar(sender, &text::business(), true))
            div class="conversation" {
                @match &preview.content {
                    RcsContent::Text { text: body } => div class="bubble" {
                        @if body.text.is_empty() { p class="empty" { (text::no_text()) } }
                        @else { div class="text" dir="auto" { (message_text(body)) } }
                    },
                    RcsContent::Media { files } => @for file in files.iter().take(MAX_BUTTONS) {
                        div class="bubble file" { (self.media(file, "wide")) }
                    },
                    RcsContent::Card(card) => (self.card(card)),
                }
                (chips(&preview.chips))
            }
        }
    }

    fn card(&mut self, card: &RcsCard) -> Markup {
        let place = card.media.as_ref().map(|media| place(media.place));
        let class = match (card.orientation, place) {
            (Orientation::Vertical, _) => "card",
            (Orientation::Horizontal, Some("column right")) => "card horizontal mirrored",
            (Orientation::Horizontal, _) => "card horizontal",
        };
        html! {
            div class=(class) {
                @if let (Some(media), Some(place)) = (&card.media, place) { (self.media(&media.media, place)) }
                div class="card-text" {
                    @if let Some(title) = &card.title { p class="card-title" dir="auto" { (message_text(title)) } }
                    @if let Some(description) = &card.description { div class="text" dir="auto" { (message_text(description)) } }
                    @if !card.suggestions.is_empty() {
                        ul class="suggestions" aria-label=(text::card_suggestions()) {
                            @for button in &card.suggestions { (item("", button)) }
                        }
                    }
                }
            }
        }
    }
}

/// The class for the size of the media in a card.
fn place(place: MediaPlace) -> &'static str {
    match place {
        MediaPlace::Top { height_dp: 112 } => "short",
        MediaPlace::Top { height_dp: 264 } => "tall",
        MediaPlace::Top { .. } => "medium",
        MediaPlace::Left { .. } => "column",
        MediaPlace::Right { .. } => "column right",
    }
}

/// Suggestions in a horizontal scroll area, which needs keyboard focus.
fn chips(chips: &[Button]) -> Markup {
    html! {
        @if !chips.is_empty() {
            ul class="chips" aria-label=(text::suggestions()) tabindex="0" {
                @for button in chips.iter().take(MAX_BUTTONS) { (item("", button)) }
                (and_more(chips.len()))
            }
        }
    }
}
