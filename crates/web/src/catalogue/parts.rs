//! What several pages draw: states, findings, the phones.

use maud::{Markup, html};
use outbound_app::AccountSettings;
use outbound_model::{ChannelType, FindingCounts, Handoff, HandoffState, plural};
use outbound_render::{Values, render_with_samples};
use outbound_rules::{Finding, Samples, Severity};
use serde_json::Value;

use super::editor::label_of;
use super::preview::{Previews, draw};
use crate::icons::{Icon, channel_name, icon};

/// Findings that a page lists one by one.
const LISTED: usize = 100;

/// A handoff's state in colour and words.
pub(crate) fn state_badge(state: HandoffState) -> Markup {
    let (class, words) = match state {
        HandoffState::Draft => ("badge", "Draft"),
        HandoffState::Published => ("badge published", "Published"),
        HandoffState::Changed => ("badge warning", "Published, changed since"),
        HandoffState::Archived => ("badge", "Archived"),
    };
    html! { span class=(class) { (words) } }
}

/// The channels of a handoff as icons, each with its name.
pub(crate) fn channel_icons(channels: &[ChannelType]) -> Markup {
    html! {
        ul class="channels" {
            @for channel in channels.iter().take(10) {
                li title=(channel_name(*channel)) {
                    (icon(Icon::of_channel(*channel))) span class="unseen" { (channel_name(*channel)) }
                }
            }
        }
        @if channels.is_empty() { span class="hint" { "none yet" } }
    }
}

/// How many errors and warnings, in colour and words.
pub(crate) fn counts_badges(counts: FindingCounts) -> Markup {
    html! {
        @if counts.errors > 0 {
            span class="badge error" { (icon(Icon::Error)) (plural(counts.errors, "error", "errors")) } " "
        }
        @if counts.warnings > 0 {
            span class="badge warning" { (icon(Icon::Warning)) (plural(counts.warnings, "warning", "warning")) }
        }
        @if counts == FindingCounts::default() {
            span class="badge done" { (icon(Icon::Check)) "No findings" }
        }
    }
}

/// The findings of a handoff one by one, errors first.
pub(crate) fn finding_list(handoff: &Handoff, findings: &[Finding]) -> Markup {
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    // What cannot be written as JSON cannot be stored either.
    let file = serde_json::to_value(handoff).unwrap_or_default();
    html! {
        ul class="finding-list" {
            @for finding in sorted.iter().take(LISTED) { (one_finding(&file, finding)) }
            @if sorted.len() > LISTED { li class="hint" { "And " (sorted.len() - LISTED) " more." } }
        }
    }
}

fn one_finding(file: &Value, finding: &Finding) -> Markup {
    let (class, symbol, word) = match finding.severity {
        Severity::Error => ("note error", Icon::Error, "Error"),
        Severity::Warning => ("note", Icon::Warning, "Warning"),
    };
    html! {
        li class=(class) {
            (icon(symbol))
            span class="words" {
                span class="unseen" { (word) ": " }
                @if let Some(place) = named(file, finding) { strong { bdi { (place) } } " " }
                span dir="auto" { (finding.message) }
            }
            @match finding.source.url() {
                Some(url) => a class="rule" href=(url) rel="noreferrer" { (finding.rule) },
                None => span class="rule" { (finding.rule) },
            }
        }
    }
}

/// Channel, component and field of a finding, by the names that the editor gives them.
fn named(file: &Value, finding: &Finding) -> Option<String> {
    let channel = finding.channel.as_ref()?;
    let known: Option<ChannelType> = channel.r#type.parse().ok();
    let own = format!("/channels/{}", channel.index);
    let mut words =
        vec![known.map_or_else(|| channel.r#type.clone(), |known| channel_name(known).to_owned())];
    let mut steps = finding.pointer.strip_prefix(&own)?.split('/').skip(1);
    let component = match (steps.next(), steps.next()) {
        (Some("messageComponents"), Some(place)) => Some(format!("{own}/messageComponents/{place}/type")),
        _ => None,
    };
    let component = component.and_then(|kind| file.pointer(&kind)?.as_str());
    if finding.pointer != own {
        words.extend(label_of(known, component, &finding.pointer));
    }
    Some(words.join(" › "))
}

/// A JSON pointer without the channel, with components counted from 1: `component 2 › content`.
pub(crate) fn place(pointer: &str) -> String {
    let mut steps = pointer.split('/').skip(1).peekable();
    let mut words = Vec::new();
    while let Some(step) = steps.next() {
        let number = steps.peek().and_then(|next| next.parse::<usize>().ok()).map(|index| index + 1);
        match (step, number) {
            ("channels", Some(_)) => drop(steps.next()),
            ("messageComponents", Some(number)) => {
                words.push(format!("component {number}"));
                steps.next();
            }
            (step, Some(number)) => {
                words.push(format!("{} {number}", step.trim_end_matches('s')));
                steps.next();
            }
            ("messageComponents", None) => words.push("components".to_owned()),
            (step, None) => words.push(step.replace("~1", "/").replace("~0", "~")),
        }
    }
    words.join(" › ")
}

/// The phones of a handoff with its own samples.
pub(crate) fn previews(handoff: &Handoff, settings: &AccountSettings) -> Previews {
    let samples = Samples::of_handoff(handoff).unwrap_or_default();
    let rendered = render_with_samples(handoff, &Values::default(), |channel| samples.of(channel));
    draw(&rendered, &settings.permitted_media_hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_words() {
        for (pointer, expected) in [
            ("", ""),
            ("/name", "name"),
            ("/channels/0/messageComponents", "components"),
            ("/channels/0/language", "language"),
            ("/channels/1/messageComponents/0/buttons/2/text", "component 1 › button 3 › text"),
            ("/x-outbound/samples/0/1", "x-outbound › sample 1 › 1"),
        ] {
            assert_eq!(place(pointer), expected);
        }
    }
}
