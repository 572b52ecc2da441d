//! A handoff as its consumers' phones show it: HTML for what [`outbound_render`] works out.
//!
//! All channels stand side by side, each a labelled figure. Links lead nowhere, and no picture is
//! loaded unless the account permits its host; the server itself fetches nothing in any case.

mod apple;
mod inapp;
mod media;
mod notes;
mod parts;
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

/// Channels that are drawn; a handoff has one or two of each type at the most.
const SHOWN: usize = 20;

/// Previews, and what the page must be allowed to load for them.
#[derive(Debug)]
pub struct Previews {
    /// All figures side by side.
    pub markup: Markup,
    /// The figure of each channel that is drawn.
    pub figures: Vec<Markup>,
    /// The hosts of the pictures in it, for [`policy`](crate::layout::policy).
    pub media_hosts: BTreeSet<String>,
}

/// Draws every channel of a handoff. `permitted` are the hosts whose pictures may be loaded, the
/// account's `permittedMediaHosts`; other media are a labelled place.
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
    let mut pen = Pen { permitted, used: BTreeSet::new() };
    let beyond = rendered.channels.len().saturating_sub(SHOWN);
    let shown = rendered.channels.iter().take(SHOWN).enumerate();
    let figures: Vec<_> = shown.map(|(place, channel)| pen.figure(place, channel)).collect();
    let markup = html! {
        div class="previews" {
            @for figure in &figures { (figure) }
            @if rendered.channels.is_empty() { p class="hint" { "No channel yet: nothing to see." } }
            @if beyond > 0 { p class="hint" { "And " (beyond) " more channels." } }
        }
    };
    Previews { markup, figures, media_hosts: pen.used }
}

/// Draws, and remembers which hosts pictures come from.
struct Pen<'p> {
    permitted: &'p [String],
    used: BTreeSet<String>,
}

impl Pen<'_> {
    fn figure(&mut self, place: usize, channel: &ChannelPreview) -> Markup {
        let (class, symbol, name) = head(&channel.preview);
        let direction = if channel.right_to_left { "rtl" } else { "auto" };
        let caption = format!("preview-{place}");
        html! {
            figure class="preview" aria-labelledby=(caption) {
                figcaption id=(caption) {
                    (icon(symbol)) span class="channel" { (name) }
                    @if let Some(language) = &channel.language { span class="language" title=(language) { (language_name(language)) } }
                }
                div class={ "device " (class) } {
                    div class="status-bar" aria-hidden="true" { span { "9:41" } span class="battery" {} }
                    div class="screen" lang=[channel.language.as_deref()] dir=(direction) {
                        (self.screen(channel))
                    }
                }
                (notes::of(channel))
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
            Preview::Unknown { .. } => html! { p class="hint" { "This channel has no picture." } },
        }
    }
}

/// A channel's class, icon and name.
fn head(preview: &Preview) -> (&'static str, Icon, String) {
    let channel = match preview {
        Preview::WhatsApp(_) => ChannelType::WhatsApp,
        Preview::Sms(_) => ChannelType::SmsTwilio,
        Preview::Apple(_) => ChannelType::AppleTwilio,
        Preview::Rcs(_) => ChannelType::GoogleRcs,
        Preview::InApp(_) => ChannelType::InApp,
        Preview::Unknown { name } => return ("unknown", Icon::List, name.clone()),
    };
    (channel.as_str(), Icon::of_channel(channel), channel_name(channel).to_owned())
}
