//! How far a campaign is: a bar with the table of its numbers.

use maud::{Markup, html};
use outbound_app::Campaign;
use outbound_campaigns::{CampaignId, CampaignStatus, RecipientCounts};
use outbound_model::Timestamp;
use outbound_reporting::Share;

use super::{names::state_name, paths};
use crate::refresh::Pace;
use crate::text::{self, Text};

/// The width of the bar, in units of its view box. It is stretched to the size of its place.
const WIDTH: u64 = 1000;
/// The width of a part that would be too small to see.
const MIN_WIDTH: u64 = 4;
/// How long after the creation of a campaign most statuses and replies arrive.
const REPLY_SECONDS: i64 = 24 * 60 * 60;

/// The recipients in some states. `class`: its colour.
struct Part {
    class: &'static str,
    states: &'static [&'static str],
    count: u64,
}

/// All recipients, from those that are done to those that are not.
fn parts(counts: &RecipientCounts) -> [Part; 7] {
    let part = |class, states, count| Part { class, states, count };
    [
        part("sent", &["sent"], counts.sent),
        part("failed", &["failed"], counts.failed),
        part("skipped", &["skipped"], counts.skipped),
        part("cancelled", &["cancelled", "expired"], counts.cancelled),
        part("unknown", &["unknown"], counts.unknown),
        part("in-flight", &["in_flight"], counts.in_flight),
        part("waiting", &["waiting"], counts.waiting),
    ]
}

/// The number of all recipients.
pub(super) fn total(counts: &RecipientCounts) -> u64 {
    parts(counts).iter().map(|part| part.count).sum()
}

/// The number of recipients for whom nothing remains to be done or decided.
fn done(counts: &RecipientCounts) -> u64 {
    counts.sent + counts.failed + counts.skipped + counts.cancelled
}

fn share(part: u64, total: u64) -> Share {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Share { part: number(part), total: number(total) }
}

/// How soon the page of a campaign changes. After the end, status callbacks and replies of consumers still arrive.
pub(super) fn pace(campaign: &Campaign, now: Timestamp) -> Pace {
    let is_recent = campaign.created_at.plus_seconds(REPLY_SECONDS) > now;
    match CampaignStatus::of(campaign.control, &campaign.counts) {
        _ if campaign.counts.in_flight > 0 => Pace::Fast,
        CampaignStatus::Running => Pace::Fast,
        CampaignStatus::Draft | CampaignStatus::Paused => Pace::Slow,
        CampaignStatus::Finished | CampaignStatus::Cancelled if is_recent => Pace::Slow,
        CampaignStatus::Finished | CampaignStatus::Cancelled => Pace::Never,
    }
}

/// `80 of 100 done, 80.0 %`.
pub(super) fn summary(counts: &RecipientCounts) -> Text {
    let (done, total) = (done(counts), total(counts));
    text::progress_summary(done, share(done, total).to_string(), total)
}

/// The bar and its table, whose numbers link to the recipients.
pub(super) fn section(id: &CampaignId, counts: &RecipientCounts) -> Markup {
    let total = total(counts);
    html! {
        section class="panel" aria-labelledby="progress" {
            h2 id="progress" { (text::progress()) }
            p class="summary" { (summary(counts)) }
            div class="figure stacked" {
                (bar(counts))
                div class="table-frame" {
                    table {
                        caption class="unseen" { (text::progress()) }
                        thead { tr {
                            th scope="col" { (text::status()) }
                            th scope="col" class="number" { (text::recipients()) }
                            th scope="col" class="number" { (text::share()) }
                        } }
                        tbody { @for part in parts(counts) { (row(id, &part, total)) } }
                    }
                }
            }
            p class="hint" { (text::progress_hint()) }
        }
    }
}

fn bar(counts: &RecipientCounts) -> Markup {
    let total = total(counts).max(1);
    let mut before = 0;
    let segments = parts(counts).map(|part| {
        let start = before * WIDTH / total;
        before += part.count;
        let width = (before * WIDTH / total).saturating_sub(start);
        (part.class, start.min(WIDTH - MIN_WIDTH), if part.count > 0 { width.max(MIN_WIDTH) } else { 0 })
    });
    let view_box = format!("0 0 {WIDTH} 24");
    html! {
        svg class="progress" viewBox=(view_box) preserveAspectRatio="none" role="img" aria-label=(summary(counts)) {
            rect class="track" width=(WIDTH) height="24" {}
            @for (class, start, width) in segments {
                @if width > 0 { rect class=(class) x=(start) width=(width) height="24" {} }
            }
        }
    }
}

fn row(id: &CampaignId, part: &Part, total: u64) -> Markup {
    html! {
        tr {
            th scope="row" {
                svg class="progress key" viewBox="0 0 12 12" aria-hidden="true" {
                    rect class=(part.class) width="12" height="12" rx="3" {}
                }
                @for (place, state) in part.states.iter().enumerate() {
                    @if place > 0 { ", " }
                    a href=(paths::recipients_in(id, state)) { (state_name(state)) }
                }
            }
            td class="number" { (text::number(part.count)) }
            td class="number" { (share(part.count, total)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_are_visible_and_inside_of_the_bar() {
        let counts = RecipientCounts { sent: 1, unknown: 1, waiting: 99_998, ..RecipientCounts::default() };
        let drawn = bar(&counts).into_string();
        assert!(drawn.contains(r#"<rect class="sent" x="0" width="4""#), "{drawn}");
        assert!(drawn.contains(r#"<rect class="unknown" x="0" width="4""#), "{drawn}");
        let last = RecipientCounts { sent: 99_999, waiting: 1, ..RecipientCounts::default() };
        let drawn = bar(&last).into_string();
        assert!(drawn.contains(r#"<rect class="waiting" x="996" width="4""#), "{drawn}");
        assert!(!bar(&RecipientCounts::default()).into_string().contains("class=\"sent\""));
    }
}
