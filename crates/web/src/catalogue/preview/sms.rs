//! SMS: one bubble, with marks where each further segment begins.

use maud::{Markup, html};
use outbound_render::SmsPreview;

use super::parts::sender_bar;
use super::spans::Spans;

/// More runs of characters without a replacement than a writer can have slipped into a Latin text.
const MAX_SLIPS: usize = 3;

/// Whether the message is written in characters that nothing can stand for.
pub(super) fn is_other_script(preview: &SmsPreview) -> bool {
    preview.costly.iter().filter(|one| one.replacement.is_none()).count() > MAX_SLIPS
}

pub(super) fn draw(preview: &SmsPreview, sender: Option<&str>) -> Markup {
    let segments = preview.cost.segments.iter().map(|segment| segment.range.clone());
    // Of a text in another script the facts below tell the number; marks on every word would tell nothing.
    let marked = preview.costly.iter().filter(|one| one.replacement.is_some() || !is_other_script(preview));
    let costly = marked.map(|one| (one.range.clone(), one.replacement.clone()));
    let text = Spans::new(&preview.message).small(preview.opt_out.as_ref()).segments(segments).costly(costly);
    html! {
        (sender_bar(sender, "Sender", false))
        div class="conversation" {
            div class="bubble" {
                @if preview.message.text.is_empty() { p class="empty" { "no text" } }
                @else { div class="text" dir="auto" { (text.draw()) } }
            }
        }
    }
}
