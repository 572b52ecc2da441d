//! Elements that several pages share: states, findings, previews.

use maud::{Markup, html};
use outbound_app::AccountSettings;
use outbound_model::{ChannelType, FindingCounts, Handoff, HandoffState};
use outbound_render::{Values, render_with_samples};
use outbound_rules::{Finding, Samples, Severity};
use serde_json::Value;

use super::editor::label_of;
use super::preview::{Previews, draw};
use crate::icons::{Icon, channel_name, icon};
use crate::text;

/// Findings that a page lists.
const MAX_LISTED: usize = 100;

/// The state of a handoff.
pub(crate) fn state_badge(state: HandoffState) -> Markup {
    let (class, label) = match state {
        HandoffState::Draft => ("badge", text::draft()),
        HandoffState::Published => ("badge published", text::published()),
        HandoffState::Changed => ("badge warning", text::unpublished_changes()),
        HandoffState::Archived => ("badge", text::archived()),
    };
    html! { span class=(class) { (label) } }
}

/// The channels of a handoff as icons with their names.
pub(crate) fn channel_icons(channels: &[ChannelType]) -> Markup {
    html! {
        ul class="channels" {
            @for channel in channels.iter().take(10) {
                li title=(channel_name(*channel)) {
                    (icon(Icon::of_channel(*channel))) span class="unseen" { (channel_name(*channel)) }
                }
            }
        }
        @if channels.is_empty() { span class="hint" { (text::no_channels_yet()) } }
    }
}

/// The numbers of errors and warnings.
pub(crate) fn counts_badges(counts: FindingCounts) -> Markup {
    html! {
        @if counts.errors > 0 {
            span class="badge error" { (icon(Icon::Error)) (text::error_count(counts.errors)) } " "
        }
        @if counts.warnings > 0 {
            span class="badge warning" { (icon(Icon::Warning)) (text::warning_count(counts.warnings)) }
        }
        @if counts == FindingCounts::default() {
            span class="badge done" { (icon(Icon::Check)) (text::no_findings()) }
        }
    }
}

/// The findings of a handoff, errors first.
pub(crate) fn finding_list(handoff: &Handoff, findings: &[Finding]) -> Markup {
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    // Every stored handoff can be written as JSON.
    let file = serde_json::to_value(handoff).unwrap_or_default();
    html! {
        ul class="finding-list" {
            @for finding in sorted.iter().take(MAX_LISTED) { (one_finding(&file, finding)) }
            @if sorted.len() > MAX_LISTED { li class="hint" { (text::more_not_shown(sorted.len() - MAX_LISTED)) } }
        }
    }
}

fn one_finding(file: &Value, finding: &Finding) -> Markup {
    let (class, symbol, severity) = match finding.severity {
        Severity::Error => ("note error", Icon::Error, text::error_prefix()),
        Severity::Warning => ("note", Icon::Warning, text::warning_prefix()),
    };
    html! {
        li class=(class) {
            (icon(symbol))
            span class="words" {
                span class="unseen" { (severity) " " }
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

/// Channel, component and field of a finding with the labels of the editor.
fn named(file: &Value, finding: &Finding) -> Option<String> {
    let channel = finding.channel.as_ref()?;
    let known: Option<ChannelType> = channel.r#type.parse().ok();
    let own = format!("/channels/{}", channel.index);
    let mut words =
        vec![known.map_or_else(|| channel.r#type.clone(), |known| channel_name(known).into_owned())];
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

/// A JSON pointer without the channel, and with components numbered from 1: `component 2 › content`.
pub(crate) fn place(pointer: &str) -> String {
    let mut steps = pointer.split('/').skip(1).peekable();
    let mut words = Vec::new();
    while let Some(step) = steps.next() {
        let number = steps.peek().and_then(|next| next.parse::<usize>().ok()).map(|index| index + 1);
        match (step, number) {
            ("channels", Some(_)) => drop(steps.next()),
            ("messageComponents", Some(number)) => {
                words.push(text::component_number(number.to_string()).into_owned());
                steps.next();
            }
            (step, Some(number)) => {
                words.push(format!("{} {number}", step.trim_end_matches('s')));
                steps.next();
            }
            ("messageComponents", None) => words.push(text::components_place().into_owned()),
            (step, None) => words.push(step.replace("~1", "/").replace("~0", "~")),
        }
    }
    words.join(" › ")
}

/// The previews of a handoff with its sample values.
pub(crate) fn previews(handoff: &Handoff, settings: &AccountSettings) -> Previews {
    let samples = Samples::of_handoff(handoff).unwrap_or_default();
    let rendered = render_with_samples(handoff, &Values::default(), |channel| samples.of(channel));
    draw(&rendered, &settings.permitted_media_hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_shown_as_paths() {
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
