//! Previews: the messages of a handoff as phones show them, rendered from the output of [`outbound_render`].
//!
//! Each channel is a labelled figure. Links are inactive. The browser loads an image only if the account permits its
//! host; the server never loads media.

mod apple;
mod elements;
mod facts;
mod inapp;
mod media;
mod rcs;
mod sms;
mod spans;
mod whatsapp;

use std::collections::BTreeSet;

use maud::{Markup, html};
use outbound_model::ChannelType;
use outbound_render::{ChannelPreview, Preview, Rendered};

use crate::catalogue::languages::language_name;
use crate::icons::{Icon, channel_name, icon};
use crate::text::{self, Text};

/// Channels that are drawn. Handoffs rarely have more than one of each type.
const MAX_CHANNELS: usize = 20;

/// Previews, and the hosts that the page must be allowed to load images from.
#[derive(Debug)]
pub struct Previews {
    /// All figures.
    pub markup: Markup,
    /// The figures by channel.
    pub figures: Vec<Markup>,
    /// The hosts of the images in it, for [`policy`](crate::layout::policy).
    pub media_hosts: BTreeSet<String>,
}

/// Draws every channel of a handoff. Images from `permitted` hosts (the account's `permittedMediaHosts`) are loaded;
/// other media are shown as a labelled area.
///
/// ```
/// use outbound_model::{Handoff, from_json_str};
///
/// let handoffs: Vec<Handoff> = from_json_str(outbound_model::examples::HANDOFFS)?;
/// let rendered = outbound_render::render(&handoffs[0], &Default::default());
/// let previews = outbound_web::catalogue::preview::draw(&rendered, &[]);
/// assert!(previews.markup.into_string().contains("To stop receiving messages, reply STOP."));
/// # Ok::<(), outbound_model::ReadError>(())
/// ```
pub fn draw(rendered: &Rendered, permitted: &[String]) -> Previews {
    let mut pen = PreviewRenderer { permitted, used: BTreeSet::new() };
    let beyond = rendered.channels.len().saturating_sub(MAX_CHANNELS);
    let shown = rendered.channels.iter().take(MAX_CHANNELS).enumerate();
    let figures: Vec<_> = shown.map(|(place, channel)| pen.figure(place, channel)).collect();
    let markup = html! {
        div class="previews" {
            @for figure in &figures { (figure) }
            @if rendered.channels.is_empty() { p class="hint" { (text::no_channels_to_preview()) } }
            @if beyond > 0 { p class="hint" { (text::more_not_shown(beyond)) } }
        }
    };
    Previews { markup, figures, media_hosts: pen.used }
}

/// Draws previews and collects the hosts of their images.
struct PreviewRenderer<'p> {
    permitted: &'p [String],
    used: BTreeSet<String>,
}

impl PreviewRenderer<'_> {
    fn figure(&mut self, place: usize, channel: &ChannelPreview) -> Markup {
        let (class, symbol, name) = head(&channel.preview);
        let direction = if channel.right_to_left { "rtl" } else { "auto" };
        let caption = format!("preview-{place}");
        html! {
            figure class="preview" aria-labelledby=(caption) {
                figcaption id=(caption) {
                    (icon(symbol)) span class="channel" { (name) }
                    @if let Some(language) = &channel.language {
                        span class="language" title=(language) { (language_name(language)) }
                    }
                }
                div class={ "device " (class) } {
                    div class="status-bar" aria-hidden="true" { span { "9:41" } span class="battery" {} }
                    div class="screen" lang=[channel.language.as_deref()] dir=(direction) {
                        (self.screen(channel))
                    }
                }
                (facts::facts(channel))
            }
        }
    }

    fn screen(&mut self, channel: &ChannelPreview) -> Markup {
        let sender = channel.sender.as_deref();
        match &channel.preview {
            Preview::WhatsApp(preview) => self.whatsapp(preview, sender),
            Preview::Sms(preview) => sms::draw(preview, sender),
            Preview::Apple(preview) => self.apple(preview, sender),
            Preview::Rcs(preview) => self.rcs(preview, sender),
            Preview::InApp(preview) => self.in_app(preview),
            Preview::Unknown { .. } => html! { p class="hint" { (text::no_preview()) } },
        }
    }
}

/// The class, icon and name of a channel.
fn head(preview: &Preview) -> (&'static str, Icon, Text) {
    let channel = match preview {
        Preview::WhatsApp(_) => ChannelType::WhatsApp,
        Preview::Sms(_) => ChannelType::SmsTwilio,
        Preview::Apple(_) => ChannelType::AppleTwilio,
        Preview::Rcs(_) => ChannelType::GoogleRcs,
        Preview::InApp(_) => ChannelType::InApp,
        Preview::Unknown { name } => return ("unknown", Icon::List, name.clone().into()),
    };
    (channel.as_str(), Icon::of_channel(channel), channel_name(channel))
}
