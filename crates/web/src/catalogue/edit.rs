//! The pages of the editor: create or change a handoff. Input is kept if a field is invalid, if somebody else has saved
//! the handoff, and if the session has ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use outbound_app::{App, AppError, Grant, WriteHandoffs};
use outbound_model::{HandoffId, random_uuid};
use outbound_rules::Finding;

use super::desk::{Desk, Shown, no_form, unreadable};
use super::editor::{Draft, Form, OPERATION};
use super::handoff::known_id;
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::sessions::session::{Posted, SignedIn, Visit};
use crate::text;

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

/// `POST /handoffs/new/live`: the form with the previews for the current input, without a frame.
pub(crate) async fn make_live(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let desk = Desk::new(&app, &posted.visit, &posted.fields).await?;
    live(&app, desk, posted).await
}

/// `POST /handoffs/{id}/edit/live`: the same for a stored handoff.
pub(crate) async fn edit_live(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let desk = Desk::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    live(&app, desk, posted).await
}

async fn live(app: &App, desk: Desk, Posted { grant, visit, fields }: Posted<WriteHandoffs>) -> PageResult {
    let (open, _) = typed(app, &grant, desk, fields).await?;
    let (Open { desk, draft }, findings) = findings(app, &grant, open).await?;
    let form = app.compute(grant.account(), move || desk.form(&visit, &draft, findings, true));
    Ok(form.await??.into_response())
}

/// An open editor with its draft.
struct Open {
    desk: Desk,
    draft: Draft,
}

/// Runs `work` on a compute thread, because a draft can have a megabyte.
async fn compute<T: Send + 'static>(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    mut open: Open,
    work: impl FnOnce(&mut Open) -> Result<T, PageError> + Send + 'static,
) -> Result<(Open, T), PageError> {
    let done = app.compute(grant.account(), move || work(&mut open).map(|done| (open, done)));
    done.await?
}

/// The posted form, and the draft with its values.
async fn typed(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    desk: Desk,
    fields: Fields,
) -> Result<(Open, Form), PageError> {
    let read = app.compute(grant.account(), move || {
        let form = Form::read(fields.encoded().as_bytes()).map_err(|error| no_form(&error))?;
        let draft = Draft::read(&desk.base, &form).map_err(|error| no_form(&error))?;
        Ok((Open { desk, draft }, form))
    });
    read.await?
}

/// The page of a stored handoff, before any input.
async fn page(app: &App, grant: &Grant<WriteHandoffs>, desk: Desk, visit: Visit) -> PageResult {
    let read = app.compute(grant.account(), move || {
        let draft = Draft::of(&desk.base).map_err(|error| no_form(&error))?;
        Ok::<_, PageError>(Open { desk, draft })
    });
    draw(app, grant, read.await??, visit, Shown::default()).await
}

/// The findings of the draft with the settings of its account.
async fn findings(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    open: Open,
) -> Result<(Open, Vec<Finding>), PageError> {
    let now = app.now();
    let (open, handoff) = compute(app, grant, open, move |open| open.desk.checked(&open.draft, now)).await?;
    Ok((open, app.check_draft(&grant.to_read(), &handoff).await?))
}

async fn draw(app: &App, grant: &Grant<WriteHandoffs>, open: Open, visit: Visit, shown: Shown) -> PageResult {
    let (Open { desk, draft }, findings) = findings(app, grant, open).await?;
    app.compute(grant.account(), move || desk.page(&visit, &draft, findings, &shown)).await?
}

/// Executes the button of the form: saves the draft, or changes it and shows the form again.
async fn act(app: &App, Posted { grant, visit, fields }: Posted<WriteHandoffs>, desk: Desk) -> PageResult {
    let (open, form) = typed(app, &grant, desk, fields).await?;
    let operation = form.other(OPERATION).unwrap_or("refresh").to_owned();
    let (open, shown) = if matches!(&*operation, "save" | "review") {
        match saved(app, &grant, open).await? {
            Saved::As(id) => return Ok(leave(&id, operation == "review")),
            Saved::Not(mut open, shown) => {
                open.draft.finish();
                (*open, shown)
            }
        }
    } else {
        let apply = move |Open { desk, draft }: &mut Open| {
            let done =
                operation.parse().and_then(|operation| draft.apply(&operation, &desk.settings.rules()));
            Ok(match done {
                Ok(()) => Shown { is_changed: true, ..Shown::default() },
                Err(why) => Shown::refused(StatusCode::CONFLICT, why.to_string()),
            })
        };
        compute(app, &grant, open, apply).await?
    };
    draw(app, &grant, open, visit, shown).await
}

fn leave(id: &HandoffId, to_review: bool) -> Response {
    let page = if to_review { "/review" } else { "" };
    Redirect::to(&format!("/handoffs/{id}{page}?done=saved")).into_response()
}

/// The result of saving a draft.
enum Saved {
    /// It was saved as the handoff with this id.
    As(HandoffId),
    /// It was not saved; how the form is shown instead.
    Not(Box<Open>, Shown),
}

/// Saves the draft, or says why not.
async fn saved(app: &App, grant: &Grant<WriteHandoffs>, open: Open) -> Result<Saved, PageError> {
    if open.draft.problems().next().is_some() {
        let shown = Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, text::not_saved_invalid_fields());
        return Ok(Saved::Not(Box::new(open), shown));
    }
    let read = |open: &mut Open| open.draft.handoff().map_err(unreadable);
    let (mut open, handoff) = compute(app, grant, open, read).await?;
    let shown = match open.desk.save(app, grant, handoff.clone()).await {
        Ok(id) => return Ok(Saved::As(id)),
        Err(AppError::Stale { id, .. }) if open.desk.is_saved(&handoff) => return Ok(Saved::As(id)),
        Err(AppError::Stale { .. }) => {
            let (still, conflict) = compute(app, grant, open, |open| open.desk.conflict()).await?;
            open = still;
            Shown { conflict, ..Shown::refused(StatusCode::CONFLICT, text::not_saved_conflict()) }
        }
        Err(AppError::IdempotencyKeyReused) => {
            open.desk.key = random_uuid(app.generator()).to_string();
            Shown::refused(StatusCode::CONFLICT, text::already_created())
        }
        Err(error @ (AppError::NameTaken(_) | AppError::Archived(_))) => {
            Shown::refused(StatusCode::CONFLICT, text::not_saved(sentence(&error.to_string())))
        }
        Err(AppError::Invalid(invalid)) => {
            Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, text::not_saved(sentence(&invalid.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Saved::Not(Box::new(open), shown))
}
