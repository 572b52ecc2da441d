//! The campaigns of the account, newest first.

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{App, Campaign, CampaignPosition, ManageCredentials, ReadCampaigns};
use outbound_campaigns::CampaignStatus;
use outbound_model::Timestamp;

use super::empty_state::empty_state;
use super::names::{creator, status_badge};
use super::{example, obstacles, paths, progress};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::moment::ago;
use crate::page::{Page, Section};
use crate::refresh::{self, Pace};
use crate::sandbox_banner;
use crate::sessions::session::LoggedIn;
use crate::text;

/// The field with the position of the last campaign of the previous page: its time in ms, `-` and its id.
const BEFORE: &str = "before";
/// Campaigns on a page.
const PER_PAGE: usize = 30;

/// `GET /campaigns`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let before = position(query.text(BEFORE));
    let limit = u32::try_from(PER_PAGE + 1).unwrap_or(u32::MAX);
    let mut found = app.campaigns(&grant, before.as_ref(), limit).await?;
    let has_more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let next = found.last().filter(|_| has_more);
    let account = &visit.session.user().account;
    let may_create_client = visit.session.may::<ManageCredentials>();
    let creators = found.iter().map(|campaign| campaign.created_by.as_str());
    let names = app.creator_names(&grant, creators).await?;
    let lanes = app.lanes(&grant).await?;
    let mut waiting = HashSet::new();
    for campaign in &found {
        if obstacles::waits_for_stopped_sender(campaign, &lanes)? {
            waiting.insert(campaign.ids.proactive.as_str());
        }
    }
    let (is_first, now) = (before.is_none(), app.now());
    let pace = found.iter().map(|campaign| progress::pace(campaign, now)).find(|pace| *pace == Pace::Fast);
    // New campaigns appear on the first page.
    let pace = pace.unwrap_or(if is_first { Pace::Slow } else { Pace::Never });
    let content = html! {
        div class="page-head" {
            h1 { (text::campaigns()) }
            div class="actions" { (refresh::button(&visit.path, pace)) }
        }
        (paths::tabs(&app, &visit, paths::CAMPAIGNS))
        @if app.has_sandbox(account) || !found.is_empty() { (sandbox_banner::of_campaigns(&app, &visit)) }
        @if !found.is_empty() || !is_first {
            (table(&found, &names, &waiting, now))
            (pager(!is_first, next))
        } @else if !app.has_sandbox(account) {
            (empty_state(&app, account, may_create_client))
        }
        @if app.has_sandbox(account) && is_first {
            (example::section(&app, account, may_create_client, found.is_empty()))
        }
    };
    let content = refresh::changing(&visit.path, pace, &content);
    Ok(Page::new(text::campaigns(), content).section(Section::Campaigns).response(&visit))
}

/// Reads a position. Others than those of links show the first page.
fn position(before: &str) -> Option<CampaignPosition> {
    let (time, id) = before.split_once('-')?;
    let created_at = Timestamp::from_millis(time.parse().ok()?)?;
    Some(CampaignPosition { created_at, id: id.parse().ok()? })
}

/// `waiting`: the ids of campaigns that wait for a sender that stopped.
fn table(
    found: &[Campaign],
    names: &HashMap<String, String>,
    waiting: &HashSet<&str>,
    now: Timestamp,
) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards" {
                caption class="unseen" { (text::campaigns()) }
                thead { tr {
                    th scope="col" { (text::name()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::progress()) }
                    th scope="col" { (text::created()) }
                } }
                tbody { @for campaign in found { (row(campaign, names, waiting.contains(campaign.ids.proactive.as_str()), now)) } }
            }
        }
    }
}

fn row(campaign: &Campaign, names: &HashMap<String, String>, is_waiting: bool, now: Timestamp) -> Markup {
    let status = CampaignStatus::of(campaign.control, &campaign.counts);
    html! {
        tr data-key=(campaign.ids.proactive) {
            th scope="row" { a dir="auto" href=(paths::campaign(&campaign.ids.proactive)) { (campaign.name) } }
            td data-label=(text::status()) {
                span {
                    (status_badge(status))
                    @if is_waiting { " " span class="badge error" { (text::sender_stopped_badge()) } }
                    @if campaign.counts.unknown > 0 {
                        " " span class="badge warning" { (text::outcomes_unknown(campaign.counts.unknown)) }
                    }
                }
            }
            td data-label=(text::progress()) { span { (progress::summary(&campaign.counts)) } }
            td data-label=(text::created()) {
                span { (ago(campaign.created_at, now)) " · " bdi { (creator(campaign, names)) } }
            }
        }
    }
}

fn pager(is_later_page: bool, last: Option<&Campaign>) -> Markup {
    let next = |last: &Campaign| {
        let before = format!("{}-{}", last.created_at.millis(), last.ids.proactive);
        Fields::default().with(BEFORE, &before).href(paths::CAMPAIGNS)
    };
    html! {
        nav class="pager" aria-label=(text::pages()) {
            @if is_later_page { a class="button" href=(paths::CAMPAIGNS) { (text::first_page()) } }
            @if let Some(last) = last { a class="button" href=(next(last)) rel="next" { (text::next_page()) } }
        }
    }
}
