//! Messages by day: a drawing beside a table.

use std::fmt::Write;

use maud::{Markup, html};
use outbound_model::Timestamp;
use outbound_reporting::Counts;

use super::selection::DAY;
use super::{paths, utc_day};
use crate::fields::Fields;
use crate::text::{self, Text};

/// The height of the drawing, in units of its view box. It is stretched to the size of its place.
const HEIGHT: i64 = 100;
/// The width of a day.
const STEP: i64 = 10;
/// A line of the drawing, and a column of the table.
struct Line {
    class: &'static str,
    name: Text,
    count: fn(Counts) -> i64,
}

fn lines() -> [Line; 5] {
    [
        Line { class: "attempted", name: text::attempted(), count: |counts| counts.attempted },
        Line { class: "sent", name: text::sent(), count: |counts| counts.sent },
        Line { class: "delivered", name: text::delivered(), count: |counts| counts.delivered },
        Line { class: "read", name: text::read(), count: |counts| counts.read },
        Line { class: "failed", name: text::failed(), count: |counts| counts.failed },
    ]
}

/// `days`: each day of the period. `shared`: the filters, for the links to the messages of a day.
pub(super) fn section(days: &[(Timestamp, Counts)], shared: &Fields) -> Markup {
    let lines = lines();
    html! {
        section class="panel" aria-labelledby="days" {
            h2 id="days" { (text::by_day()) }
            div class="figure wide" {
                div {
                    (drawing(days))
                    ul class="legend" aria-hidden="true" {
                        @for Line { class, name, .. } in &lines {
                            li {
                                svg class="key" viewBox="0 0 28 4" { line class={ "line " (class) } x1="0" y1="2" x2="28" y2="2" {} }
                                (name)
                            }
                        }
                    }
                }
                div class="table-frame scroll" tabindex="0" role="region" aria-labelledby="days" {
                    table {
                        caption class="unseen" { (text::by_day()) }
                        thead { tr {
                            th scope="col" { (text::day()) }
                            @for Line { name, .. } in &lines { th scope="col" class="number" { (name) } }
                        } }
                        // The newest first.
                        tbody { @for (day, counts) in days.iter().rev() { (row(*day, *counts, shared)) } }
                    }
                }
            }
        }
    }
}

fn row(day: Timestamp, counts: Counts, shared: &Fields) -> Markup {
    let date = utc_day::date(day);
    html! {
        tr {
            th scope="row" { a href=(shared.with(DAY, &date).href(paths::TRANSACTIONS)) { (date) } }
            @for Line { count, .. } in lines() { td class="number" { (text::number(count(counts))) } }
        }
    }
}

fn drawing(days: &[(Timestamp, Counts)]) -> Markup {
    let most = days.iter().map(|(_, counts)| counts.attempted).max().unwrap_or_default().max(1);
    let width = STEP * i64::try_from(days.len()).unwrap_or(1);
    html! {
        div class="chart" {
            p class="hint" aria-hidden="true" { (text::number(most)) }
            svg viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                aria-labelledby="chart-title chart-description" {
                title id="chart-title" { (text::by_day()) }
                desc id="chart-description" { (text::by_day_description()) }
                @for height in [0, HEIGHT / 2, HEIGHT] {
                    line class="grid" x1="0" x2=(width) y1=(height) y2=(height) {}
                }
                @for Line { class, count, .. } in lines() {
                    polyline class={ "line " (class) } points=(points(days, count, most)) {}
                }
            }
            p class="hint ends" aria-hidden="true" {
                @for (day, _) in days.first().into_iter().chain(days.last().filter(|_| days.len() > 1)) {
                    span { (utc_day::date(*day)) }
                }
            }
        }
    }
}

/// The points of a line: the middle of each day. A single day is a line from side to side.
fn points(days: &[(Timestamp, Counts)], count: fn(Counts) -> i64, most: i64) -> String {
    let mut points = String::new();
    let mut add = |x: i64, counts: Counts| {
        let tenths = (most - count(counts)) * HEIGHT * 10 / most;
        // Writing to a String does not fail.
        let _ = write!(points, "{x},{}.{} ", tenths / 10, tenths % 10);
    };
    if let [(_, counts)] = days {
        add(0, *counts);
        add(STEP, *counts);
    } else {
        for (place, (_, counts)) in (0..).zip(days) {
            add(place * STEP + STEP / 2, *counts);
        }
    }
    points
}
