//! The page of one message: what happened to it, and when.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{App, ManageCredentials, ReadReports};
use outbound_model::Timestamp;
use outbound_reporting::{Address, Attempt, Step, Transaction, TransactionId};

use super::campaign_link::campaign_link;
use super::errors::explanation;
use super::handoff_link::handoff_link;
use super::names::{app_name, channel_name, source_name, status_badge, step_name};
use super::selection::{APP, DAY, HANDOFF};
use super::{paths, utc_day};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Visit};
use crate::text::{self, Text};

/// `GET /reports/transactions/{transaction}`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let not_found = || PageError::new(StatusCode::NOT_FOUND, "not_found", text::message_not_found());
    let id: TransactionId = id.parse().map_err(|_| not_found())?;
    let (message, address) = app.transaction(&grant, id).await?.ok_or_else(not_found)?;
    let handoff = message.attempt.as_ref().and_then(|attempt| attempt.handoff_id.as_ref());
    let handoff = if let Some(id) = handoff {
        html! {
            (handoff_link(&app, &visit, id).await?)
            " · " a href=(Fields::default().with(HANDOFF, id.as_str()).href(paths::BOARD)) { (text::reports_of_handoff()) }
        }
    } else {
        html! {}
    };
    let campaign = message.attempt.as_ref().and_then(|attempt| attempt.campaign_id.as_ref());
    let campaign = if let Some(id) = campaign {
        campaign_link(&app, &visit, id.as_str()).await?
    } else {
        html! {}
    };
    let content = html! {
        div class="page-head" {
            div {
                h1 { (text::message()) }
                p class="summary" { (status_badge(&message)) code { (message.id) } }
            }
            div class="actions" { a class="button" href=(day_path(&message)) { (text::messages_of_this_day()) } }
        }
        @if message.attempt.is_none() { p class="note" { (text::attempt_missing()) } }
        @if let Some(error) = message.reported_error() {
            section class="panel" aria-labelledby="error" {
                h2 id="error" { (text::error()) " " code dir="auto" { (error) } }
                (explanation(&error))
            }
        }
        (time_line(&message))
        (details(&visit, &message, address.as_ref(), [&handoff, &campaign]))
    };
    Ok(Page::new(text::message(), content).section(Section::Reports).response(&visit))
}

fn day_path(message: &Transaction) -> String {
    let app = message.attempt.as_ref().map_or("", |attempt| attempt.route.app.as_str());
    let day = utc_day::date(message.id.attempted_at());
    Fields::default().with(DAY, &day).with(APP, app).href(paths::TRANSACTIONS)
}

/// A step with its time. `is_reported`: whether an event said so, or a later event proves it.
struct Moment {
    name: Text,
    time: Timestamp,
    is_reported: bool,
}

/// The steps in the order of their times.
fn moments(message: &Transaction) -> Vec<Moment> {
    let times = &message.times;
    let attempted = Moment { name: text::attempted(), time: message.id.attempted_at(), is_reported: true };
    let steps = Step::ALL.iter().filter_map(|step| {
        let reported = times.get(*step);
        let time = match step {
            Step::Sent => times.sent(),
            Step::ConversationCreated => times.conversation_created(),
            _ => reported,
        };
        Some(Moment { name: step_name(*step), time: time?, is_reported: reported.is_some() })
    });
    let mut moments: Vec<_> = std::iter::once(attempted).chain(steps).collect();
    moments.sort_by_key(|moment| moment.time);
    moments
}

fn time_line(message: &Transaction) -> Markup {
    let moments = moments(message);
    let mut previous = None;
    html! {
        section class="section" aria-labelledby="time-line" {
            h2 id="time-line" { (text::time_line()) }
            div class="table-frame" {
                table class="cards reports" {
                    caption class="unseen" { (text::time_line()) }
                    thead { tr {
                        th scope="col" { (text::step()) }
                        th scope="col" { (text::time_in_utc()) }
                        th scope="col" class="number" { (text::after_previous_step()) }
                        th scope="col" class="number" { (text::after_attempt()) }
                    } }
                    tbody {
                        @for moment in &moments {
                            (moment_row(moment, previous.replace(moment.time), message.id.attempted_at()))
                        }
                    }
                }
            }
        }
    }
}

fn moment_row(moment: &Moment, previous: Option<Timestamp>, attempted: Timestamp) -> Markup {
    let since = |then: Timestamp| duration(moment.time.millis() - then.millis());
    html! {
        tr {
            th scope="row" {
                (moment.name) @if !moment.is_reported { div class="hint" { (text::step_not_reported()) } }
            }
            td data-label=(text::time_in_utc()) {
                time datetime=(moment.time) { (utc_day::date(moment.time)) " " (utc_day::clock(moment.time)) }
            }
            @if let Some(previous) = previous {
                td class="number" data-label=(text::after_previous_step()) { span { (since(previous)) } }
                td class="number" data-label=(text::after_attempt()) { span { (since(attempted)) } }
            } @else {
                td {} td {}
            }
        }
    }
}

/// `links`: to the handoff and the campaign.
fn details(visit: &Visit, message: &Transaction, address: Option<&Address>, links: [&Markup; 2]) -> Markup {
    html! {
        section class="panel" aria-labelledby="details" {
            h2 id="details" { (text::details()) }
            dl class="pairs" {
                @if let Some(attempt) = &message.attempt { (attempt_details(attempt, links)) }
                @if let Some(id) = &message.conversation_id {
                    dt { (text::conversation()) } dd { code dir="auto" { (id) } }
                }
                @if let Some(score) = message.score { dt { (text::survey_score()) } dd { (score) } }
                dt { (text::address()) }
                dd {
                    @match address {
                        Some(address) if visit.session.may::<ManageCredentials>() => { code dir="auto" { (address.reveal()) } }
                        Some(address) => {
                            code dir="auto" { (address.masked()) } " " span class="hint" { (text::address_masked()) }
                        }
                        None => span class="muted" { (text::address_unknown()) },
                    }
                }
            }
        }
    }
}

fn attempt_details(attempt: &Attempt, [handoff, campaign]: [&Markup; 2]) -> Markup {
    let Attempt { route, handoff_id, campaign_id, ivr_number } = attempt;
    html! {
        dt { (text::channel()) }
        dd {
            (channel_name(route.channel))
            @if route.initial_channel != route.channel { " (" (text::first_tried(channel_name(route.initial_channel))) ")" }
        }
        dt { (text::skill()) }
        dd dir="auto" {
            (route.skill)
            @if route.initial_skill != route.skill { " (" (text::at_first(route.initial_skill.as_str())) ")" }
        }
        dt { (text::sent_with()) } dd { (app_name(route.app)) }
        dt { (text::source()) } dd { (source_name(route.source)) }
        @if handoff_id.is_some() { dt { (text::handoff()) } dd { (handoff) } }
        @if campaign_id.is_some() { dt { (text::campaign()) } dd { (campaign) } }
        @if let Some(number) = ivr_number { dt { (text::ivr_number()) } dd { code dir="auto" { (number) } } }
    }
}

/// A duration in the two largest units: `350 ms`, `2.5 s`, `3 min 20 s`, `2 days 5 h`.
fn duration(millis: i64) -> String {
    let sign = if millis < 0 { "−" } else { "" };
    let millis = millis.unsigned_abs();
    let (seconds, minutes, hours) = (millis / 1000, millis / 60_000, millis / 3_600_000);
    let text = match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{seconds}.{} s", millis % 1000 / 100),
        60_000..3_600_000 => format!("{minutes} min {} s", seconds % 60),
        3_600_000..86_400_000 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{} d {} h", hours / 24, hours % 24),
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        for (millis, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (2_599, "2.5 s"),
            (200_000, "3 min 20 s"),
            (3_600_000, "1 h 0 min"),
            (190_800_000, "2 d 5 h"),
            (-1500, "−1.5 s"),
        ] {
            assert_eq!(duration(millis), expected);
        }
    }
}
