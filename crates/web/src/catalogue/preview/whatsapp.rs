//! WhatsApp: a message with header, body and footer, and buttons below it, collapsed into a list if there are many.

use maud::{Markup, html};
use outbound_render::{Header, WhatsAppPreview};

use super::PreviewRenderer;
use super::elements::{MAX_BUTTONS, and_more, button, item, message_text, sender_bar};
use super::spans::Spans;
use crate::icons::{Icon, icon};
use crate::text;

impl PreviewRenderer<'_> {
    pub(super) fn whatsapp(&mut self, preview: &WhatsAppPreview, sender: Option<&str>) -> Markup {
        let (shown, hidden) = preview.buttons.split_at(preview.buttons_shown.min(preview.buttons.len()));
        html! {
            (sender_bar(sender, &text::business(), true))
            div class="conversation" {
                div class="bubble" {
                    @match &preview.header {
                        Some(Header::Text(header)) => p class="bubble-title" dir="auto" { (message_text(header)) },
                        Some(Header::Media(media)) => (self.media(media, "wide")),
                        None => {}
                    }
                    (body(preview))
                    @if let Some(footer) = &preview.footer { p class="footer" dir="auto" { (footer) } }
                    span class="time" aria-hidden="true" { "9:41" }
                    @if !preview.buttons.is_empty() {
                        ul class="bubble-buttons" aria-label=(text::buttons()) {
                            @for button in shown { (item("", button)) }
                            @if !hidden.is_empty() {
                                li {
                                    details {
                                        summary { (icon(Icon::List)) (text::see_all_options()) }
                                        ul aria-label=(text::all_options()) {
                                            @for one in preview.buttons.iter().take(MAX_BUTTONS) { li { (button(one)) } }
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
                (Spans::new(body).styled(&preview.body_runs).cut(preview.read_more_at, text::read_more()).draw())
            }
        } @else {
            p class="empty" { (text::no_text()) }
        }
    }
}
