//! `inapp`: messages in the brand's own app with a push notification (INA-01 to INA-07).

use std::collections::HashSet;

use outbound_model::{At, InApp, InAppComponent, InAppImage, InAppText, Piece, pieces};

use crate::context::Context;
use crate::general::text_fields::{self, TextFields};
use crate::general::web::{self, Purpose};
use crate::general::{language, unknown_component};
use crate::rule::rules;
use crate::text;

rules! {
    /// In-app messages.
    RULES = Some(outbound_model::ChannelType::InApp), "2026-06-30";
    Error Always "INA-01" APP_COUNT "app-count" LP_GUIDE
        "An in-app message is sent to 1 to 4 apps.";
    Error Always "INA-01" APP_TWICE "app-twice" LP_GUIDE
        "Every app is listed only once.";
    Warning Always "INA-01" APP_NAME "app-name" LP_SEED
        "An app is identified by its bundle id, such as com.example.app.";
    Error Always "INA-02" TEXT_MISSING "in-app-text-missing" LP_GUIDE
        "An in-app message has text.";
    Error Always "INA-02" TEXT_TWICE "in-app-text-twice" LP_GUIDE
        "An in-app message has only one text.";
    Error Always "INA-02" IMAGE_TWICE "in-app-image-twice" LP_GUIDE
        "An in-app message has at most one image.";
    Error Always "INA-02" TITLE_MISSING "notification-title-missing" LP_GUIDE
        "A notification has a title.";
    Error Always "INA-02" NOTIFICATION_MISSING "notification-missing" LP_GUIDE
        "A notification has its own text or that of the message.";
    Warning Always "INA-03" NOTIFICATION_IGNORED "notification-ignored" LP_SEED
        "The notification shows the text of the message; its own text is ignored.";
    Error Always "INA-04" IMAGE_ADDRESS "image-address" LP_GUIDE
        "The URL of an image refers to a png, jpg or gif file.";
    Error Always "INA-04" IMAGE_DESTINATION "image-destination" LP_GUIDE
        "An image that can be tapped opens an https URL.";
    Warning Always "INA-04" IMAGE_DESTINATION_UNUSED "image-destination-unused" LP_SEED
        "The link of the image is never opened, because the image cannot be tapped.";
    Error Always "INA-05" PUSH_TOO_LARGE "push-too-large" APPLE_PUSH
        "A push notification has at most 4096 bytes.";
    Warning Always "INA-05" PUSH_LARGE "push-large" APPLE_PUSH
        "A push notification of more than 3000 bytes is close to the limit.";
    Warning Always "INA-06" TITLE_CUT "notification-title-cut" BRAZE_PUSH
        "Phones truncate the title of a notification after about 50 characters.";
    Warning Always "INA-06" NOTIFICATION_CUT "notification-cut" BRAZE_PUSH
        "Locked phones truncate the text of a notification after about 160 characters, or 130 with an image.";
}

/// Estimated bytes of a push notification besides its title and message: ids and campaign information.
const PUSH_OVERHEAD: usize = 600;

/// Checks the in-app configuration at `at`.
pub(crate) fn check(channel: &InApp, at: &At<'_>, ctx: &mut Context<'_>) {
    language::check(channel.language.as_deref(), at, ctx);
    apps(channel.app_names.as_deref(), at, ctx);
    let list = at.key("messageComponents");
    let has_image = channel.message_components.iter().any(|c| matches!(c, InAppComponent::Image(_)));
    // A component of an unknown type may contain the text.
    let (mut text_count, mut image_count, mut has_unknown) = (0, 0, false);
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            InAppComponent::Text(content) => {
                text_count += 1;
                if text_count == 2 {
                    ctx.add(TEXT_TWICE.at(&at));
                }
                message(content, has_image, &at, ctx);
            }
            InAppComponent::Image(content) => {
                image_count += 1;
                if image_count == 2 {
                    ctx.add(IMAGE_TWICE.at(&at));
                }
                image(content, &at, ctx);
            }
            InAppComponent::Unknown(object) => {
                has_unknown = true;
                unknown_component(object, "An in-app message", &at, ctx);
            }
        }
    }
    if text_count == 0 && !has_unknown {
        ctx.add(TEXT_MISSING.at(&list));
    }
}

fn apps(names: Option<&[String]>, at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(names) = names else { return ctx.add(APP_COUNT.at(at).lacks("appNames")) };
    let at = at.key("appNames");
    if !(1..=4).contains(&names.len()) {
        ctx.add(APP_COUNT.at(&at).say(format!("The list has {} apps; 1 to 4 are allowed.", names.len())));
    }
    let mut seen = HashSet::new();
    if let Some(duplicate) = names.iter().position(|name| !seen.insert(name)) {
        let mut included = HashSet::new();
        let unique: Vec<_> = names.iter().filter(|name| included.insert(*name)).cloned().collect();
        ctx.add(APP_TWICE.at(&at.index(duplicate)).fix_at(&at, unique));
    }
    if let Some(invalid) = names.iter().position(|name| !is_app_name(name)) {
        ctx.add(APP_NAME.at(&at.index(invalid)));
    }
}

/// Whether a name is a bundle id: parts separated by dots, the first of which begins with a letter.
fn is_app_name(name: &str) -> bool {
    let word = |part: &str, dash: bool| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || (dash && b == b'-'))
    };
    let Some((first, rest)) = name.split_once('.') else { return false };
    let starts_with_letter = first.starts_with(|c: char| c.is_ascii_alphabetic());
    starts_with_letter && word(first, false) && rest.split('.').all(|part| word(part, true))
}

fn message(content: &InAppText, has_image: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [
        ("messageText", content.message_text.as_deref()),
        ("notificationTitle", content.notification_title.as_deref()),
        ("notificationMessage", content.notification_message.as_deref()),
    ];
    let declared = Some(("variables", content.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    let [text, title, notification] = fields.map(|(_, text)| text.unwrap_or_default());
    let same = content.is_same_message_for_notification.unwrap_or_default();
    if text.trim().is_empty() {
        ctx.add(TEXT_MISSING.at(at).lacks("messageText"));
    }
    if title.trim().is_empty() {
        ctx.add(TITLE_MISSING.at(at).lacks("notificationTitle"));
    }
    if !same && notification.trim().is_empty() {
        ctx.add(NOTIFICATION_MISSING.at(at).lacks("notificationMessage"));
    }
    let notification_at = at.key("notificationMessage");
    if same && !notification.is_empty() && notification != text {
        ctx.add(NOTIFICATION_IGNORED.at(&notification_at));
    }
    if let Some(range) = text::beyond(title, 50) {
        ctx.add(TITLE_CUT.at(&at.key("notificationTitle")).range(range));
    }
    let (shown, shown_at) =
        if same { (text, at.key("messageText")) } else { (notification, notification_at) };
    let max = if has_image { 130 } else { 160 };
    if let Some(range) = text::beyond(shown, max) {
        let message =
            format!("Locked phones truncate the text of the notification after about {max} characters.");
        ctx.add(NOTIFICATION_CUT.at(&shown_at).range(range).say(message));
    }
    push_size(title, shown, &shown_at, ctx);
}

fn push_size(title: &str, shown: &str, at: &At<'_>, ctx: &mut Context<'_>) {
    let bytes = PUSH_OVERHEAD + json_bytes(title, ctx) + json_bytes(shown, ctx);
    let message = format!("The push notification has about {bytes} bytes; at most 4096 are allowed.");
    if bytes > 4096 {
        ctx.add(PUSH_TOO_LARGE.at(at).say(message));
    } else if bytes > 3000 {
        ctx.add(PUSH_LARGE.at(at).say(message));
    }
}

/// The number of bytes of `text` as a JSON string, with its sample values.
fn json_bytes(text: &str, ctx: &Context<'_>) -> usize {
    let escaped_length = |text: &str| -> usize {
        let bytes = |b: u8| match b {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
            0..=31 => 6,
            _ => 1,
        };
        text.bytes().map(bytes).sum()
    };
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(fixed) => escaped_length(fixed),
            Piece::Placeholder(p) => ctx.sample(None, p.number).map_or(p.range.len(), escaped_length),
        })
        .sum()
}

fn image(image: &InAppImage, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("url", image.url.as_deref()), ("destinationUrl", image.destination_url.as_deref())];
    let key = if image.upper_variables.is_some() { "Variables" } else { "variables" };
    text_fields::check(
        &TextFields { part: None, fields: &fields, declared: Some((key, image.variables())) },
        at,
        ctx,
    );
    match image.url.as_deref() {
        None | Some("") => ctx.add(IMAGE_ADDRESS.at(at).lacks("url").say("The image has no URL.")),
        Some(url) => {
            let at = at.key("url");
            let extension =
                web::check(url, Purpose::Media, None, &at, ctx).and_then(|address| address.extension());
            if let Some(extension) = extension
                && web::MEDIA_EXTENSIONS.contains(&extension.as_str())
                && !["png", "jpg", "jpeg", "gif"].contains(&extension.as_str())
            {
                ctx.add(IMAGE_ADDRESS.at(&at).say(format!("In-app images cannot be .{extension} files.")));
            }
        }
    }
    destination(image, at, ctx);
}

fn destination(image: &InAppImage, at: &At<'_>, ctx: &mut Context<'_>) {
    let clickable = image.is_clickable.unwrap_or_default();
    let destination_at = at.key("destinationUrl");
    match image.destination_url.as_deref() {
        None | Some("") if clickable => ctx.add(IMAGE_DESTINATION.at(at).lacks("destinationUrl")),
        None | Some("") => {}
        Some(_) if !clickable => ctx.add(IMAGE_DESTINATION_UNUSED.at(&destination_at)),
        Some(url) => {
            let address = web::check(url, Purpose::Link, None, &destination_at, ctx);
            if address.is_some_and(|address| address.url.scheme() != "https") {
                ctx.add(IMAGE_DESTINATION.at(&destination_at));
            }
        }
    }
}
