//! `googlercs`: RCS for Business (RCS-01 to RCS-13). Rules depend on whether the components form plain text,
//! a file or a rich card.

mod buttons;
mod card;
mod message;

use outbound_model::{At, GoogleRcs, RcsComponent};

use crate::context::Context;
use crate::general::buttons::Placed;
use crate::general::{SENDER_LENGTH, language, phone, unknown_component};
use crate::rule::rules;
use crate::text;

rules! {
    /// RCS messages.
    RULES = Some(outbound_model::ChannelType::GoogleRcs), "2026-11-28";
    Error Always "RCS-01" EMPTY "rcs-empty" GOOGLE_SEND
        "An RCS message has text or media.";
    Error Always "RCS-01" BODY_TWICE "rcs-body-twice" GOOGLE_SEND
        "An RCS message has only one body.";
    Error Always "RCS-01" MEDIA_TWICE "rcs-media-twice" GOOGLE_SEND
        "An RCS message has only one media file.";
    Error Always "RCS-02" TEXT_LENGTH "rcs-text-length" GOOGLE_SEND
        "A text has at most 3072 characters.";
    Warning OnRequest "RCS-02" BASIC_LENGTH "rcs-basic-length" GOOGLE_SEND
        "A text of more than 160 bytes is not billed as a basic message.";
    Error Always "RCS-03" TITLE_LENGTH "rcs-title-length" LP_RCS
        "The title of a card has at most 200 characters.";
    Error Always "RCS-03" DESCRIPTION_LENGTH "rcs-description-length" LP_RCS
        "The text of a card has at most 2000 characters.";
    Warning Always "RCS-03" TITLE_CUT "rcs-title-cut" TWILIO_TITLE
        "Phones truncate a title after two lines, about 80 characters.";
    Error Always "RCS-04" CARD_BUTTONS "rcs-card-buttons" GOOGLE_SEND
        "A card has at most 10 buttons.";
    Warning Always "RCS-04" CARD_MANY_BUTTONS "rcs-card-many-buttons" GOOGLE_CARDS
        "A card should have at most 4 buttons; phones handle more of them differently.";
    Error Always "RCS-04" CHIPS "rcs-chips" GOOGLE_SEND
        "A text or file has at most 11 buttons.";
    Error Always "RCS-05" LABEL_LENGTH "rcs-label-length" GOOGLE_SEND
        "A button label has 1 to 25 characters.";
    Error Always "RCS-05" URL_LENGTH "rcs-url-length" GOOGLE_SEND
        "The URL of a button has at most 2048 characters.";
    Error Always "RCS-05" POSTBACK_LENGTH "rcs-postback-length" GOOGLE_MESSAGES
        "The reply data of a button (postbackData) has at most 2048 characters.";
    Error Always "RCS-05" FALLBACK_LENGTH "rcs-fallback-length" GOOGLE_MESSAGES
        "The fallback URL of a button (fallbackUrl) has at most 2048 characters.";
    Error Always "RCS-06" HEIGHT "rcs-height" GOOGLE_CARDS
        "The height of media is short, medium or tall.";
    Warning Always "RCS-06" HEIGHT_ABSENT "rcs-height-absent" LP_RCS
        "If media have no height, some phones use medium and some short.";
    Warning Always "RCS-06" HEIGHT_IGNORED "rcs-height-ignored" GOOGLE_CARDS
        "The height of media is ignored in a horizontal card.";
    Error Always "RCS-07" ORIENTATION "rcs-orientation" GOOGLE_CARDS
        "A card is VERTICAL or HORIZONTAL.";
    Warning Always "RCS-07" ORIENTATION_ABSENT "rcs-orientation-absent" AWS_RCS
        "A card without an orientation is either vertical or rejected.";
    Error Always "RCS-07" ALIGNMENT "rcs-alignment" GOOGLE_CARDS
        "The image of a card is on the left or right.";
    Warning Always "RCS-07" ALIGNMENT_IGNORED "rcs-alignment-ignored" GOOGLE_CARDS
        "The alignment of the image is ignored in a vertical card.";
    Warning Always "RCS-07" ALIGNMENT_ABSENT "rcs-alignment-absent" GOOGLE_CARDS
        "A horizontal card defines the alignment of its image.";
    Warning Always "RCS-07" HORIZONTAL_WITHOUT_MEDIA "rcs-horizontal-without-media" GOOGLE_CARDS
        "A horizontal card without media looks like a vertical one.";
    Error Always "RCS-10" MEDIA_EXTENSION "rcs-media-extension" GOOGLE_CARDS
        "The media of a card is an image or video in a format that RCS supports.";
    Warning Always "RCS-10" MEDIA_PDF "rcs-media-pdf" GOOGLE_CARDS
        "Cards show pdf files only in India, in Google Messages.";
    Error Always "RCS-11" DIALLED "rcs-dialled" GOOGLE_SEND
        "A dialled code such as *100# contains only digits, +, * and #.";
    Error Always "RCS-12" ACCOUNT_MISSING "rcs-account-missing" LP_RCS
        "An RCS message contains the service account that sends it.";
    Warning Always "RCS-12" ACCOUNT_FORM "rcs-account-form" CONVENTION
        "A service account consists of 1 to 64 letters, digits, _, . and -.";
    Warning Always "RCS-13" TRAFFIC_TYPE "rcs-traffic-type" GOOGLE_MESSAGES
        "The messageTrafficType of a message is one that Google defines.";
    Warning Always "RCS-13" TWO_EXPIRIES "rcs-two-expiries" GOOGLE_MESSAGES
        "A message has a ttl or an expireTime, but not both.";
}

/// The provider of fields that an import kept.
const GOOGLE: &str = "rbm";

/// The type of message that the components form.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Shape {
    Text,
    File,
    Card,
}

/// Checks the RCS configuration at `at`.
pub(crate) fn check(channel: &GoogleRcs, at: &At<'_>, ctx: &mut Context<'_>) {
    language::check(channel.language.as_deref(), at, ctx);
    account(channel, at, ctx);
    let list = at.key("messageComponents");
    let (mut bodies, mut media, mut placed) = (Vec::new(), Vec::new(), Vec::new());
    // A component of an unknown type may be the content: a carousel, an uploaded file.
    let mut has_unknown = false;
    for (index, component) in channel.message_components.iter().enumerate() {
        match component {
            RcsComponent::Body(body) => bodies.push((index, body)),
            RcsComponent::Media(file) => media.push((index, file)),
            RcsComponent::Button(button) => placed.push(Placed { component: index, button }),
            RcsComponent::Unknown(object) => {
                has_unknown = true;
                unknown_component(object, "An RCS message", &list.index(index), ctx);
            }
        }
    }
    if let Some((index, _)) = bodies.get(1) {
        ctx.add(BODY_TWICE.at(&list.index(*index)));
    }
    if let Some((index, _)) = media.get(1) {
        ctx.add(MEDIA_TWICE.at(&list.index(*index)));
    }
    if bodies.is_empty() && media.is_empty() && !has_unknown {
        ctx.add(EMPTY.at(&list));
    }
    let has_title = bodies.iter().any(|(_, body)| body.title.is_some());
    let shape = match (has_title, media.is_empty(), bodies.is_empty()) {
        (false, true, _) => Shape::Text,
        (false, false, true) => Shape::File,
        _ => Shape::Card,
    };
    for (index, body) in &bodies {
        card::text(body, shape, &list.index(*index), ctx);
    }
    let horizontal =
        channel.card_orientation.as_deref().is_some_and(|o| o.eq_ignore_ascii_case("horizontal"));
    card::orientation(channel, shape, media.is_empty(), at, ctx);
    for (index, file) in &media {
        card::media(file, shape, horizontal, &list.index(*index), ctx);
    }
    buttons::check(&mut placed, shape, &list, ctx);
    message::check(at, ctx);
}

fn account(channel: &GoogleRcs, at: &At<'_>, ctx: &mut Context<'_>) {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    match channel.service_account_name.as_deref() {
        None | Some("") => ctx.add(ACCOUNT_MISSING.at(at).lacks("serviceAccountName")),
        Some(name) if name.len() > 64 || !name.bytes().all(is_allowed) => {
            ctx.add(ACCOUNT_FORM.at(&at.key("serviceAccountName")));
        }
        Some(_) => {}
    }
    if let Some(sender) = &channel.outboundnumber {
        let at = at.key("outboundnumber");
        text::limit(ctx, &SENDER_LENGTH, &at, sender, 16, "The sender");
        // A sender without + is the name of a service account.
        if sender.starts_with('+') && phone::looks_numeric(sender) {
            phone::check(sender, true, &at, ctx);
        }
    }
}
