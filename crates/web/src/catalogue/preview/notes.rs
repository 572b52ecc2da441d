//! What the picture of a phone cannot show: the cost of an SMS, values that are missing, parts that
//! are left out, and where devices cut.

use maud::{Markup, html};
use outbound_model::plural;
use outbound_render::sms::{Encoding, Segmentation};
use outbound_render::{
    ApplePreview, BodyCuts, Button, ChannelPreview, Image, InAppPreview, Preview, SmsPreview,
};

use super::parts::text;
use super::sms::is_other_script;

/// Segments and keys that are listed one by one.
const LISTED: usize = 8;

/// What there is to say about a channel's preview.
pub(super) fn of(channel: &ChannelPreview) -> Markup {
    html! {
        div class="facts" {
            @match &channel.preview {
                Preview::Sms(preview) => (sms(preview)),
                Preview::Apple(preview) => (apple(preview)),
                Preview::InApp(preview) => (in_app(preview)),
                Preview::WhatsApp(preview) if preview.read_more_at.is_some() => {
                    p { "Of a marketing message the first five lines show; a tap on “Read more” shows the rest." }
                }
                _ => {}
            }
            @if !channel.missing.is_empty() {
                p {
                    "No sample for "
                    @for key in channel.missing.iter().take(LISTED) { span class="chip" { (key) } " " }
                    @if channel.missing.len() > LISTED { "and " (channel.missing.len() - LISTED) " more" }
                }
            }
            @if !channel.left_out.is_empty() {
                p {
                    @match channel.left_out.len() {
                        1 => "1 component is not shown: of an unknown type, or one too many.",
                        many => { (many) " components are not shown: of unknown types, or too many of their kind." }
                    }
                }
            }
        }
    }
}

fn sms(preview: &SmsPreview) -> Markup {
    let is_open = preview.message.missing().next().is_some();
    html! {
        (cost(&preview.cost, is_open))
        @if is_other_script(preview) {
            @let count: usize = preview.costly.iter().map(|one| one.character.chars().count()).sum();
            p { (count) " characters are not in GSM-7: a segment holds 70 characters instead of 160." }
        } @else if !preview.costly.is_empty() {
            p {
                @let different: Vec<_> = different(preview);
                "Not in GSM-7: "
                @for (character, instead) in different.iter().take(LISTED) {
                    span class="costly" { bdi { (character) } }
                    @match instead { Some("") => " (leave it out) ", Some(other) => { " (write " (other) ") " }, None => " " }
                }
                @if different.len() > LISTED { "and " (different.len() - LISTED) " more" }
            }
        }
    }
}

/// Each costly character once.
fn different(preview: &SmsPreview) -> Vec<(&str, Option<&str>)> {
    let mut all: Vec<_> =
        preview.costly.iter().map(|one| (one.character.as_str(), one.replacement.as_deref())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Encoding, segments, and how full each is.
fn cost(cost: &Segmentation, is_open: bool) -> Markup {
    let count = cost.segments.len();
    let most = if count == 1 { cost.encoding.single() } else { cost.encoding.part() };
    html! {
        p class="cost" {
            strong { @if is_open { "at least " } (plural(count as u64, "segment", "segments")) }
            " · " (cost.encoding) " · " (cost.units) " " (units(cost.encoding))
        }
        ol class="segments" aria-label="Segments" {
            @for (place, segment) in cost.segments.iter().take(LISTED).enumerate() {
                li {
                    span { (place + 1) }
                    meter min="0" max=(most) value=(segment.units) aria-label={ "Segment " (place + 1) } {}
                    span { (segment.units) " of " (most) }
                }
            }
            @if count > LISTED { li class="more" { "and " (count - LISTED) " more" } }
        }
    }
}

fn units(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Gsm7 => "septets",
        Encoding::Ucs2 => "code units",
    }
}

fn apple(preview: &ApplePreview) -> Markup {
    html! {
        @if let Some(as_sms) = &preview.as_sms {
            p { "Sent as an SMS it costs:" }
            (cost(as_sms, preview.message.missing().next().is_some()))
        }
        @if !preview.unsupported.is_empty() {
            p { "Apple has no form for these buttons: " (labels(&preview.unsupported)) }
        }
    }
}

fn labels(buttons: &[Button]) -> Markup {
    html! {
        @for (place, button) in buttons.iter().take(LISTED).enumerate() {
            @if place > 0 { ", " } bdi { (text(&button.label)) }
        }
        @if buttons.len() > LISTED { " and " (buttons.len() - LISTED) " more" }
    }
}

fn in_app(preview: &InAppPreview) -> Markup {
    let BodyCuts { ios_lock_screen, ios_banner, android_collapsed, android_expanded } =
        preview.notification.body_cuts;
    let cuts: Vec<&str> = [
        (ios_lock_screen, "the lock screen of iOS"),
        (ios_banner, "a banner of iOS"),
        (android_collapsed, "Android, collapsed"),
        (android_expanded, "Android, expanded"),
    ]
    .into_iter()
    .filter_map(|(cut, device)| cut.map(|_| device))
    .collect();
    let destination = preview.image.as_ref().and_then(|Image { destination, .. }| destination.as_ref());
    html! {
        @if preview.notification.title_cut.is_some() { p { "The title is cut after about 50 characters." } }
        @if !cuts.is_empty() { p { "The notification is cut on " (cuts.join("; ")) "." } }
        @if preview.apps.len() > 1 { p { "Sent to " (preview.apps.len()) " apps." } }
        @if let Some(destination) = destination {
            p class="destination" { "The picture opens " span dir="ltr" { (text(destination)) } }
        }
    }
}
