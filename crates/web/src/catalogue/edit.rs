//! The editor's pages: a handoff changed or made. What was typed is kept whatever comes between: a
//! field that cannot be, another version saved meanwhile, a session that ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use outbound_app::{App, AppError, Grant, WriteHandoffs};
use outbound_model::{HandoffId, random_uuid};

use super::desk::{Desk, Shown, no_form, unreadable};
use super::editor::{Draft, Form, OPERATION};
use super::handoff::known_id;
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::sessions::session::{Posted, SignedIn, Visit};

/// `GET /handoffs/new`.
pub(crate) async fn make(
    SignedIn { grant, visit }: SignedIn<WriteHandoffs>,
    State(app): State<App>,
) -> PageResult {
    let desk = Desk::new(&app, &visit, &Fields::default()).await?;
    page(&app, &grant, desk, visit).await
}

/// `GET /handoffs/{id}/edit`.
pub(crate) async fn edit(
    SignedIn { grant, visit }: SignedIn<WriteHandoffs>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let desk = Desk::of(&app, &visit, &known_id(&id)?, &Fields::default()).await?;
    page(&app, &grant, desk, visit).await
}

/// `POST /handoffs/new`.
pub(crate) async fn make_posted(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let desk = Desk::new(&app, &posted.visit, &posted.fields).await?;
    act(&app, posted, desk).await
}

/// `POST /handoffs/{id}/edit`.
pub(crate) async fn edit_posted(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let desk = Desk::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    act(&app, posted, desk).await
}

/// `POST /handoffs/new/live`: the form and the phones for what is typed, without a frame.
pub(crate) async fn make_live(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let desk = Desk::new(&app, &posted.visit, &posted.fields).await?;
    live(&app, desk, posted).await
}

/// `POST /handoffs/{id}/edit/live`: the same for a handoff that is there.
pub(crate) async fn edit_live(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let desk = Desk::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    live(&app, desk, posted).await
}

async fn live(app: &App, desk: Desk, Posted { grant, visit, fields }: Posted<WriteHandoffs>) -> PageResult {
    let (desk, _, draft) = typed(app, &grant, desk, fields).await?;
    let findings = desk.findings(app, &visit, &draft).await?;
    let form = app.compute(grant.account(), move || desk.form(&visit, &draft, findings, true));
    Ok(form.await??.into_response())
}

/// The form that was sent, and the draft that it makes of the handoff.
async fn typed(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    desk: Desk,
    fields: Fields,
) -> Result<(Desk, Form, Draft), PageError> {
    let read = app.compute(grant.account(), move || {
        let form = Form::read(fields.encoded().as_bytes()).map_err(|error| no_form(&error))?;
        let draft = Draft::read(&desk.base, &form).map_err(|error| no_form(&error))?;
        Ok((desk, form, draft))
    });
    read.await?
}

/// The page of a handoff as it is stored.
async fn page(app: &App, grant: &Grant<WriteHandoffs>, desk: Desk, visit: Visit) -> PageResult {
    let draft = Draft::of(&desk.base).map_err(|error| no_form(&error))?;
    draw(app, grant, desk, visit, draft, Shown::default()).await
}

async fn draw(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    desk: Desk,
    visit: Visit,
    draft: Draft,
    shown: Shown,
) -> PageResult {
    let findings = desk.findings(app, &visit, &draft).await?;
    app.compute(grant.account(), move || desk.page(&visit, &draft, findings, &shown)).await?
}

/// What the button that was pressed says: one that saves, or one that changes the draft.
async fn act(app: &App, Posted { grant, visit, fields }: Posted<WriteHandoffs>, desk: Desk) -> PageResult {
    let (mut desk, form, mut draft) = typed(app, &grant, desk, fields).await?;
    let operation = form.other(OPERATION).unwrap_or("refresh");
    let shown = if matches!(operation, "save" | "review") {
        match saved(app, &grant, &mut desk, &draft).await? {
            Ok(id) => return Ok(leave(&id, operation == "review")),
            Err(shown) => {
                draft.finish();
                shown
            }
        }
    } else {
        let done = operation.parse().and_then(|operation| draft.apply(&operation, &desk.settings.rules()));
        match done {
            Ok(()) => Shown { is_changed: true, ..Shown::default() },
            Err(why) => Shown::refused(StatusCode::CONFLICT, why.to_string()),
        }
    };
    draw(app, &grant, desk, visit, draft, shown).await
}

fn leave(id: &HandoffId, to_review: bool) -> Response {
    let page = if to_review { "/review" } else { "" };
    Redirect::to(&format!("/handoffs/{id}{page}?done=saved")).into_response()
}

/// Saves the draft, or says how the form is to be shown instead.
async fn saved(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    desk: &mut Desk,
    draft: &Draft,
) -> Result<Result<HandoffId, Shown>, PageError> {
    if draft.problems().next().is_some() {
        let why = "Not saved: some fields hold what cannot be there. They are marked.";
        return Ok(Err(Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, why)));
    }
    let handoff = draft.handoff().map_err(unreadable)?;
    let shown = match desk.save(app, grant, handoff.clone()).await {
        Ok(id) => return Ok(Ok(id)),
        Err(AppError::Stale { id, .. }) if desk.is_saved(&handoff) => return Ok(Ok(id)),
        Err(AppError::Stale { .. }) => {
            let why = "Not saved: somebody else has saved this handoff meanwhile.";
            let shown = Shown::refused(StatusCode::CONFLICT, why);
            Shown { meanwhile: desk.meanwhile()?, ..shown }
        }
        Err(AppError::IdempotencyKeyReused) => {
            desk.key = random_uuid(app.generator()).to_string();
            let why = "This form has made a handoff already. Saving again makes another one.";
            Shown::refused(StatusCode::CONFLICT, why)
        }
        Err(error @ (AppError::NameTaken(_) | AppError::Archived(_))) => {
            Shown::refused(StatusCode::CONFLICT, sentence(&format!("not saved: {error}")))
        }
        Err(AppError::Invalid(invalid)) => {
            Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, sentence(&format!("not saved: {invalid}")))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Err(shown))
}
