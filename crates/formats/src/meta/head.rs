//! What a template says about itself: name, language, category and the like.

use outbound_model::{At, Object, WhatsApp};
use serde_json::Value;

use super::write::Known;
use crate::export::Export;

/// What Meta decides and answers, and nobody submits.
const META_DECIDES: [&str; 5] = ["id", "status", "quality_score", "rejected_reason", "previous_category"];
const CATEGORIES: [&str; 3] = ["AUTHENTICATION", "MARKETING", "UTILITY"];
/// Those that can be submitted; Meta answers others, too.
const SUB_CATEGORIES: [&str; 2] = ["ORDER_DETAILS", "ORDER_STATUS"];

/// What else can be submitted, and what it must be.
const KNOWN: [Known; 6] = [
    ("allow_category_change", Value::is_boolean),
    ("cta_url_link_tracking_opted_out", Value::is_boolean),
    ("library_template_button_inputs", Value::is_array),
    ("library_template_name", Value::is_string),
    ("message_send_ttl_seconds", Value::is_i64),
    ("parameter_format", |value| matches!(value.as_str(), Some("NAMED" | "POSITIONAL"))),
];

/// The most characters of a template's name.
const MAX_NAME: usize = 512;

pub(super) fn name(channel: &WhatsApp, at: &At<'_>, export: &mut Export<'_, '_>) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let legal = |name: &str| name.chars().map(legal).take(MAX_NAME).collect::<String>();
    let Some(name) = channel.templatename.as_ref().filter(|name| !name.is_empty()) else {
        export.losses.add(at, "The channel has no template name; it is made of the handoff's name.");
        return legal(export.handoff.name.as_str());
    };
    if name != export.handoff.name.as_str() {
        let sentence = "The template has the channel's name, not the handoff's.";
        export.losses.add(&At::ROOT.key("name"), sentence);
    }
    let written = legal(name);
    if written != *name {
        let sentence = format!(
            "A template's name has only small letters, digits and underscores, at most {MAX_NAME}; it is \
             written {written}."
        );
        export.losses.add(&at.key("templatename"), sentence);
    }
    written
}

pub(super) fn language(channel: &WhatsApp, at: &At<'_>, export: &mut Export<'_, '_>, template: &mut Object) {
    let Some(language) = export.language(channel.language.as_ref(), "Meta", at) else { return };
    let theirs = language.replace('-', "_");
    if theirs != language {
        export.losses.add(&at.key("language"), format!("Meta writes this language {theirs}."));
    }
    template.insert("language".to_owned(), theirs.into());
}

/// Category, parameter format and the like, as an import kept them.
pub(super) fn own_fields(at: &At<'_>, export: &mut Export<'_, '_>, template: &mut Object) {
    category(at, export, template);
    let mut metas = Vec::new();
    for (key, value) in export.kept.fields().filter(|(key, _)| *key != "category") {
        let text = value.as_str().unwrap_or_default();
        if META_DECIDES.contains(&key) {
            metas.push(key);
        } else if key == "sub_category" && !SUB_CATEGORIES.contains(&text) {
            let sentence = format!(
                "A template can be created with the sub_category {}, not with {value}; it is left out.",
                SUB_CATEGORIES.join(" or ")
            );
            export.losses.add(at, sentence);
        } else {
            let known = |(name, fits): &Known| *name == key && fits(value);
            if key != "sub_category" && !KNOWN.iter().any(known) {
                export.losses.unchecked(at, &format!("The field {key}"), "Meta");
            }
            template.entry(key).or_insert_with(|| value.clone());
        }
    }
    if !metas.is_empty() {
        let sentence = format!("Meta decides these itself, so they are left out: {}.", metas.join(", "));
        export.losses.add(at, sentence);
    }
}

/// The one that an import kept; one that Meta no longer has only if no other is given.
fn category(at: &At<'_>, export: &mut Export<'_, '_>, template: &mut Object) {
    let kept = export.kept.field("category").and_then(Value::as_str).map(str::to_ascii_uppercase);
    let valid = |category: &String| CATEGORIES.contains(&category.as_str());
    let chosen = export.options.category.clone();
    if let Some(category) = kept.clone().filter(valid).or(chosen) {
        template.insert("category".to_owned(), category.into());
        return;
    }
    let categories = CATEGORIES.join(", ");
    export.losses.add(
        at,
        match kept {
            Some(kept) => {
                format!("Meta has no category {kept}, so none is written; choose one of {categories}.")
            }
            None => format!("Meta wants a category ({categories}); none is known."),
        },
    );
}
