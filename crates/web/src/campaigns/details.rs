//! What a campaign sends, when, and who created it.

use maud::{Markup, html};
use outbound_app::{App, AppError, Campaign, CampaignContent, ReadCampaigns};

use super::names::creator;
use super::paths;
use crate::fields::Fields;
use crate::moment::{ago, at};
use crate::reporting::handoff_link::handoff_link;
use crate::reporting::names::channel_name;
use crate::reporting::paths::BOARD;
use crate::reporting::selection::HANDOFF;
use crate::sessions::session::Visit;
use crate::text;

pub(super) async fn section(
    app: &App,
    visit: &Visit,
    campaign: &Campaign,
    content: &CampaignContent,
) -> Result<Markup, AppError> {
    let handoff = if let Some(id) = &content.handoff {
        html! {
            (handoff_link(app, visit, id).await?)
            " · " a href=(Fields::default().with(HANDOFF, id.as_str()).href(BOARD)) { (text::reports_of_handoff()) }
        }
    } else {
        html! { (text::plain_sms()) " · " a href=(BOARD) { (text::reports()) } }
    };
    let grant = visit.session.grant::<ReadCampaigns>()?;
    let names = app.creator_names(&grant, [campaign.created_by.as_str()]).await?;
    Ok(html! {
        section class="panel" aria-labelledby="details" {
            h2 id="details" { (text::details()) }
            dl class="pairs" {
                dt { (text::handoff()) } dd { (handoff) }
                dt { (text::channels_in_order()) } dd { (channels(content)) }
                dt { (text::skill()) } dd dir="auto" { (campaign.skill) }
                dt { (text::windows()) } dd { (windows(content)) }
                dt { (text::created()) }
                dd { (ago(campaign.created_at, app.now())) " · " bdi { (creator(campaign, &names)) } }
                dt { (text::ends_at_latest()) } dd { (at(campaign.expires_at)) }
                dt { (text::recipients()) }
                dd { a href=(paths::recipients(&campaign.ids.proactive)) { (text::all_recipients()) } }
            }
        }
    })
}

fn channels(content: &CampaignContent) -> Markup {
    html! {
        @for (place, (channel, sender)) in content.channels.iter().enumerate() {
            @if place > 0 { ", " }
            (channel_name(*channel)) @if !sender.is_empty() { " " code dir="auto" { (sender) } }
        }
    }
}

fn windows(content: &CampaignContent) -> Markup {
    html! {
        @match &content.windows {
            Some(windows) if windows.is_always() => (text::windows_always()),
            Some(windows) => {
                ul {
                    @for window in windows.as_slice() {
                        @let day = text::weekday(window.weekday().as_str());
                        li {
                            @if window.is_whole_day() { (text::window_all_day(day)) }
                            @else { (text::window(day, window.end().to_string(), window.start().to_string())) }
                        }
                    }
                }
            }
            None => (text::default_windows()),
        }
        " " span class="hint" { (text::windows_hint()) }
    }
}
