//! Apple Messages: a bubble, and below it a picker or a rich link.

use maud::{Markup, html};
use outbound_render::{ApplePreview, Interactive, Media, MediaKind, Text};
use url::Url;

use super::PreviewRenderer;
use super::elements::{message_text, sender_bar};
use super::spans::Spans;
use crate::text;

impl PreviewRenderer<'_> {
    pub(super) fn apple(&mut self, preview: &ApplePreview, sender: Option<&str>) -> Markup {
        html! {
            (sender_bar(sender, &text::business(), true))
            div class="conversation" {
                @if let Some(media) = &preview.media { div class="bubble file" { (self.media(media, "wide")) } }
                div class="bubble" {
                    @if preview.message.text.is_empty() { p class="empty" { (text::no_text()) } }
                    @else {
                        div class="text" dir="auto" {
                            (Spans::new(&preview.message).small(preview.opt_out.as_ref()).draw())
                        }
                    }
                }
                @match &preview.interactive {
                    Some(Interactive::QuickReply { items }) => (picker(items)),
                    Some(Interactive::RichLink { title, url, image }) => (self.rich_link(title, url, image.as_ref())),
                    None => {}
                }
            }
        }
    }

    fn rich_link(&mut self, title: &Text, url: &Text, image: Option<&Media>) -> Markup {
        let host = Url::parse(&url.text).ok().and_then(|url| url.host_str().map(str::to_owned));
        html! {
            div class="rich-link" {
                @match image {
                    Some(image) => (self.media(image, "wide")),
                    // The phone shows an empty area.
                    None => (self.media(&Media { kind: Some(MediaKind::Image), address: Text::default() }, "wide")),
                }
                p class="link-title" dir="auto" { (message_text(title)) }
                p class="link-host" dir="ltr" title=(url.text) {
                    @match host { Some(host) => (host), None => (message_text(url)) }
                }
            }
        }
    }
}

fn picker(items: &[Text]) -> Markup {
    html! {
        ul class="picker" aria-label=(text::quick_replies()) {
            @for item in items { li dir="auto" { (message_text(item)) } }
        }
    }
}
