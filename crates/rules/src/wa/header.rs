//! The header: WA-10 to WA-14.

use outbound_model::{At, WaHeader, placeholders};
use outbound_render::Component;

use super::{
    HEADER_CHARACTERS, HEADER_EXTENSION, HEADER_GIF, HEADER_KIND, HEADER_LENGTH, HEADER_PDF_ONLY,
    HEADER_PLACEHOLDERS, HEADER_TEXT,
};
use crate::context::Context;
use crate::general::URL_NOT_ABSOLUTE;
use crate::general::web::{self, Purpose};
use crate::text;

const PART: Component = Component::Header;

/// The types of headers (Meta, message templates: components, June 2026). Product catalogues have headers of the
/// type `product`, which are kept but not checked.
const KINDS: [&str; 6] = ["text", "image", "video", "document", "gif", "location"];

/// Whether the header is of one of these types. Others are kept but not checked.
pub(super) fn is_checked(header: &WaHeader) -> bool {
    header.sub_type.as_deref().is_some_and(|kind| KINDS.contains(&kind))
}

pub(super) fn check(header: &WaHeader, at: &At<'_>, ctx: &mut Context<'_>) {
    let kind = header.sub_type.as_deref().unwrap_or_default();
    if !is_checked(header) {
        return unknown(header, at, ctx);
    }
    super::content(PART, header.content.as_deref(), header.variables.as_deref(), at, ctx);
    // Files that the Cloud API accepts for each type (Meta, Cloud API: media, June 2026).
    let extensions: &[&str] = match kind {
        "image" => &["jpg", "jpeg", "png"],
        "video" => &["mp4", "3gp", "3gpp"],
        "document" => &["pdf", "txt", "doc", "docx", "xls", "xlsx", "ppt", "pptx"],
        "gif" => {
            ctx.add(HEADER_GIF.at(&at.key("sub_type")));
            &["mp4"]
        }
        "text" => return heading(header, at, ctx),
        _ => return,
    };
    media(header, kind, extensions, at, ctx);
}

/// Reports a header of an unknown type. It is kept unchanged, and no other rule applies to it.
fn unknown(header: &WaHeader, at: &At<'_>, ctx: &mut Context<'_>) {
    ctx.add(match header.sub_type.as_deref() {
        Some(kind) => HEADER_KIND
            .at(&at.key("sub_type"))
            .say(format!("{kind:.40} is not a type of header. It is kept unchanged and not checked.")),
        None => HEADER_KIND
            .at(at)
            .lacks("sub_type")
            .say("The header has no sub_type. It is kept unchanged and not checked."),
    });
}

fn media(header: &WaHeader, kind: &str, extensions: &[&str], at: &At<'_>, ctx: &mut Context<'_>) {
    let Some(content) = header.content.as_deref() else {
        return ctx.add(URL_NOT_ABSOLUTE.at(at).lacks("content").say("The header has no media URL."));
    };
    let at = at.key("content");
    let Some(extension) =
        web::check(content, Purpose::Media, Some(PART), &at, ctx).and_then(|a| a.extension())
    else {
        return;
    };
    if !extensions.contains(&extension.as_str()) {
        if web::MEDIA_EXTENSIONS.contains(&extension.as_str()) {
            let message = format!("A .{extension} file does not match the header type {kind}.");
            ctx.add(HEADER_EXTENSION.at(&at).say(message));
        }
    } else if kind == "document" && extension != "pdf" {
        ctx.add(HEADER_PDF_ONLY.at(&at));
    }
}

fn heading(header: &WaHeader, at: &At<'_>, ctx: &mut Context<'_>) {
    ctx.add(HEADER_TEXT.at(&at.key("sub_type")));
    let content = header.content.as_deref().unwrap_or_default();
    if content.is_empty() {
        return ctx.add(HEADER_LENGTH.at(at).lacks("content").say("The header has no text."));
    }
    let at = at.key("content");
    text::limit(ctx, &HEADER_LENGTH, &at, content, 60, "The header");
    if let Some(surplus) = placeholders(content).nth(1) {
        ctx.add(HEADER_PLACEHOLDERS.at(&at).range(surplus.range));
    }
    let special = text::first(content, |c| c == '\n')
        .or_else(|| text::emoji(content).next())
        .or_else(|| text::formatting(content));
    if let Some(range) = special {
        ctx.add(HEADER_CHARACTERS.at(&at).range(range));
    }
}
