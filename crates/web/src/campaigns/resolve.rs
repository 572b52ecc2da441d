//! Decisions about a message whose outcome is unknown.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use outbound_app::{App, AppError, ReadCampaigns, RecipientFilter, Resolution, WriteCampaigns};
use outbound_campaigns::CampaignId;

use super::{paths, recipients};
use crate::confirm::Question;
use crate::error::{PageError, PageResult, sentence};
use crate::page::Section;
use crate::sessions::session::{LoggedIn, Posted};
use crate::text::{self, Text};

/// `GET /campaigns/{id}/recipients/{number}/send-again`: asks for confirmation.
pub(crate) async fn ask_send_again(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    LoggedIn { visit, .. }: LoggedIn<WriteCampaigns>,
) -> PageResult {
    let (id, number) = read(&path)?;
    let filter = RecipientFilter { state: None, after: number.checked_sub(1), limit: 1 };
    let found = app.recipients(&visit.session.grant::<ReadCampaigns>()?, &id, &filter).await?;
    if found.first().map(|recipient| recipient.number) != Some(number) {
        return Err(not_found());
    }
    let question = Question {
        section: Section::Campaigns,
        title: &text::send_again_title(number),
        consequence: &text::send_again_consequence(),
        action: &format!("{}/{number}/send-again", paths::recipients(&id)),
        fields: &[],
        button: &text::send_again(),
        back: &paths::recipients_in(&id, "unknown"),
    };
    Ok(question.ask(&visit))
}

/// `POST /campaigns/{id}/recipients/{number}/send-again`.
pub(crate) async fn send_again(
    app: State<App>,
    path: Path<(String, String)>,
    posted: Posted<WriteCampaigns>,
) -> PageResult {
    resolve(Resolution::SendAgain, "send-again", app, path, posted).await
}

/// `POST /campaigns/{id}/recipients/{number}/count-as-sent`.
pub(crate) async fn count_as_sent(
    app: State<App>,
    path: Path<(String, String)>,
    posted: Posted<WriteCampaigns>,
) -> PageResult {
    resolve(Resolution::CountAsSent, "counted-as-sent", app, path, posted).await
}

/// Carries out a decision. If it is sent twice, the second one is answered with the state of the recipient.
async fn resolve(
    resolution: Resolution,
    notice: &str,
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    Posted { grant, visit, .. }: Posted<WriteCampaigns>,
) -> PageResult {
    let (id, number) = read(&path)?;
    let list = paths::recipients_in(&id, "unknown");
    match app.resolve_unknown(&grant, &id, number, resolution).await {
        Ok(()) => Ok(Redirect::to(&format!("{list}&done=recipient-{notice}")).into_response()),
        Err(error @ (AppError::Campaign(_) | AppError::AddressesDeleted(_))) => {
            let grant = visit.session.grant::<ReadCampaigns>()?;
            let filter = recipients::first_in("unknown");
            let page = recipients::page(&app, &grant, &visit, &id, &filter).await?;
            let why = Text::from(sentence(&error.to_string()));
            Ok(page.error(StatusCode::CONFLICT, why).response(&visit.returning_to(list)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The id of the campaign and the number of the recipient in a path.
fn read((id, number): &(String, String)) -> Result<(CampaignId, u32), PageError> {
    Ok((paths::read_id(id)?, number.parse().map_err(|_| not_found())?))
}

fn not_found() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::recipient_not_found())
}
