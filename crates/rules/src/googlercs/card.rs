//! The text of a message, and the parts of a card: RCS-02, RCS-03, RCS-06, RCS-07, RCS-10.

use outbound_model::{At, GoogleRcs, Media, RcsBody, foreign_field};

use super::{
    ALIGNMENT, ALIGNMENT_ABSENT, ALIGNMENT_IGNORED, BASIC_LENGTH, DESCRIPTION_LENGTH, EMPTY, GOOGLE, HEIGHT,
    HEIGHT_ABSENT, HEIGHT_IGNORED, HORIZONTAL_WITHOUT_MEDIA, MEDIA_EXTENSION, MEDIA_PDF, ORIENTATION,
    ORIENTATION_ABSENT, Shape, TEXT_LENGTH, TITLE_CUT, TITLE_LENGTH,
};
use crate::context::Context;
use crate::general::text_fields::{self, TextFields};
use crate::general::web::{self, Purpose};
use crate::general::{COMPONENT_KEPT, URL_NOT_ABSOLUTE};
use crate::text;

/// Media that cards support on all devices (Google, rich cards, April 2026).
const CARD_EXTENSIONS: [&str; 10] =
    ["jpeg", "jpg", "gif", "png", "h263", "m4v", "mp4", "mpeg", "mpeg4", "webm"];

/// Checks the text of a message or card.
pub(super) fn text(body: &RcsBody, shape: Shape, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("title", body.title.as_deref()), ("content", body.content.as_deref())];
    let declared = Some(("variables", body.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    let [title, content] = fields.map(|(_, text)| text.unwrap_or_default());
    if title.is_empty() && content.is_empty() {
        ctx.add(EMPTY.at(at).lacks("content").say("The body has neither title nor text."));
    }
    let title_at = at.key("title");
    let at = at.key("content");
    if shape == Shape::Text {
        text::limit(ctx, &TEXT_LENGTH, &at, content, 3072, "The text");
        if content.len() > 160 {
            let message = format!("The text has {} bytes; a basic message has at most 160.", content.len());
            ctx.add(BASIC_LENGTH.at(&at).say(message));
        }
        return;
    }
    text::limit(ctx, &DESCRIPTION_LENGTH, &at, content, 2000, "The text of the card");
    if text::beyond(title, 200).is_some() {
        text::limit(ctx, &TITLE_LENGTH, &title_at, title, 200, "The title");
    } else if let Some(range) = text::beyond(title, 80) {
        ctx.add(TITLE_CUT.at(&title_at).range(range));
    }
}

/// Checks the orientation of a card.
pub(super) fn orientation(
    channel: &GoogleRcs,
    shape: Shape,
    no_media: bool,
    at: &At<'_>,
    ctx: &mut Context<'_>,
) {
    let value = channel.card_orientation.as_deref();
    let at_value = at.key("cardOrientation");
    match value.map(str::to_ascii_uppercase).as_deref() {
        None if shape == Shape::Card => {
            ctx.add(ORIENTATION_ABSENT.at(at).lacks("cardOrientation").fix_at(&at_value, "VERTICAL"));
        }
        Some("HORIZONTAL") if no_media && shape == Shape::Card => {
            ctx.add(HORIZONTAL_WITHOUT_MEDIA.at(&at_value));
        }
        None | Some("VERTICAL" | "HORIZONTAL") => {}
        Some(_) => ctx.add(ORIENTATION.at(&at_value)),
    }
}

/// Checks a media file. A file that was uploaded to Google has no URL and is kept unchanged.
pub(super) fn media(media: &Media, shape: Shape, horizontal: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    if media.content.is_none() && foreign_field(&media.extra, GOOGLE, "file").is_some() {
        let message = "The file was uploaded to Google. It is kept unchanged and not checked.";
        return ctx.add(COMPONENT_KEPT.at(at).say(message));
    }
    address(media, shape, at, ctx);
    if shape == Shape::Card {
        layout(media, horizontal, at, ctx);
    }
}

fn address(media: &Media, shape: Shape, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("content", media.content.as_deref())];
    let declared = Some(("variables", media.variables.as_deref()));
    text_fields::check(&TextFields { part: None, fields: &fields, declared }, at, ctx);
    let Some(content) = media.content.as_deref() else {
        return ctx.add(URL_NOT_ABSOLUTE.at(at).lacks("content").say("The media component has no URL."));
    };
    let at = at.key("content");
    let extension =
        web::check(content, Purpose::RcsMedia, None, &at, ctx).and_then(|address| address.extension());
    match extension.as_deref().filter(|_| shape == Shape::Card) {
        Some("pdf") => ctx.add(MEDIA_PDF.at(&at)),
        Some(extension)
            if web::MEDIA_EXTENSIONS.contains(&extension) && !CARD_EXTENSIONS.contains(&extension) =>
        {
            ctx.add(MEDIA_EXTENSION.at(&at).say(format!("Cards do not show .{extension} files.")));
        }
        _ => {}
    }
}

/// Checks the height and side of a media file in a card.
fn layout(media: &Media, horizontal: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let height_at = at.key("height");
    match media.height.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None if horizontal => {}
        None => ctx.add(HEIGHT_ABSENT.at(at).lacks("height").fix_at(&height_at, "medium")),
        Some("short" | "medium" | "tall") if horizontal => {
            ctx.add(HEIGHT_IGNORED.at(&height_at).fix_at(&height_at, serde_json::Value::Null));
        }
        Some("short" | "medium" | "tall") => {}
        Some(_) => ctx.add(HEIGHT.at(&height_at)),
    }
    let side_at = at.key("thumbnailImageAlignment");
    match media.thumbnail_image_alignment.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None if horizontal => ctx.add(ALIGNMENT_ABSENT.at(at).lacks("thumbnailImageAlignment")),
        None => {}
        Some("left" | "right") if horizontal => {}
        Some("left" | "right") => {
            ctx.add(ALIGNMENT_IGNORED.at(&side_at).fix_at(&side_at, serde_json::Value::Null));
        }
        Some(_) => ctx.add(ALIGNMENT.at(&side_at)),
    }
}
