//! The facts below a preview: the segments of an SMS, missing sample values, components that are not shown, and where
//! devices cut the text.

use maud::{Markup, html};
use outbound_render::sms::{Encoding, Segmentation};
use outbound_render::{
    ApplePreview, BodyCuts, Button, ChannelPreview, Image, InAppPreview, Preview, SmsPreview,
};

use super::elements::message_text;
use super::sms::is_other_script;
use crate::text::{self, Text, rich};

/// Segments, placeholders and characters that are listed one by one.
const MAX_LISTED: usize = 8;

/// The facts about the preview of a channel.
pub(super) fn facts(channel: &ChannelPreview) -> Markup {
    html! {
        div class="facts" {
            @match &channel.preview {
                Preview::Sms(preview) => (sms(preview)),
                Preview::Apple(preview) => (apple(preview)),
                Preview::InApp(preview) => (in_app(preview)),
                Preview::WhatsApp(preview) if preview.read_more_at.is_some() => p { (text::whatsapp_read_more()) },
                _ => {}
            }
            @if !channel.missing.is_empty() { p { (text::missing_samples()) " " (missing(channel)) } }
            @if !channel.left_out.is_empty() { p { (text::components_not_shown(channel.left_out.len())) } }
        }
    }
}

fn missing(channel: &ChannelPreview) -> Markup {
    html! {
        @for key in channel.missing.iter().take(MAX_LISTED) { span class="chip" { (key) } " " }
        (and_more(channel.missing.len()))
    }
}

fn sms(preview: &SmsPreview) -> Markup {
    let is_open = preview.message.missing().next().is_some();
    html! {
        (cost(&preview.cost, is_open))
        @if is_other_script(preview) {
            @let count: usize = preview.costly.iter().map(|one| one.character.chars().count()).sum();
            p { (text::other_script(count)) }
        } @else if !preview.costly.is_empty() {
            @let characters = costly_characters(preview);
            p {
                (text::characters_not_in_gsm7()) " "
                @for (character, replacement) in characters.iter().take(MAX_LISTED) {
                    span class="costly" { bdi { (character) } }
                    @match replacement {
                        Some("") => { " (" (text::remove_character()) ") " }
                        Some(replacement) => { " (" (text::replace_character(*replacement)) ") " }
                        None => " ",
                    }
                }
                (and_more(characters.len()))
            }
        }
    }
}

/// The characters that are not in GSM-7, without duplicates.
fn costly_characters(preview: &SmsPreview) -> Vec<(&str, Option<&str>)> {
    let mut all: Vec<_> =
        preview.costly.iter().map(|one| (one.character.as_str(), one.replacement.as_deref())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Encoding, and the length of each segment.
fn cost(cost: &Segmentation, is_open: bool) -> Markup {
    let count = cost.segments.len();
    let max = if count == 1 { cost.encoding.single() } else { cost.encoding.part() };
    html! {
        p class="cost" {
            strong {
                @if is_open { (text::at_least_segments(count)) } @else { (text::segment_count(count)) }
            }
            " · " (cost.encoding) " · " (units(cost))
        }
        ol class="segments" aria-label=(text::segments()) {
            @for (place, segment) in cost.segments.iter().take(MAX_LISTED).enumerate() {
                li {
                    span { (place + 1) }
                    meter min="0" max=(max) value=(segment.units) aria-label=(text::segment_number(place + 1)) {}
                    span { (text::segment_usage(max, segment.units)) }
                }
            }
            @if count > MAX_LISTED { li class="more" { (text::and_more(count - MAX_LISTED)) } }
        }
    }
}

fn units(cost: &Segmentation) -> Text {
    match cost.encoding {
        Encoding::Gsm7 => text::septets(cost.units),
        Encoding::Ucs2 => text::code_units(cost.units),
    }
}

fn apple(preview: &ApplePreview) -> Markup {
    html! {
        @if let Some(as_sms) = &preview.as_sms {
            p { (text::apple_as_sms()) }
            (cost(as_sms, preview.message.missing().next().is_some()))
        }
        @if !preview.unsupported.is_empty() {
            p { (text::apple_unsupported_buttons()) " " (labels(&preview.unsupported)) }
        }
    }
}

fn labels(buttons: &[Button]) -> Markup {
    html! {
        @for (place, button) in buttons.iter().take(MAX_LISTED).enumerate() {
            @if place > 0 { ", " } bdi { (message_text(&button.label)) }
        }
        " " (and_more(buttons.len()))
    }
}

fn and_more(count: usize) -> Markup {
    html! { @if count > MAX_LISTED { (text::and_more(count - MAX_LISTED)) } }
}

fn in_app(preview: &InAppPreview) -> Markup {
    let BodyCuts { ios_lock_screen, ios_banner, android_collapsed, android_expanded } =
        preview.notification.body_cuts;
    let cuts: Vec<Text> = [
        (ios_lock_screen, text::ios_lock_screen()),
        (ios_banner, text::ios_banner()),
        (android_collapsed, text::android_collapsed()),
        (android_expanded, text::android_expanded()),
    ]
    .into_iter()
    .filter_map(|(cut, device)| cut.map(|_| device))
    .collect();
    let destination = preview.image.as_ref().and_then(|Image { destination, .. }| destination.as_ref());
    html! {
        @if preview.notification.title_cut.is_some() { p { (text::notification_title_cut()) } }
        @if !cuts.is_empty() { p { (text::notification_cut(cuts.join(", "))) } }
        @if preview.apps.len() > 1 { p { (text::app_count(preview.apps.len())) } }
        @if let Some(destination) = destination {
            p class="destination" {
                (rich(|[url]| text::image_opens(url), &[html! { span dir="ltr" { (message_text(destination)) } }]))
            }
        }
    }
}
