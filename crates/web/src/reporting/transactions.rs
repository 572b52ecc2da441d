//! The messages of a day.

use std::ops::Range;

use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{App, ReadReports, ReportRequest, StoredTransaction, TransactionPage};
use outbound_model::Timestamp;
use outbound_reporting::{MessageStatus, Transaction};

use super::choices::{Choices, any, date, select, tabs};
use super::names::{channel_name, status_badge, status_name};
use super::selection::{self, DAY, ERROR, STATUS, Selection};
use super::{downloads, paths, utc_day};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sandbox_banner;
use crate::sessions::session::LoggedIn;
use crate::text::{self, Text};

const OFFSET: &str = "offset";
/// Messages on a page.
const PER_PAGE: u32 = 50;
/// The last page begins at most here. A day of one account has fewer messages.
const MAX_OFFSET: u64 = 10_000_000;

/// `GET /reports/transactions`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let now = app.now();
    let head = html! {
        div class="page-head" { h1 { (text::messages_of_a_day()) } }
        (tabs(&visit, paths::TRANSACTIONS))
        (sandbox_banner::of_reports(&app, &visit))
        (form(&query, now, &Choices::of(&app, &grant).await?))
    };
    let (selection, interval, offset) = match read(&query, now) {
        Ok(read) => read,
        Err(why) => {
            let page = Page::new(text::messages_of_a_day(), head).section(Section::Reports);
            return Ok(page.error(StatusCode::BAD_REQUEST, why).response(&visit));
        }
    };
    let request = ReportRequest { app: selection.app, interval, filters: &selection.filters };
    let page = TransactionPage::Offset(offset);
    let mut found = app.transactions(&grant, &request, page, PER_PAGE + 1).await?;
    let has_more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let content = html! {
        (head)
        @if found.is_empty() {
            section class="panel empty-state" { h2 { (text::no_messages_match()) } p { (text::no_messages_of_day_hint()) } }
        } @else {
            (table(&found))
            (downloads::links(paths::TRANSACTIONS, &query.without(OFFSET)))
        }
        (pager(&query, offset, has_more))
    };
    Ok(Page::new(text::messages_of_a_day(), content).section(Section::Reports).response(&visit))
}

/// Reads the form: application and filters, the day, and the number of messages to skip.
fn read(query: &Fields, now: Timestamp) -> Result<(Selection, Range<Timestamp>, u64), Text> {
    let offset = match query.text(OFFSET) {
        "" => 0,
        offset => offset
            .parse()
            .ok()
            .filter(|offset| *offset <= MAX_OFFSET)
            .ok_or_else(|| text::invalid_offset(MAX_OFFSET, offset))?,
    };
    Ok((selection::of_list(query)?, selection::day(query, now)?, offset))
}

fn form(query: &Fields, now: Timestamp, choices: &Choices) -> Markup {
    let statuses = MessageStatus::ALL.iter().map(|status| (status.as_str(), status_name(*status)));
    let day = query.get(DAY).map_or_else(|| utc_day::date(now), str::to_owned);
    html! {
        form class="filters" method="get" action=(paths::TRANSACTIONS) role="search" aria-label=(text::filters()) {
            (date(DAY, &text::day_in_utc(), &day))
            (choices.fields(query))
            (select(query, STATUS, &text::status(), any().chain(statuses)))
            div class="field" {
                label for=(ERROR) { (text::error()) }
                input id=(ERROR) name=(ERROR) value=(query.text(ERROR)) placeholder=(text::any()) maxlength="257"
                    autocomplete="off" spellcheck="false" dir="auto";
            }
            button class="primary" { (text::show()) }
        }
    }
}

fn table(found: &[StoredTransaction]) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards reports" {
                caption class="unseen" { (text::messages_of_a_day()) }
                thead { tr {
                    th scope="col" { (text::time_of_attempt()) }
                    th scope="col" { (text::channel()) }
                    th scope="col" { (text::skill()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::error()) }
                } }
                tbody { @for stored in found { (row(&stored.transaction)) } }
            }
        }
    }
}

fn row(message: &Transaction) -> Markup {
    let attempted = message.id.attempted_at();
    let route = message.attempt.as_ref().map(|attempt| &attempt.route);
    html! {
        tr {
            th scope="row" {
                a href={ (paths::TRANSACTIONS) "/" (message.id) } { time datetime=(attempted) { (utc_day::clock(attempted)) } }
            }
            @if let Some(route) = route {
                td data-label=(text::channel()) { (channel_name(route.channel)) }
                td data-label=(text::skill()) { span dir="auto" { (route.skill) } }
            }
            td data-label=(text::status()) { (status_badge(message)) }
            td data-label=(text::error()) {
                @if let Some(error) = message.reported_error() { code dir="auto" { (error) } }
            }
        }
    }
}

fn pager(query: &Fields, offset: u64, has_more: bool) -> Markup {
    let page = u64::from(PER_PAGE);
    let to = |offset: u64| match offset {
        0 => query.without(OFFSET).href(paths::TRANSACTIONS),
        offset => query.with(OFFSET, &offset.to_string()).href(paths::TRANSACTIONS),
    };
    html! {
        nav class="pager" aria-label=(text::pages()) {
            @if offset > 0 {
                a class="button" href=(to(offset.saturating_sub(page))) rel="prev" { (text::previous_page()) }
            }
            @if has_more { a class="button" href=(to(offset + page)) rel="next" { (text::next_page()) } }
        }
    }
}
