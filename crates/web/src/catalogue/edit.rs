//! The editor's pages: a handoff changed or made. What was typed is kept whatever comes between: a
//! field that cannot be, another version saved meanwhile, a session that ended.

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
    let (open, _) = typed(app, &grant, desk, fields).await?;
    let (Open { desk, draft }, findings) = findings(app, &grant, open).await?;
    let form = app.compute(grant.account(), move || desk.form(&visit, &draft, findings, true));
    Ok(form.await??.into_response())
}

/// What is edited, and the draft of it.
struct Open {
    desk: Desk,
    draft: Draft,
}

/// Does `work` with what is edited off the connection's thread: a draft can be a megabyte.
async fn compute<T: Send + 'static>(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    mut open: Open,
    work: impl FnOnce(&mut Open) -> Result<T, PageError> + Send + 'static,
) -> Result<(Open, T), PageError> {
    let done = app.compute(grant.account(), move || work(&mut open).map(|done| (open, done)));
    done.await?
}

/// The form that was sent, and the draft that it makes of the handoff.
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

/// The page of a handoff as it is stored.
async fn page(app: &App, grant: &Grant<WriteHandoffs>, desk: Desk, visit: Visit) -> PageResult {
    let read = app.compute(grant.account(), move || {
        let draft = Draft::of(&desk.base).map_err(|error| no_form(&error))?;
        Ok::<_, PageError>(Open { desk, draft })
    });
    draw(app, grant, read.await??, visit, Shown::default()).await
}

/// The findings of the draft in its account.
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

/// What the button that was pressed says: one that saves, or one that changes the draft.
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

/// What became of a draft that was to be saved.
enum Saved {
    /// It is saved, as the handoff of this id.
    As(HandoffId),
    /// It is not; how the form is shown instead.
    Not(Box<Open>, Shown),
}

/// Saves the draft.
async fn saved(app: &App, grant: &Grant<WriteHandoffs>, open: Open) -> Result<Saved, PageError> {
    if open.draft.problems().next().is_some() {
        let why = "Not saved: some fields hold what cannot be there. They are marked.";
        return Ok(Saved::Not(Box::new(open), Shown::refused(StatusCode::UNPROCESSABLE_ENTITY, why)));
    }
    let read = |open: &mut Open| open.draft.handoff().map_err(unreadable);
    let (mut open, handoff) = compute(app, grant, open, read).await?;
    let shown = match open.desk.save(app, grant, handoff.clone()).await {
        Ok(id) => return Ok(Saved::As(id)),
        Err(AppError::Stale { id, .. }) if open.desk.is_saved(&handoff) => return Ok(Saved::As(id)),
        Err(AppError::Stale { .. }) => {
            let (still, conflict) = compute(app, grant, open, |open| open.desk.conflict()).await?;
            open = still;
            let why = "Not saved: somebody else has saved this handoff meanwhile.";
            Shown { conflict, ..Shown::refused(StatusCode::CONFLICT, why) }
        }
        Err(AppError::IdempotencyKeyReused) => {
            open.desk.key = random_uuid(app.generator()).to_string();
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
    Ok(Saved::Not(Box::new(open), shown))
}
