//! The differences between two versions: each field with its label in the editor, strings compared word by word, inline
//! or side by side.

use maud::{Markup, html};
use outbound_compare::{Change, Kind, Run, RunKind};
use outbound_model::{ChannelType, Object};
use serde_json::Value;

use super::editor::label_of;
use crate::icons::{Icon, channel_name, icon};
use crate::text;

/// Changes that are listed. A version rarely has ten.
const MAX_SHOWN: usize = 300;
/// In characters, for values that are not strings.
const MAX_VALUE_LENGTH: usize = 1000;

/// The arrangement of old and new values.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Layout {
    /// In one text; removed words are struck through.
    #[default]
    Inline,
    /// The old version on the left, the new on the right.
    SideBySide,
}

/// Draws a list of changes.
///
/// ```
/// use outbound_web::catalogue::changes::{Layout, draw};
///
/// assert!(draw(&[], Layout::Inline).into_string().contains("No differences."));
/// ```
pub fn draw(changes: &[Change], layout: Layout) -> Markup {
    html! {
        @if changes.is_empty() { p class="hint" { (text::no_differences()) } }
        ol class="changes" {
            @for change in changes.iter().take(MAX_SHOWN) {
                li class="change" {
                    p class="change-head" {
                        (kind(change.kind))
                        (place(change))
                    }
                    @if change.kind != Kind::Moved { (values(change, layout)) }
                }
            }
        }
        @if changes.len() > MAX_SHOWN { p class="hint" { (text::more_not_shown(changes.len() - MAX_SHOWN)) } }
    }
}

fn kind(kind: Kind) -> Markup {
    let (class, label) = match kind {
        Kind::Added => ("badge done", text::added()),
        Kind::Removed => ("badge error", text::removed()),
        Kind::Changed => ("badge warning", text::changed()),
        Kind::Moved => ("badge", text::moved()),
    };
    html! { span class=(class) { (label) } }
}

/// The channel, component and field with the labels of the editor.
fn place(change: &Change) -> Markup {
    let channel: Option<ChannelType> = change.channel.as_deref().and_then(|name| name.parse().ok());
    let pointer = change.new_path.as_deref().or(change.old_path.as_deref()).unwrap_or_default();
    let label = label_of(channel, change.component.as_deref(), pointer);
    html! {
        @if let Some(name) = &change.channel {
            span class="change-channel" {
                @match channel {
                    Some(known) => { (icon(Icon::of_channel(known))) (channel_name(known)) }
                    None => bdi { (name) }
                }
            }
        }
        @for name in label { span class="change-place" { bdi { (name) } } }
    }
}

fn values(change: &Change, layout: Layout) -> Markup {
    let [old, new] = [&change.old, &change.new].map(|value| value.as_ref().map(display));
    let has = |kind: RunKind| move |run: &&Run| run.kind != kind;
    let is_text = !change.words.is_empty();
    html! {
        @match layout {
            Layout::Inline => div class="change-text" dir="auto" {
                @if is_text { @for run in &change.words { (drawn(run)) } }
                @else {
                    @if let Some(old) = &old { del { (old) } " " }
                    @if let Some(new) = &new { ins { (new) } }
                }
            },
            Layout::SideBySide => div class="change-sides" {
                div class="change-text" dir="auto" {
                    span class="unseen" { (text::before()) " " }
                    @if is_text { @for run in change.words.iter().filter(has(RunKind::Added)) { (drawn(run)) } }
                    @else if let Some(old) = &old { del { (old) } }
                }
                div class="change-text" dir="auto" {
                    span class="unseen" { (text::after()) " " }
                    @if is_text { @for run in change.words.iter().filter(has(RunKind::Removed)) { (drawn(run)) } }
                    @else if let Some(new) = &new { ins { (new) } }
                }
            },
        }
    }
}

fn drawn(run: &Run) -> Markup {
    match run.kind {
        RunKind::Same => html! { (run.text) },
        RunKind::Added => html! { ins { (run.text) } },
        RunKind::Removed => html! { del { (run.text) } },
    }
}

/// The strings of a channel or component and its components.
fn collect_strings<'v>(object: &'v Object, found: &mut Vec<&'v str>) {
    let fields = object.iter().filter(|(key, _)| !matches!(key.as_str(), "type" | "sub_type" | "namespace"));
    for (_, value) in fields {
        match value {
            Value::String(text) => found.push(text),
            Value::Array(parts) => {
                parts.iter().filter_map(Value::as_object).for_each(|part| collect_strings(part, found));
            }
            _ => {}
        }
    }
}

/// A value as a string: channels and components by their strings, other values as JSON.
fn display(value: &Value) -> String {
    let text = match value {
        Value::String(text) => return text.clone(),
        Value::Bool(true) => text::yes().into_owned(),
        Value::Bool(false) => text::no().into_owned(),
        Value::Object(object) => {
            let mut found = Vec::new();
            collect_strings(object, &mut found);
            if found.is_empty() { text::without_text().into_owned() } else { found.join("\n") }
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let mut shown: String = text.chars().take(MAX_VALUE_LENGTH).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
