//! Paths of campaigns, their recipients and opt-outs.

use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::App;
use outbound_campaigns::CampaignId;

use crate::error::PageError;
use crate::fields::Fields;
use crate::sandbox_banner::INBOX;
use crate::sessions::session::Visit;
use crate::text;

/// The list.
pub(crate) const CAMPAIGNS: &str = "/campaigns";
/// The opt-outs.
pub(super) const OPT_OUTS: &str = "/opt-outs";
/// The field with the state of the listed recipients.
pub(super) const STATE: &str = "state";

/// The page of a campaign.
pub(super) fn campaign(id: &CampaignId) -> String {
    format!("{CAMPAIGNS}/{id}")
}

/// The recipients of a campaign.
pub(super) fn recipients(id: &CampaignId) -> String {
    format!("{CAMPAIGNS}/{id}/recipients")
}

/// The recipients of a campaign in a state.
pub(super) fn recipients_in(id: &CampaignId, state: &str) -> String {
    Fields::default().with(STATE, state).href(&recipients(id))
}

/// The id in a path.
pub(super) fn read_id(id: &str) -> Result<CampaignId, PageError> {
    id.parse().map_err(|_| PageError::new(StatusCode::NOT_FOUND, "not_found", text::campaign_not_found()))
}

/// The pages of the section. Only a demo has an inbox.
pub(crate) fn tabs(app: &App, visit: &Visit, current: &str) -> Markup {
    let inbox = app.has_sandbox(&visit.session.user().account).then(|| (INBOX, text::sandbox_inbox()));
    let tabs = [(CAMPAIGNS, text::overview()), (OPT_OUTS, text::opt_outs())].into_iter().chain(inbox);
    html! {
        nav class="tabs" aria-label=(text::campaigns()) {
            ul {
                @for (path, label) in tabs {
                    li { a href=(path) aria-current=[(path == current).then_some("page")] { (label) } }
                }
            }
        }
    }
}
