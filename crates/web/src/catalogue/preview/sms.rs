//! SMS: one message, with a mark at the beginning of each further segment.

use maud::{Markup, html};
use outbound_render::SmsPreview;

use super::elements::sender_bar;
use super::spans::Spans;
use crate::text;

/// Characters without a replacement that a Latin text may contain by mistake. With more, it is in another script.
const MAX_SLIPS: usize = 3;

/// Whether the message is in a script that GSM-7 cannot represent.
pub(super) fn is_other_script(preview: &SmsPreview) -> bool {
    preview.costly.iter().filter(|one| one.replacement.is_none()).count() > MAX_SLIPS
}

pub(super) fn draw(preview: &SmsPreview, sender: Option<&str>) -> Markup {
    let segments = preview.cost.segments.iter().map(|segment| segment.range.clone());
    // For other scripts, the facts below show the number of characters instead of a mark on every word.
    let marked = preview.costly.iter().filter(|one| one.replacement.is_some() || !is_other_script(preview));
    let costly = marked.map(|one| (one.range.clone(), one.replacement.clone()));
    let spans =
        Spans::new(&preview.message).small(preview.opt_out.as_ref()).segments(segments).costly(costly);
    html! {
        (sender_bar(sender, &text::sender(), false))
        div class="conversation" {
            div class="bubble" {
                @if preview.message.text.is_empty() { p class="empty" { (text::no_text()) } }
                @else { div class="text" dir="auto" { (spans.draw()) } }
            }
        }
    }
}
