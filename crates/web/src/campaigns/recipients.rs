//! The recipients of a campaign.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{
    App, CampaignRecipient, Grant, ManageCredentials, ReadCampaigns, RecipientFilter, WriteCampaigns,
};
use outbound_campaigns::{CampaignId, RecipientState};
use outbound_model::Timestamp;
use outbound_reporting::look_up;

use super::names::{STATES, skip_reason, state_badge};
use super::paths::{self, STATE};
use super::progress;
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::moment::{ago, at};
use crate::page::{Page, Section};
use crate::refresh::{self, Pace};
use crate::reporting::choices::{any, select};
use crate::reporting::names::channel_name;
use crate::reporting::paths::TRANSACTIONS;
use crate::sandbox_banner;
use crate::sessions::session::{LoggedIn, Visit};
use crate::text::{self, Text};

/// The field with the number of the last recipient of the previous page.
const AFTER: &str = "after";
/// Recipients on a page.
const PER_PAGE: u32 = 50;

/// `GET /campaigns/{id}/recipients`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = paths::read_id(&id)?;
    match read(&query) {
        Ok(filter) => Ok(page(&app, &grant, &visit, &id, &filter).await?.response(&visit)),
        Err(why) => {
            let campaign = app.campaign(&grant, &id).await?;
            let content = html! { (head(&id, &campaign.name, &html! {})) (form(&id, &query)) };
            let page = Page::new(text::recipients(), content).section(Section::Campaigns);
            Ok(page.error(StatusCode::BAD_REQUEST, why).response(&visit))
        }
    }
}

/// The first recipients in a state.
pub(super) fn first_in(state: &str) -> RecipientFilter {
    RecipientFilter { state: Some(state.to_owned()), after: None, limit: PER_PAGE + 1 }
}

/// Reads the form. One recipient more than on a page is read, to know whether there is another page.
fn read(query: &Fields) -> Result<RecipientFilter, Text> {
    let state = Some(query.text(STATE)).filter(|state| !state.is_empty());
    if let Some(state) = state.filter(|state| STATES.iter().all(|(name, _)| name != state)) {
        return Err(text::unknown_state(state, STATES.map(|(name, _)| name).join(", ")));
    }
    let after = match query.text(AFTER) {
        "" => None,
        after => Some(after.parse().map_err(|_| text::invalid_recipient_number(after))?),
    };
    Ok(RecipientFilter { state: state.map(str::to_owned), after, limit: PER_PAGE + 1 })
}

/// The page of a filter that [`read`] or [`first_in`] returned.
pub(super) async fn page(
    app: &App,
    grant: &Grant<ReadCampaigns>,
    visit: &Visit,
    id: &CampaignId,
    filter: &RecipientFilter,
) -> Result<Page<'static>, PageError> {
    let campaign = app.campaign(grant, id).await?;
    let mut found = app.recipients(grant, id, filter).await?;
    let has_more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let last = found.last().filter(|_| has_more).map(|last| last.number);
    let query = Fields::default().with(STATE, filter.state.as_deref().unwrap_or_default());
    let pace = match progress::pace(&campaign, app.now()) {
        // Replies do not change the states of recipients.
        Pace::Slow if campaign.counts.waiting == 0 => Pace::Never,
        pace => pace,
    };
    let path = match filter.after {
        Some(after) => query.with(AFTER, &after.to_string()).href(&paths::recipients(id)),
        None => query.href(&paths::recipients(id)),
    };
    let content = html! {
        (head(id, &campaign.name, &refresh::button(&path, pace)))
        (sandbox_banner::of_campaigns(app, visit))
        (form(id, &query))
        @if found.is_empty() {
            section class="panel empty-state" { h2 { (text::no_recipients()) } p { (text::no_recipients_hint()) } }
        } @else {
            (table(visit, id, &found, app.now()))
        }
        (pager(id, &query, filter.after.is_some(), last))
    };
    let content = refresh::changing(&path, pace, &content);
    Ok(Page::new(text::recipients(), content).section(Section::Campaigns))
}

fn head(id: &CampaignId, campaign: &str, action: &Markup) -> Markup {
    html! {
        div class="page-head" {
            div {
                h1 { (text::recipients()) }
                p class="summary" {
                    span class="muted" { (text::campaign()) }
                    a dir="auto" href=(paths::campaign(id)) { (campaign) }
                }
            }
            div class="actions" { (action) }
        }
    }
}

fn form(id: &CampaignId, query: &Fields) -> Markup {
    let states = STATES.iter().map(|(name, label)| (*name, label()));
    html! {
        form class="filters" method="get" action=(paths::recipients(id)) role="search" aria-label=(text::filters()) {
            (select(query, STATE, &text::status(), any().chain(states)))
            button class="primary" { (text::show()) }
        }
    }
}

fn table(visit: &Visit, id: &CampaignId, found: &[CampaignRecipient], now: Timestamp) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards reports" {
                caption class="unseen" { (text::recipients()) }
                thead { tr {
                    th scope="col" { (text::recipient()) }
                    th scope="col" { (text::channel()) }
                    th scope="col" { (text::address()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::changed()) }
                    th scope="col" { (text::action()) }
                } }
                tbody { @for recipient in found { (row(visit, id, recipient, now)) } }
            }
        }
        @if !visit.session.may::<ManageCredentials>() { p class="hint" { (text::address_masked()) } }
    }
}

fn row(visit: &Visit, id: &CampaignId, recipient: &CampaignRecipient, now: Timestamp) -> Markup {
    let time_line = format!("{TRANSACTIONS}/{}", recipient.transaction);
    html! {
        tr data-key=(recipient.number) {
            th scope="row" { (text::recipient_number(recipient.number)) }
            td data-label=(text::channel()) { (channel_name(recipient.channel)) }
            td data-label=(text::address()) { (address(visit, recipient)) }
            td data-label=(text::status()) { (state(recipient)) }
            td data-label=(text::changed()) { (ago(recipient.changed_at, now)) }
            td data-label=(text::action()) {
                span {
                    a class="button small quiet" href=(time_line) {
                        (text::time_line()) span class="unseen" { " " (text::recipient_number(recipient.number)) }
                    }
                    @if recipient.state == RecipientState::Unknown && visit.session.may::<WriteCampaigns>() {
                        " " (decisions(visit, id, recipient.number))
                    }
                }
            }
        }
    }
}

fn address(visit: &Visit, recipient: &CampaignRecipient) -> Markup {
    html! {
        @match &recipient.address {
            Some(address) if visit.session.may::<ManageCredentials>() => { code dir="auto" { (address.reveal()) } }
            Some(address) => { code dir="auto" { (address.masked()) } }
            None => span class="muted" { (text::address_deleted()) },
        }
    }
}

/// The state, with the error and its meaning, or the time at which the message is sent.
fn state(recipient: &CampaignRecipient) -> Markup {
    html! {
        span {
            (state_badge(&recipient.state))
            @if recipient.retries > 0 { " " span class="hint" { (text::retries(recipient.retries)) } }
            @if let Some(error) = recipient.error() {
                div { code dir="auto" { (error) } }
                @if let Some(entry) = look_up(error) { div class="hint" { (entry.meaning) } }
            }
            @if let Some(reason) = recipient.skip_reason() {
                div class="hint" { (skip_reason(reason)) }
            }
            @if let (RecipientState::Waiting, Some(due_at)) = (&recipient.state, recipient.due_at) {
                div class="hint" { (text::not_before()) " " (at(due_at)) }
            }
        }
    }
}

fn decisions(visit: &Visit, id: &CampaignId, number: u32) -> Markup {
    let path = format!("{}/{number}", paths::recipients(id));
    let whose = html! { span class="unseen" { " " (text::recipient_number(number)) } };
    html! {
        a class="button small" href={ (path) "/send-again" } { (text::send_again()) (whose) }
        " "
        form class="inline" method="post" action={ (path) "/count-as-sent" } {
            (visit.token())
            button class="small" { (text::count_as_sent()) (whose) }
        }
    }
}

fn pager(id: &CampaignId, query: &Fields, is_later_page: bool, last: Option<u32>) -> Markup {
    let path = paths::recipients(id);
    html! {
        nav class="pager" aria-label=(text::pages()) {
            @if is_later_page { a class="button" href=(query.href(&path)) { (text::first_page()) } }
            @if let Some(last) = last {
                a class="button" href=(query.with(AFTER, &last.to_string()).href(&path)) rel="next" { (text::next_page()) }
            }
        }
    }
}
