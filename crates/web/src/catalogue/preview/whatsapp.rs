//! WhatsApp: a bubble with header, body and footer; buttons under it, of many a list.

use maud::{Markup, html};
use outbound_render::{Header, WhatsAppPreview};

use super::Pen;
use super::parts::{SHOWN, and_more, button, item, sender_bar, text};
use super::spans::Spans;
use crate::icons::{Icon, icon};

impl Pen<'_> {
    pub(super) fn whatsapp(&mut self, preview: &WhatsAppPreview, sender: Option<&str>) -> Markup {
        let (shown, hidden) = preview.buttons.split_at(preview.buttons_shown.min(preview.buttons.len()));
        html! {
            (sender_bar(sender, "Business", true))
            div class="conversation" {
                div class="bubble" {
                    @match &preview.header {
                        Some(Header::Text(header)) => p class="bubble-title" dir="auto" { (text(header)) },
                        Some(Header::Media(media)) => (self.media(media, "wide")),
                        None => {}
                    }
                    (body(preview))
                    @if let Some(footer) = &preview.footer { p class="footer" dir="auto" { (footer) } }
                    span class="time" aria-hidden="true" { "9:41" }
                    @if !preview.buttons.is_empty() {
                        ul class="bubble-buttons" aria-label="Buttons" {
                            @for button in shown { (item("", button)) }
                            @if !hidden.is_empty() {
                                li {
                                    details {
                                        summary { (icon(Icon::List)) "See all options" }
                                        ul aria-label="All options" {
                                            @for one in preview.buttons.iter().take(SHOWN) { li { (button(one)) } }
                                            (and_more(preview.buttons.len()))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn body(preview: &WhatsAppPreview) -> Markup {
    html! {
        @if let Some(body) = &preview.body {
            div class="text" dir="auto" {
                (Spans::new(body).styled(&preview.body_runs).cut(preview.read_more_at, "… Read more").draw())
            }
        } @else {
            p class="empty" { "no text" }
        }
    }
}
