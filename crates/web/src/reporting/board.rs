//! The board: the figures of a period.

use std::ops::Range;

use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{App, AppError, ManageCredentials, ReadReports, ReportRequest};
use outbound_model::Timestamp;
use outbound_reporting::{AnalyticsInterval, DAY, EnabledChannels, Grouping};

use super::choices::{Choices, date, tabs};
use super::empty_state::empty_state;
use super::figures::Figures;
use super::handoff_link::handoff_link;
use super::selection::{self, FROM, Selection, TO};
use super::{api_lines, by_day, downloads, errors, funnel, paths, utc_day};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sandbox_banner;
use crate::sessions::session::{LoggedIn, Visit};
use crate::text;

/// `GET /reports`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let now = app.now();
    let head = html! { div class="page-head" { h1 { (text::reports()) } } (tabs(&visit, paths::BOARD)) (sandbox_banner::of_reports(&app, &visit)) };
    if !app.has_messages(&grant).await? {
        let may_create_client = visit.session.may::<ManageCredentials>();
        let content = html! { (head) (empty_state(&app, &visit.session.user().account, may_create_client)) };
        return Ok(Page::new(text::reports(), content).section(Section::Reports).response(&visit));
    }
    let form = form(&query, now, &Choices::of(&app, &grant).await?);
    let read = selection::of_board(&query).and_then(|read| Ok((read, selection::period(&query, now)?)));
    let (selection, period) = match read {
        Ok(read) => read,
        Err(why) => {
            let page = Page::new(text::reports(), html! { (head) (form) }).section(Section::Reports);
            return Ok(page.error(StatusCode::BAD_REQUEST, why).response(&visit));
        }
    };
    let request = ReportRequest { app: selection.app, interval: period.clone(), filters: &selection.filters };
    let totals = app.analytics(&grant, &request, Grouping::default()).await?;
    let figures = app.compute(grant.account(), move || Figures::of(&totals)).await?;
    let enabled = app.reported_channels(&grant).await?;
    let content = html! {
        (head)
        (form)
        (handoff(&app, &visit, &selection).await?)
        @if figures.total.attempted == 0 {
            section class="panel empty-state" { h2 { (text::no_messages_match()) } p { (text::no_messages_match_hint()) } }
        } @else {
            (figures_of(&figures, &query, &period, enabled))
            (downloads::links(paths::BOARD, &query))
        }
        (api_lines::section(&app, &visit.session.user().account, &selection, &period, enabled))
    };
    Ok(Page::new(text::reports(), content).section(Section::Reports).response(&visit))
}

fn form(query: &Fields, now: Timestamp, choices: &Choices) -> Markup {
    let (from, to) = selection::default_period(now);
    let entered = |name: &str, default| query.get(name).map_or_else(|| utc_day::date(default), str::to_owned);
    html! {
        form class="filters" method="get" action=(paths::BOARD) role="search" aria-label=(text::filters()) {
            (date(FROM, &text::from_day(), &entered(FROM, from)))
            (date(TO, &text::to_day(), &entered(TO, to)))
            (choices.fields(query))
            button class="primary" { (text::show()) }
        }
        p class="hint" { (text::period_hint(AnalyticsInterval::MAX_DAYS)) }
    }
}

fn figures_of(
    figures: &Figures,
    query: &Fields,
    period: &Range<Timestamp>,
    enabled: EnabledChannels,
) -> Markup {
    let shared = selection::shared(query);
    let days = (period.end.millis() - period.start.millis()) / DAY;
    let days = (0..days).map(|day| utc_day::plus(period.start, day));
    let days: Vec<_> = days.map(|day| (day, figures.days.get(&day).copied().unwrap_or_default())).collect();
    let is_in_api = figures.channels.keys().all(|channel| enabled.contains(*channel));
    html! {
        (funnel::section(figures.total))
        (funnel::by_channel(figures))
        @if !is_in_api { p class="note" { (text::channels_not_in_api()) } }
        (by_day::section(&days, &shared))
        (errors::section(&figures.errors, &shared))
        (definitions())
    }
}

/// The handoff that the figures are about, if they are about one.
async fn handoff(app: &App, visit: &Visit, selection: &Selection) -> Result<Markup, AppError> {
    let Some([id]) = selection.filters.handoff_ids() else { return Ok(html! {}) };
    let link = handoff_link(app, visit, id).await?;
    Ok(html! { p class="summary" { span class="muted" { (text::handoff()) } (link) } })
}

fn definitions() -> Markup {
    html! {
        section class="panel" aria-labelledby="definitions" {
            h2 id="definitions" { (text::how_numbers_are_counted()) }
            dl class="pairs definitions" {
                dt { (text::attempted()) } dd { (text::attempted_definition()) }
                dt { (text::eligible()) } dd { (text::eligible_definition()) }
                dt { (text::sent()) } dd { (text::sent_definition()) }
                dt { (text::delivered()) } dd { (text::delivered_definition()) }
                dt { (text::read()) } dd { (text::read_definition()) }
                dt { (text::conversations()) } dd { (text::conversations_definition()) }
                dt { (text::failed()) } dd { (text::failed_definition()) }
                dt { (text::skipped()) } dd { (text::skipped_definition()) }
                dt { (text::pending()) } dd { (text::pending_definition()) }
                dt { (text::day()) } dd { (text::day_definition()) }
            }
        }
    }
}
