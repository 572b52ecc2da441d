//! Media by URL: a labelled area, or the image itself if the account permits its host.

use maud::{Markup, html};
use outbound_render::{Media, MediaKind};
use url::Url;

use super::PreviewRenderer;
use super::elements::message_text;
use crate::icons::{Icon, icon};
use crate::layout::is_plain_host;
use crate::text::{self, Text};

impl PreviewRenderer<'_> {
    /// Media in an area whose size depends on the class.
    pub(super) fn media(&mut self, media: &Media, class: &str) -> Markup {
        let kind = media.kind.map_or_else(text::media, name);
        let url = Url::parse(&media.address.text).ok().filter(|_| media.address.missing().next().is_none());
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        if media.kind == Some(MediaKind::Image)
            && let Some(url) = url.as_ref().filter(|url| self.permits(url))
        {
            self.used.insert(host.to_ascii_lowercase());
            return html! {
                img class={ "media " (class) } src=(url) alt=(text::media_from(host, kind)) loading="lazy"
                    referrerpolicy="no-referrer";
            };
        }
        let empty = media.address.text.is_empty();
        html! {
            div class={ "media place " (class) } {
                (icon(symbol(media.kind)))
                span class="kind" { (kind) }
                span class="origin" dir="ltr" title=(excerpt(&media.address.text)) {
                    @if empty { (text::no_url()) }
                    @else if host.is_empty() { (message_text(&media.address)) }
                    @else { (host) }
                }
            }
        }
    }

    /// Only https, like the Content-Security-Policy.
    fn permits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https"
            && url.port().is_none()
            && is_plain_host(host)
            && self.permitted.iter().any(|permitted| permitted.eq_ignore_ascii_case(host))
    }
}

fn excerpt(address: &str) -> String {
    address.chars().take(300).collect()
}

fn name(kind: MediaKind) -> Text {
    match kind {
        MediaKind::Image => text::image(),
        MediaKind::Video => text::video(),
        MediaKind::Audio => text::audio(),
        MediaKind::Document => text::document(),
    }
}

fn symbol(kind: Option<MediaKind>) -> Icon {
    match kind {
        Some(MediaKind::Image) | None => Icon::Image,
        Some(MediaKind::Video) => Icon::Video,
        Some(MediaKind::Audio) => Icon::Audio,
        Some(MediaKind::Document) => Icon::Document,
    }
}
