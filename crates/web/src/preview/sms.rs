//! SMS: one bubble, with marks where each further segment begins.

use maud::{Markup, html};
use outbound_render::SmsPreview;

use super::parts::sender_bar;
use super::spans::Spans;

pub(super) fn draw(preview: &SmsPreview, sender: Option<&str>) -> Markup {
    let segments = preview.cost.segments.iter().map(|segment| segment.range.clone());
    let costly = preview.costly.iter().map(|one| (one.range.clone(), one.replacement.clone()));
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
