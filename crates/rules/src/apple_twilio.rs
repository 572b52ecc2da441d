//! `apple-twilio`: Apple Messages for Business (APL-01 to APL-06). LivePerson does not document the channel's
//! limits, so the rules are those of Apple and its vendors.

use outbound_model::{AppleComponent, AppleTwilio, At, Media, SmsBody};

use crate::context::Context;
use crate::general::buttons::{self, Kind, Placed};
use crate::general::text_fields::{self, TextFields};
use crate::general::web::{self, Purpose};
use crate::general::{SENDER_LENGTH, URL_NOT_ABSOLUTE, language, phone, unknown_component};
use crate::rule::rules;
use crate::text;

rules! {
    /// Apple messages.
    RULES = Some(outbound_model::ChannelType::AppleTwilio), "2026-11-28";
    Error Always "APL-01" BODY_MISSING "apple-body-missing" APPLE_MESSAGES
        "An Apple message has a body with text.";
    Warning Always "APL-01" LONG "apple-long" APPLE_MESSAGES
        "A text should have at most 3000 characters; the limits of vendors differ.";
    Error Always "APL-01" TOO_LONG "apple-too-long" APPLE_MESSAGES
        "A text has at most 10000 characters.";
    Warning Always "APL-02" SENDER_IS_PHONE "apple-sender-phone" APPLE_MESSAGES
        "The sender of Apple messages is a business id, and the consumer must have written first.";
    Warning Always "APL-03" FORMATTING "apple-formatting" APPLE_MESSAGES
        "Apple shows formatting marks as plain text.";
    Warning Always "APL-03" BEYOND_BMP "apple-beyond-bmp" APPLE_MESSAGES
        "Emoji and other rare characters in labels may not be shown.";
    Warning Always "APL-03" LINK_AT_EDGE "apple-link-at-edge" APPLE_MESSAGES
        "A URL at the beginning or end of the text is shown in a separate bubble.";
    Error Always "APL-04" QUICK_REPLIES "apple-quick-replies" APPLE_MESSAGES
        "A question has 2 to 5 quick replies.";
    Error Always "APL-04" LABEL_MISSING "apple-label-missing" APPLE_MESSAGES
        "Every reply has a label.";
    Warning Always "APL-04" LABEL_LENGTH "apple-label-length" APPLE_MESSAGES
        "According to one vendor, Apple rejects labels of more than 200 characters from 21 August 2026.";
    Error Always "APL-04" PHONE_BUTTON "apple-phone-button" APPLE_MESSAGES
        "Apple messages have no phone number buttons.";
    Warning Always "APL-05" PICTURE_KIND "apple-picture-kind" APPLE_MESSAGES
        "Images of buttons should be png files; vendors differ about other formats.";
    Error Always "APL-06" LINK_TITLE "apple-link-title" APPLE_MESSAGES
        "A link button has a title.";
    Error Always "APL-06" LINK_ADDRESS "apple-link-address" APPLE_MESSAGES
        "A link uses https and has at most 2048 characters.";
    Warning Always "APL-06" LINK_PICTURE "apple-link-picture" APPLE_MESSAGES
        "A link should have an image.";
    Warning Always "APL-06" LINK_AMONG_OTHERS "apple-link-among-others" APPLE_MESSAGES
        "A link is the only button: Apple shows either quick replies or one link.";
}

/// Checks the Apple configuration at `at`.
pub(crate) fn check(channel: &AppleTwilio, at: &At<'_>, ctx: &mut Context<'_>) {
    language::check(channel.language.as_deref(), at, ctx);
    if let Some(sender) = &channel.outboundnumber {
        let at = at.key("outboundnumber");
        if !is_business_id(sender) {
            text::limit(ctx, &SENDER_LENGTH, &at, sender, 16, "The sender");
        }
        if phone::looks_numeric(sender) {
            ctx.add(SENDER_IS_PHONE.at(&at));
            phone::check(sender, true, &at, ctx);
        }
    }
    let list = at.key("messageComponents");
    // A component of an unknown type may contain the text.
    let (mut bodies, mut has_unknown) = (0, false);
    let mut pictures = Vec::new();
    let mut placed = Vec::new();
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            AppleComponent::Body(content) => {
                bodies += 1;
                body(content, &at, ctx);
            }
            AppleComponent::Media(media) => pictures.push((index, media)),
            AppleComponent::Button(button) => placed.push(Placed { component: index, button }),
            AppleComponent::Unknown(object) => {
                has_unknown = true;
                unknown_component(object, "An Apple message", &at, ctx);
            }
        }
    }
    if bodies == 0 && !has_unknown {
        ctx.add(BODY_MISSING.at(&list));
    }
    buttons::check(&mut placed, &list, ctx);
    for (index, media) in &pictures {
        picture(media, !placed.is_empty(), &list.index(*index), ctx);
    }
    combination(&placed, pictures.is_empty(), &list, ctx);
    for button in placed.iter().filter(|button| button.kind().is_some()) {
        check_button(button, &list, ctx);
    }
}

/// A business id is `urn:biz:` and a UUID, or only the UUID (Apple, Messages for Business, June 2026).
fn is_business_id(sender: &str) -> bool {
    let id = sender.strip_prefix("urn:biz:").unwrap_or(sender);
    let is_hex = |group: &str| group.bytes().all(|b| b.is_ascii_hexdigit());
    id.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && id.split('-').all(is_hex)
}

fn body(body: &SmsBody, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("content", body.content.as_deref()), ("optOut", body.opt_out.as_deref())];
    let declared = Some(("variables", body.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    let content = body.content.as_deref().unwrap_or_default();
    if content.trim().is_empty() {
        return ctx.add(BODY_MISSING.at(at).lacks("content"));
    }
    let at = at.key("content");
    if text::beyond(content, 10_000).is_some() {
        text::limit(ctx, &TOO_LONG, &at, content, 10_000, "The text");
    } else if let Some(range) = text::beyond(content, 3000) {
        ctx.add(LONG.at(&at).range(range));
    }
    if let Some(range) = text::formatting(content) {
        ctx.add(FORMATTING.at(&at).range(range));
    }
    let is_link = |word: &&str| word.starts_with("https://") || word.starts_with("http://");
    let mut words = content.split_whitespace();
    let (first, last) = (words.next(), words.next_back());
    if last.is_some() && first.into_iter().chain(last).any(|word| is_link(&word)) {
        ctx.add(LINK_AT_EDGE.at(&at));
    }
}

fn picture(media: &Media, beside_buttons: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("content", media.content.as_deref())];
    let declared = Some(("variables", media.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    let Some(content) = media.content.as_deref() else {
        return ctx.add(URL_NOT_ABSOLUTE.at(at).lacks("content").say("The media component has no URL."));
    };
    let at = at.key("content");
    let extension =
        web::check(content, Purpose::Media, None, &at, ctx).and_then(|address| address.extension());
    if beside_buttons && extension.is_some_and(|extension| extension != "png") {
        ctx.add(PICTURE_KIND.at(&at));
    }
}

/// Checks that the buttons are either 2 to 5 quick replies or one link.
fn combination(placed: &[Placed<'_>], no_picture: bool, list: &At<'_>, ctx: &mut Context<'_>) {
    let count = |kind| placed.iter().filter(|button| button.is(kind)).count();
    let (replies, links) = (count(Kind::QuickReply), count(Kind::Url));
    if replies == 1 || replies > 5 {
        ctx.add(
            QUICK_REPLIES.at(list).say(format!("Apple shows 2 to 5 quick replies; there are {replies}.")),
        );
    }
    if links > 1 || (links == 1 && replies > 0) {
        ctx.add(LINK_AMONG_OTHERS.at(list));
    } else if links == 1 && no_picture {
        ctx.add(LINK_PICTURE.at(list));
    }
}

fn check_button(placed: &Placed<'_>, list: &At<'_>, ctx: &mut Context<'_>) {
    let at = list.index(placed.component);
    let address = buttons::content(placed, None, list, ctx);
    let label = placed.button.content.as_deref().unwrap_or_default();
    match placed.kind() {
        Some(Kind::QuickReply) if label.is_empty() => ctx.add(LABEL_MISSING.at(&at).lacks("content")),
        Some(Kind::Url) if label.is_empty() => ctx.add(LINK_TITLE.at(&at).lacks("content")),
        Some(Kind::PhoneNumber) => ctx.add(PHONE_BUTTON.at(&at)),
        _ => {}
    }
    text::limit(ctx, &LABEL_LENGTH, &at.key("content"), label, 200, "The label");
    if let Some(range) = text::first(label, |c| c > '\u{ffff}') {
        ctx.add(BEYOND_BMP.at(&at.key("content")).range(range));
    }
    if let Some(address) = address {
        let long = placed.button.url.as_deref().is_some_and(|url| text::beyond(url, 2048).is_some());
        if long || address.url.scheme() != "https" {
            ctx.add(LINK_ADDRESS.at(&at.key("url")));
        }
    }
}
