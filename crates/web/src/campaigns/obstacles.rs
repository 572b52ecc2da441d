//! Why waiting messages are not sent, although the campaign is not paused: a sender that stopped, a provider that accepts
//! no messages for some time, or the hold after a restore.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{App, AppError, Campaign, CampaignContent, Lane, LaneId, LaunchCampaigns, ReadCampaigns};
use outbound_campaigns::{CampaignId, Control};
use outbound_model::Timestamp;
use outbound_reporting::dictionary;

use super::paths;
use crate::error::{PageError, PageResult};
use crate::moment::at;
use crate::reporting::names::channel_name;
use crate::sessions::session::{Posted, Visit};
use crate::text::{self, rich};

/// The field with the sender.
const LANE: &str = "lane";
/// The ends of errors of refused credentials: those of WhatsApp, Twilio, and RBM and the relay.
const REFUSED_CREDENTIALS: [&str; 3] = ["_190", "_20003", "_401"];

/// The notes of a campaign with waiting messages.
pub(super) async fn notes(
    app: &App,
    visit: &Visit,
    campaign: &Campaign,
    content: &CampaignContent,
) -> Result<Markup, AppError> {
    if campaign.counts.waiting == 0 {
        return Ok(html! {});
    }
    let held_at = app.sending_held_at().await?;
    let grant = visit.session.grant::<ReadCampaigns>()?;
    let lanes = app.lanes(&grant).await?;
    let unsent = |lane: &Lane| app.unsent_reason(&grant, lane.id.channel());
    Ok(html! {
        @if let Some(held_at) = held_at { p class="note" { span class="words" { (rich(|[time]| text::sending_held(time), &[at(held_at)])) } } }
        @for lane in lanes.iter().filter(|lane| is_used(lane, content)) {
            (note(visit, &campaign.ids.proactive, lane, unsent(lane), app.now()))
        }
    })
}

fn is_used(lane: &Lane, content: &CampaignContent) -> bool {
    let id = (lane.id.channel(), lane.id.sender());
    content.channels.iter().any(|(channel, sender)| (*channel, sender.as_str()) == id)
}

/// Whether a campaign waits for a sender that stopped.
pub(super) fn waits_for_stopped_sender(campaign: &Campaign, lanes: &[Lane]) -> Result<bool, AppError> {
    let mut stopped = lanes.iter().filter(|lane| lane.paused_reason.is_some()).peekable();
    if campaign.counts.waiting == 0 || campaign.control != Control::Launched || stopped.peek().is_none() {
        return Ok(false);
    }
    let content = CampaignContent::of(campaign)?;
    Ok(stopped.any(|lane| is_used(lane, &content)))
}

/// Why a sender stopped, and what to do.
fn stopped(reason: &str, sender: Markup) -> Markup {
    let values = [html! { code dir="auto" { (reason) } }, sender];
    let is_refused = REFUSED_CREDENTIALS.iter().any(|code| reason.ends_with(code));
    let entry = dictionary().find(|entry| entry.key == reason);
    html! {
        @if is_refused {
            (rich(|[error, sender]| text::sender_stopped_by_credentials(error, sender), &values))
        } @else {
            (rich(|[error, sender]| text::sender_stopped(error, sender), &values))
        }
        @if let Some(entry) = entry { " " (entry.meaning) }
    }
}

fn note(visit: &Visit, id: &CampaignId, lane: &Lane, unsent: Option<String>, now: Timestamp) -> Markup {
    let name = || {
        html! { (channel_name(lane.id.channel())) " " code dir="auto" { (lane.id.sender()) } }
    };
    html! {
        @if let Some(reason) = &lane.paused_reason {
            div class="note error" {
                span class="words" {
                    (stopped(reason, name()))
                }
                @if visit.session.may::<LaunchCampaigns>() { (resume_form(visit, id, &lane.id)) }
            }
        } @else if let Some(until) = lane.blocked_until.filter(|until| *until > now) {
            p class="note" {
                span class="words" {
                    (rich(|[sender, time]| text::sender_blocked(sender, time), &[name(), at(until)]))
                }
            }
        } @else if let Some(reason) = unsent {
            p class="note error" {
                span class="words" {
                    (rich(|[reason, sender]| text::sender_unsent(reason, sender), &[html! { (reason) }, name()]))
                }
            }
        }
    }
}

fn resume_form(visit: &Visit, id: &CampaignId, lane: &LaneId) -> Markup {
    html! {
        form method="post" action={ (paths::campaign(id)) "/resume-sender" } {
            (visit.token())
            input type="hidden" name=(LANE) value=(lane);
            button { (text::resume_sender()) }
        }
    }
}

/// `POST /campaigns/{id}/resume-sender`: resumes a sender, for all campaigns.
pub(crate) async fn resume_sender(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, fields }: Posted<LaunchCampaigns>,
) -> PageResult {
    let campaign = app.campaign(&visit.session.grant()?, &paths::read_id(&id)?).await?;
    let not_found = || PageError::new(StatusCode::NOT_FOUND, "not_found", text::sender_not_found());
    let lane: LaneId = fields.text(LANE).parse().map_err(|_| not_found())?;
    if !app.resume_lane(&grant, &lane).await? {
        return Err(not_found());
    }
    let path = paths::campaign(&campaign.ids.proactive);
    Ok(Redirect::to(&format!("{path}?done=sender-resumed")).into_response())
}
