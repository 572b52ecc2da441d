//! Media by address: a labelled place, or the picture itself where the account permits its host.

use maud::{Markup, html};
use outbound_render::{Media, MediaKind};
use url::Url;

use super::Pen;
use super::parts::text;
use crate::icons::{Icon, icon};
use crate::layout::is_plain_host;

impl Pen<'_> {
    /// A medium in a place that the class sizes.
    pub(super) fn media(&mut self, media: &Media, class: &str) -> Markup {
        let word = media.kind.map_or("Media", name);
        let url = Url::parse(&media.address.text).ok().filter(|_| media.address.missing().next().is_none());
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        if media.kind == Some(MediaKind::Image)
            && let Some(url) = url.as_ref().filter(|url| self.permits(url))
        {
            self.used.insert(host.to_ascii_lowercase());
            return html! {
                img class={ "media " (class) } src=(url) alt={ (word) " from " (host) } loading="lazy" referrerpolicy="no-referrer";
            };
        }
        let empty = media.address.text.is_empty();
        html! {
            div class={ "media place " (class) } {
                (icon(symbol(media.kind)))
                span class="kind" { (word) }
                span class="origin" dir="ltr" title=(excerpt(&media.address.text)) {
                    @if empty { "no address" }
                    @else if host.is_empty() { (text(&media.address)) }
                    @else { (host) }
                }
            }
        }
    }

    /// Only https, as the policy says too.
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

fn name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "Image",
        MediaKind::Video => "Video",
        MediaKind::Audio => "Audio",
        MediaKind::Document => "Document",
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
