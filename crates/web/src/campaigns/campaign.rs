//! One campaign: progress, what it sends, and the decisions that are possible.

use axum::extract::{Path, State};
use maud::{Markup, html};
use outbound_app::{App, Campaign, CampaignContent, LaunchCampaigns, ReadCampaigns, ReadReports};
use outbound_campaigns::{CampaignId, CampaignStatus, Control, Decision};
use outbound_model::Timestamp;
use outbound_reporting::dictionary;

use super::names::status_badge;
use super::{details, obstacles, paths, progress};
use crate::error::{PageError, PageResult, sentence};
use crate::page::{Page, Section};
use crate::refresh;
use crate::reporting;
use crate::sandbox_banner;
use crate::sessions::session::{LoggedIn, Visit};
use crate::text;

/// `GET /campaigns/{id}`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let campaign = app.campaign(&grant, &paths::read_id(&id)?).await?;
    Ok(page(&app, &visit, campaign).await?.response(&visit))
}

/// The page of a campaign.
pub(super) async fn page(app: &App, visit: &Visit, campaign: Campaign) -> Result<Page<'static>, PageError> {
    let (now, id) = (app.now(), &campaign.ids.proactive);
    let status = CampaignStatus::of(campaign.control, &campaign.counts);
    let what = CampaignContent::of(&campaign)?;
    let details = details::section(app, visit, &campaign, &what).await?;
    let obstacles = obstacles::notes(app, visit, &campaign, &what).await?;
    let funnel = funnel(app, visit, id).await?;
    let (path, pace) = (paths::campaign(id), progress::pace(&campaign, now));
    let content = html! {
        div class="page-head" {
            div {
                h1 dir="auto" { (campaign.name) }
                p class="summary" {
                    (status_badge(status)) code { (id) }
                    a href=(paths::CAMPAIGNS) { (text::all_campaigns()) }
                }
            }
            div class="actions" {
                (refresh::button(&path, pace))
                a class="button" href=(paths::recipients(id)) { (text::recipients()) }
                @if visit.session.may::<LaunchCampaigns>() { (buttons(visit, &campaign, status, now)) }
            }
        }
        (sandbox_banner::of_campaigns(app, visit))
        (notes(&campaign, status))
        (obstacles)
        (progress::section(id, &campaign.counts))
        (funnel)
        (details)
    };
    let content = refresh::changing(&path, pace, &content);
    Ok(Page::new(campaign.name, content).section(Section::Campaigns))
}

/// What became of the messages, if reports have them.
async fn funnel(app: &App, visit: &Visit, id: &CampaignId) -> Result<Markup, PageError> {
    let grant = visit.session.grant::<ReadReports>()?;
    let counts = app.campaign_counts(&grant, id.as_str()).await?;
    Ok(html! { @if let Some(counts) = counts { (reporting::funnel::section(counts)) } })
}

/// Why the campaign does not continue by itself.
fn notes(campaign: &Campaign, status: CampaignStatus) -> Markup {
    html! {
        @if status == CampaignStatus::Paused {
            p class="note" {
                span class="words" {
                    @match &campaign.reason {
                        Some(reason) => { (text::paused_automatically()) " " (pause_reason(reason)) }
                        None => (text::paused_by_user()),
                    }
                }
            }
        }
        @if campaign.counts.unknown > 0 {
            p class="note" {
                span class="words" { (text::outcomes_unknown_details(campaign.counts.unknown)) }
                a href=(paths::recipients_in(&campaign.ids.proactive, "unknown")) { (text::show()) }
            }
        }
    }
}

/// The reason as a sentence, or the code of an error with its meaning.
fn pause_reason(reason: &str) -> Markup {
    html! {
        @if let Some(entry) = dictionary().find(|entry| entry.key == reason) {
            code dir="auto" { (reason) } ". " (entry.meaning) " " (entry.advice)
        } @else {
            bdi { (sentence(reason)) }
        }
    }
}

/// The decisions that the status permits. Those that cannot be taken back lead to a question.
fn buttons(visit: &Visit, campaign: &Campaign, status: CampaignStatus, now: Timestamp) -> Markup {
    let id = &campaign.ids.proactive;
    let may_retry =
        campaign.counts.failed > 0 && campaign.control != Control::Cancelled && campaign.expires_at > now;
    html! {
        @match status {
            CampaignStatus::Draft => {
                a class="button primary" href={ (decision_path(id, Decision::Launch)) } { (text::launch()) }
            }
            CampaignStatus::Running => (button(visit, id, Decision::Pause, &text::pause())),
            CampaignStatus::Paused => (button(visit, id, Decision::Resume, &text::resume())),
            CampaignStatus::Finished | CampaignStatus::Cancelled => {}
        }
        @if may_retry {
            a class="button" href={ (paths::campaign(id)) "/retry" } { (text::retry_failed()) }
        }
        @if matches!(status, CampaignStatus::Draft | CampaignStatus::Running | CampaignStatus::Paused) {
            a class="button" href=(decision_path(id, Decision::Cancel)) { (text::cancel_campaign()) }
        }
    }
}

/// A button that decides at once.
fn button(visit: &Visit, id: &CampaignId, decision: Decision, label: &str) -> Markup {
    html! {
        form method="post" action=(decision_path(id, decision)) {
            (visit.token())
            button class="primary" { (label) }
        }
    }
}

/// The path of a decision.
pub(super) fn decision_path(id: &CampaignId, decision: Decision) -> String {
    format!("{}/{}", paths::campaign(id), decision.as_str())
}
