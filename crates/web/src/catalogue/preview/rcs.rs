//! RCS: a text with chips, files, or a rich card, upright or lying.

use maud::{Markup, html};
use outbound_render::{Button, MediaPlace, Orientation, RcsCard, RcsContent, RcsPreview};

use super::Pen;
use super::parts::{SHOWN, and_more, item, sender_bar, text};

impl Pen<'_> {
    pub(super) fn rcs(&mut self, preview: &RcsPreview, sender: Option<&str>) -> Markup {
        html! {
            (sender_bar(sender, "Business", true))
            div class="conversation" {
                @match &preview.content {
                    RcsContent::Text { text: body } => div class="bubble" {
                        @if body.text.is_empty() { p class="empty" { "no text" } }
                        @else { div class="text" dir="auto" { (text(body)) } }
                    },
                    RcsContent::Media { files } => @for file in files.iter().take(SHOWN) {
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
            (Orientation::Horizontal, Some("column right")) => "card lying mirrored",
            (Orientation::Horizontal, _) => "card lying",
        };
        html! {
            div class=(class) {
                @if let (Some(media), Some(place)) = (&card.media, place) { (self.media(&media.media, place)) }
                div class="card-text" {
                    @if let Some(title) = &card.title { p class="card-title" dir="auto" { (text(title)) } }
                    @if let Some(description) = &card.description { div class="text" dir="auto" { (text(description)) } }
                    @if !card.suggestions.is_empty() {
                        ul class="suggestions" aria-label="Suggestions in the card" {
                            @for button in &card.suggestions { (item("", button)) }
                        }
                    }
                }
            }
        }
    }
}

/// The class that sizes the medium of a card.
fn place(place: MediaPlace) -> &'static str {
    match place {
        MediaPlace::Top { height_dp: 112 } => "short",
        MediaPlace::Top { height_dp: 264 } => "tall",
        MediaPlace::Top { .. } => "medium",
        MediaPlace::Left { .. } => "column",
        MediaPlace::Right { .. } => "column right",
    }
}

/// Suggestions that scroll sideways, so the keyboard must reach them.
fn chips(chips: &[Button]) -> Markup {
    html! {
        @if !chips.is_empty() {
            ul class="chips" aria-label="Suggestions" tabindex="0" {
                @for button in chips.iter().take(SHOWN) { (item("", button)) }
                (and_more(chips.len()))
            }
        }
    }
}
