//! Export of text fields and files to Google's messages.

use outbound_model::{At, Media, Object, placeholders};
use serde_json::Value;

use super::{FILE, OLD_FILE};
use crate::channel_export::ChannelExport;
use crate::numbering::{Scope, filled, filled_address};
use crate::{Format, foreign};

/// Whether the media file was uploaded to Google.
pub(super) fn has_upload(media: &Media) -> bool {
    foreign::kept(Format::Rbm, &media.extra).is_some_and(|kept| kept.keys().any(|key| key != FILE))
}

/// Writes the file and the fields of the media object that an import kept.
pub(super) fn file(media: &Media, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Object {
    export.losses.unused_variables(at, media.variables.as_ref(), &[media.content.as_deref()]);
    let mut kept = foreign::fields(Format::Rbm, &media.extra, &OLD_FILE, "Google's file", at, export.losses);
    let is_old = foreign::kept(Format::Rbm, &media.extra).is_none();
    let (rest, kept) =
        if is_old { (Some(kept.into()), Object::new()) } else { (kept.shift_remove(FILE), kept) };
    let mut written = Object::new();
    if let Some(address) = text(media.content.as_ref(), "content", at, export) {
        let mut file = Object::from_iter([("fileUrl".to_owned(), address.into())]);
        for (key, value) in rest.as_ref().and_then(Value::as_object).into_iter().flatten() {
            if !matches!(
                (key.as_str(), value),
                ("thumbnailUrl", Value::String(_)) | ("forceRefresh", Value::Bool(_))
            ) {
                export.losses.unchecked(at, &format!("The field {key}"), "Google");
            }
            file.entry(key.clone()).or_insert_with(|| value.clone());
        }
        written.insert(FILE.to_owned(), file.into());
    }
    for (key, value) in &kept {
        export.losses.unchecked(at, &format!("The field {key}"), "Google");
        foreign::merge(&mut written, key, value);
    }
    written
}

/// Fills in the sample values of the placeholders in `text`.
pub(super) fn text(
    text: Option<&String>,
    key: &str,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) -> Option<String> {
    let text = text?;
    if placeholders(text).next().is_none() {
        return Some(text.clone());
    }
    let sample = |number: u16| export.kept.sample(Scope::Channel, &number.to_string());
    let filled = if key == "url" { filled_address(text, sample) } else { filled(text, sample) };
    let sentence = match filled {
        Some(_) => "Google has no placeholders: they are replaced with their samples.",
        None => "Google has no placeholders, and one of them has no sample: they are not replaced.",
    };
    export.losses.add(&at.key(key), sentence);
    filled.or_else(|| Some(text.clone()))
}
