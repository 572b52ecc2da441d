//! The funnel: a drawing of all messages beside a table, and a table by channel.

use maud::{Markup, html};
use outbound_reporting::{Counts, Funnel, FunnelStep};

use super::figures::Figures;
use super::names::{channel_name, funnel_step_name};
use crate::text::{self, Text};

/// Sizes of the drawing, in units of its view box, which are pixels on a phone.
const WIDTH: i64 = 360;
const ROW: i64 = 32;
const LABELS: i64 = 112;
const BARS: i64 = 170;

/// The drawing and its table.
pub(crate) fn section(total: Counts) -> Markup {
    let funnel = Funnel::new(total);
    html! {
        section class="panel" aria-labelledby="funnel" {
            h2 id="funnel" { (text::funnel()) }
            div class="figure" {
                (drawing(funnel))
                div class="table-frame" {
                    table {
                        caption class="unseen" { (text::funnel()) }
                        thead { tr {
                            th scope="col" { (text::step()) }
                            th scope="col" class="number" { (text::messages()) }
                            th scope="col" class="number" { (text::of_attempted()) }
                            th scope="col" class="number" { (text::of_previous_step()) }
                        } }
                        tbody { @for step in FunnelStep::ALL { (row(funnel, *step)) } }
                    }
                }
            }
            (unsent(total))
        }
    }
}

fn row(funnel: Funnel, step: FunnelStep) -> Markup {
    html! {
        tr {
            th scope="row" { (funnel_step_name(step)) }
            td class="number" { (text::number(funnel.count(step))) }
            td class="number" { (funnel.of_attempted(step)) }
            td class="number" { @if let Some(share) = funnel.of_previous(step) { (share) } }
        }
    }
}

/// What is not in the funnel.
fn unsent(total: Counts) -> Markup {
    html! {
        dl class="figures" {
            @for (name, count) in unsent_counts(total) { div { dt { (name) } dd { (text::number(count)) } } }
        }
    }
}

fn unsent_counts(counts: Counts) -> [(Text, i64); 3] {
    [
        (text::failed(), counts.failed),
        (text::of_these_skipped(), counts.skipped),
        (text::pending(), counts.pending()),
    ]
}

fn drawing(funnel: Funnel) -> Markup {
    let view_box = format!("0 0 {WIDTH} {}", ROW * 6);
    html! {
        svg class="funnel" viewBox=(view_box) role="img" aria-labelledby="funnel-title funnel-description" {
            title id="funnel-title" { (text::funnel()) }
            desc id="funnel-description" { (text::funnel_description()) }
            @for (place, step) in (0..).zip(FunnelStep::ALL) { (bar(funnel, *step, place * ROW)) }
        }
    }
}

fn bar(funnel: Funnel, step: FunnelStep, top: i64) -> Markup {
    let share = funnel.of_attempted(step).tenths_of_percent().unwrap_or_default().clamp(0, 1000);
    // Any message is visible.
    let width = if share > 0 { (BARS * share / 1000).max(2) } else { 0 };
    html! {
        text x="0" y=(top + 20) { (funnel_step_name(step)) }
        rect class="track" x=(LABELS) y=(top + 5) width=(BARS) height="22" rx="4" {}
        rect class="bar" x=(LABELS) y=(top + 5) width=(width) height="22" rx="4" {}
        text class="value" x=(WIDTH) y=(top + 20) text-anchor="end" { (text::number(funnel.count(step))) }
    }
}

/// The funnel of each channel.
pub(super) fn by_channel(figures: &Figures) -> Markup {
    html! {
        section class="section" aria-labelledby="channels" {
            h2 id="channels" { (text::by_channel()) }
            div class="table-frame" {
                table class="cards reports" {
                    caption class="unseen" { (text::by_channel()) }
                    thead { tr {
                        th scope="col" { (text::channel()) }
                        @for step in FunnelStep::ALL { th scope="col" class="number" { (funnel_step_name(*step)) } }
                        @for (name, _) in unsent_counts(Counts::default()) { th scope="col" class="number" { (name) } }
                    } }
                    tbody {
                        @for (channel, counts) in &figures.channels { (channel_row(&channel_name(*channel), *counts, None)) }
                        @if figures.channels.len() > 1 { (channel_row(&text::total(), figures.total, Some("total"))) }
                    }
                }
            }
            p class="hint" { (text::by_channel_hint()) }
        }
    }
}

fn channel_row(name: &str, counts: Counts, class: Option<&str>) -> Markup {
    let funnel = Funnel::new(counts);
    html! {
        tr class=[class] {
            th scope="row" { (name) }
            @for step in FunnelStep::ALL {
                td class="number" data-label=(funnel_step_name(*step)) {
                    span { (text::number(funnel.count(*step))) }
                    @if let Some(previous) = funnel.of_previous(*step) {
                        div class="hint" { (funnel.of_attempted(*step)) " · " (previous) }
                    }
                }
            }
            @for (name, count) in unsent_counts(counts) {
                td class="number" data-label=(name) { span { (text::number(count)) } }
            }
        }
    }
}
