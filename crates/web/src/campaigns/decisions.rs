//! Decisions about a campaign. One that is sent twice is carried out once. Those that cannot be taken back ask for
//! confirmation.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use outbound_app::{App, AppError, Campaign, LaunchCampaigns, ReadCampaigns};
use outbound_campaigns::{CampaignError, CampaignId, Control, Decision};

use super::{campaign, paths, progress};
use crate::confirm::Question;
use crate::error::{PageResult, sentence};
use crate::page::Section;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text};

/// `POST /campaigns/{id}/pause`.
pub(crate) async fn pause(app: State<App>, id: Path<String>, posted: Posted<LaunchCampaigns>) -> PageResult {
    decide(Decision::Pause, app, id, posted).await
}

/// `POST /campaigns/{id}/resume`.
pub(crate) async fn resume(app: State<App>, id: Path<String>, posted: Posted<LaunchCampaigns>) -> PageResult {
    decide(Decision::Resume, app, id, posted).await
}

/// `POST /campaigns/{id}/launch`.
pub(crate) async fn launch(app: State<App>, id: Path<String>, posted: Posted<LaunchCampaigns>) -> PageResult {
    decide(Decision::Launch, app, id, posted).await
}

/// `POST /campaigns/{id}/cancel`.
pub(crate) async fn cancel(app: State<App>, id: Path<String>, posted: Posted<LaunchCampaigns>) -> PageResult {
    decide(Decision::Cancel, app, id, posted).await
}

async fn decide(
    decision: Decision,
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, .. }: Posted<LaunchCampaigns>,
) -> PageResult {
    let id = paths::read_id(&id)?;
    let visit = visit.returning_to(paths::campaign(&id));
    match app.decide(&grant, &id, decision).await {
        Ok(_) => Ok(done(&id, decision.as_str())),
        Err(AppError::Campaign(error @ CampaignError::NotPermitted { .. })) => {
            not_permitted(&app, &visit, &id, &error, Some(decision)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /campaigns/{id}/retry`.
pub(crate) async fn retry(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, .. }: Posted<LaunchCampaigns>,
) -> PageResult {
    let id = paths::read_id(&id)?;
    let visit = visit.returning_to(paths::campaign(&id));
    match app.retry_failed(&grant, &id).await {
        // Nothing failed: the form was sent twice.
        Ok(0) => Ok(Redirect::to(&paths::campaign(&id)).into_response()),
        Ok(_) => Ok(done(&id, "retry")),
        Err(AppError::Campaign(error @ CampaignError::NotPermitted { .. })) => {
            not_permitted(&app, &visit, &id, &error, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page of the campaign, with the notice of what was done.
fn done(id: &CampaignId, action: &str) -> Response {
    Redirect::to(&format!("{}?done=campaign-{action}", paths::campaign(id))).into_response()
}

/// The page of the campaign, with the reason if the decision is not already carried out.
async fn not_permitted(
    app: &App,
    visit: &Visit,
    id: &CampaignId,
    error: &CampaignError,
    decision: Option<Decision>,
) -> PageResult {
    let found = app.campaign(&visit.session.grant::<ReadCampaigns>()?, id).await?;
    if decision.map(result) == Some(found.control) {
        return Ok(Redirect::to(&paths::campaign(id)).into_response());
    }
    conflict(app, visit, found, error).await
}

/// The page of the campaign, with the reason why something is not possible.
async fn conflict(app: &App, visit: &Visit, found: Campaign, error: &CampaignError) -> PageResult {
    let page = campaign::page(app, visit, found).await?;
    Ok(page.error(StatusCode::CONFLICT, Text::from(sentence(&error.to_string()))).response(visit))
}

/// What a campaign is after a decision.
fn result(decision: Decision) -> Control {
    match decision {
        Decision::Launch | Decision::Resume => Control::Launched,
        Decision::Pause => Control::Paused,
        Decision::Cancel => Control::Cancelled,
    }
}

/// The words of a question: title, consequence and button.
type Words = [Text; 3];

/// `GET /campaigns/{id}/launch`: asks for confirmation.
pub(crate) async fn ask_launch(
    app: State<App>,
    id: Path<String>,
    visitor: LoggedIn<LaunchCampaigns>,
) -> PageResult {
    let words = |name: &str, recipients: u64| {
        [text::launch_title(name), text::launch_consequence(recipients), text::launch()]
    };
    ask(Some(Decision::Launch), app, id, visitor, words).await
}

/// `GET /campaigns/{id}/cancel`: asks for confirmation.
pub(crate) async fn ask_cancel(
    app: State<App>,
    id: Path<String>,
    visitor: LoggedIn<LaunchCampaigns>,
) -> PageResult {
    let words = |name: &str, _| {
        [text::cancel_campaign_title(name), text::cancel_campaign_consequence(), text::cancel_campaign()]
    };
    ask(Some(Decision::Cancel), app, id, visitor, words).await
}

/// `GET /campaigns/{id}/retry`: asks for confirmation.
pub(crate) async fn ask_retry(
    app: State<App>,
    id: Path<String>,
    visitor: LoggedIn<LaunchCampaigns>,
) -> PageResult {
    let words = |name: &str, _| [text::retry_title(name), text::retry_consequence(), text::retry_failed()];
    ask(None, app, id, visitor, words).await
}

/// Asks for confirmation of a decision, or of a retry. If it is not possible, the page of the campaign says why. `words`
/// gets the name of the campaign and the number of its recipients.
async fn ask(
    decision: Option<Decision>,
    State(app): State<App>,
    Path(id): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<LaunchCampaigns>,
    words: impl Fn(&str, u64) -> Words,
) -> PageResult {
    let found = app.campaign(&visit.session.grant::<ReadCampaigns>()?, &paths::read_id(&id)?).await?;
    let permitted = match decision {
        Some(decision) => app.check_decision(&grant, &found, decision).await,
        None => app.check_retry(&found),
    };
    match permitted {
        Ok(()) => {}
        Err(AppError::Campaign(error)) => return conflict(&app, &visit, found, &error).await,
        Err(error) => return Err(error.into()),
    }
    let action = decision.map_or("retry", Decision::as_str);
    let [title, consequence, button] = words(&found.name, progress::total(&found.counts));
    let path = paths::campaign(&found.ids.proactive);
    let question = Question {
        section: Section::Campaigns,
        title: &title,
        consequence: &consequence,
        action: &format!("{path}/{action}"),
        fields: &[],
        button: &button,
        back: &path,
    };
    Ok(question.ask(&visit))
}
