//! Export of a template's name, language, category and other fields of its own.

use outbound_model::{At, Object, WhatsApp};
use serde_json::Value;

use super::write::KnownField;
use crate::channel_export::ChannelExport;

/// Fields that Meta sets and that cannot be submitted.
const READ_ONLY_FIELDS: [&str; 5] = ["id", "status", "quality_score", "rejected_reason", "previous_category"];
const CATEGORIES: [&str; 3] = ["AUTHENTICATION", "MARKETING", "UTILITY"];
/// Subcategories that can be submitted. Meta also returns others.
const SUB_CATEGORIES: [&str; 2] = ["ORDER_DETAILS", "ORDER_STATUS"];

/// Further fields that can be submitted, and checks of their values.
const KNOWN: [KnownField; 6] = [
    ("allow_category_change", Value::is_boolean),
    ("cta_url_link_tracking_opted_out", Value::is_boolean),
    ("library_template_button_inputs", Value::is_array),
    ("library_template_name", Value::is_string),
    ("message_send_ttl_seconds", Value::is_i64),
    ("parameter_format", |value| matches!(value.as_str(), Some("NAMED" | "POSITIONAL"))),
];

/// Maximum number of characters of a template name.
const MAX_NAME: usize = 512;

pub(super) fn name(channel: &WhatsApp, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> String {
    let replace = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let convert = |name: &str| name.chars().map(replace).take(MAX_NAME).collect::<String>();
    let Some(name) = channel.templatename.as_ref().filter(|name| !name.is_empty()) else {
        export.losses.add(at, "The channel has no template name; the handoff's name is used.");
        return convert(export.handoff.name.as_str());
    };
    if name != export.handoff.name.as_str() {
        let sentence = "The template gets the channel's template name instead of the handoff's name.";
        export.losses.add(&At::ROOT.key("name"), sentence);
    }
    let written = convert(name);
    if written != *name {
        let sentence = format!(
            "A template name consists of lowercase letters, digits and underscores, at most {MAX_NAME}; it is \
             written {written}."
        );
        export.losses.add(&at.key("templatename"), sentence);
    }
    written
}

pub(super) fn language(
    channel: &WhatsApp,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
    template: &mut Object,
) {
    let Some(language) = export.language(channel.language.as_ref(), "Meta", at) else { return };
    let converted = language.replace('-', "_");
    if converted != language {
        export.losses.add(&at.key("language"), format!("Meta's code of this language is {converted}."));
    }
    template.insert("language".to_owned(), converted.into());
}

/// Writes category, parameter format and other fields that an import kept.
pub(super) fn kept_fields(at: &At<'_>, export: &mut ChannelExport<'_, '_>, template: &mut Object) {
    category(at, export, template);
    let mut read_only = Vec::new();
    for (key, value) in export.kept.fields().filter(|(key, _)| *key != "category") {
        let text = value.as_str().unwrap_or_default();
        if READ_ONLY_FIELDS.contains(&key) {
            read_only.push(key);
        } else if key == "sub_category" && !SUB_CATEGORIES.contains(&text) {
            let sentence = format!(
                "Templates can be created with the sub_category {}, not with {value}; it is omitted.",
                SUB_CATEGORIES.join(" or ")
            );
            export.losses.add(at, sentence);
        } else {
            let is_known = |(name, fits): &KnownField| *name == key && fits(value);
            if key != "sub_category" && !KNOWN.iter().any(is_known) {
                export.losses.unchecked(at, &format!("The field {key}"), "Meta");
            }
            template.entry(key).or_insert_with(|| value.clone());
        }
    }
    if !read_only.is_empty() {
        let sentence =
            format!("Meta sets these fields itself, so they are omitted: {}.", read_only.join(", "));
        export.losses.add(at, sentence);
    }
}

/// Writes the category: the kept one if it is valid, or else the one of the options.
fn category(at: &At<'_>, export: &mut ChannelExport<'_, '_>, template: &mut Object) {
    let kept = export.kept.field("category").and_then(Value::as_str).map(str::to_ascii_uppercase);
    let is_valid = |category: &String| CATEGORIES.contains(&category.as_str());
    let chosen = export.options.category.clone();
    if let Some(category) = kept.clone().filter(is_valid).or(chosen) {
        template.insert("category".to_owned(), category.into());
        return;
    }
    let categories = CATEGORIES.join(", ");
    export.losses.add(
        at,
        match kept {
            Some(kept) => {
                format!(
                    "Meta does not have the category {kept}, so none is written; choose one of {categories}."
                )
            }
            None => format!("Meta requires a category ({categories}), but the handoff has none."),
        },
    );
}
