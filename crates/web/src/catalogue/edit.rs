//! The pages of the editor: create or change a handoff. Input is kept if a field is invalid, if somebody else has saved
//! the handoff, and if the session has ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use outbound_app::{App, AppError, Grant, WriteHandoffs};
use outbound_model::{HandoffId, random_uuid};
use outbound_rules::Finding;

use super::editor::{Draft, Form, OPERATION};
use super::editor_state::{EditorState, ViewOptions, no_form, unreadable};
use super::handoff::known_id;
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text;

/// `GET /handoffs/new`.
pub(crate) async fn create_form(
    LoggedIn { grant, visit }: LoggedIn<WriteHandoffs>,
    State(app): State<App>,
) -> PageResult {
    let editor = EditorState::new(&app, &visit, &Fields::default()).await?;
    page(&app, &grant, editor, visit).await
}

/// `GET /handoffs/{id}/edit`.
pub(crate) async fn edit_form(
    LoggedIn { grant, visit }: LoggedIn<WriteHandoffs>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let editor = EditorState::of(&app, &visit, &known_id(&id)?, &Fields::default()).await?;
    page(&app, &grant, editor, visit).await
}

/// `POST /handoffs/new`.
pub(crate) async fn create(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let editor = EditorState::new(&app, &posted.visit, &posted.fields).await?;
    submit(&app, posted, editor).await
}

/// `POST /handoffs/{id}/edit`.
pub(crate) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let editor = EditorState::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    submit(&app, posted, editor).await
}

/// `POST /handoffs/new/live`: the form with the previews for the current input, without a frame.
pub(crate) async fn create_live(State(app): State<App>, posted: Posted<WriteHandoffs>) -> PageResult {
    let editor = EditorState::new(&app, &posted.visit, &posted.fields).await?;
    live(&app, editor, posted).await
}

/// `POST /handoffs/{id}/edit/live`: the same for a stored handoff.
pub(crate) async fn edit_live(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<WriteHandoffs>,
) -> PageResult {
    let editor = EditorState::of(&app, &posted.visit, &known_id(&id)?, &posted.fields).await?;
    live(&app, editor, posted).await
}

async fn live(
    app: &App,
    editor: EditorState,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let (open, _) = read_form(app, &grant, editor, fields).await?;
    let (Open { editor, draft }, findings) = findings(app, &grant, open).await?;
    let form = app.compute(grant.account(), move || editor.form(&visit, &draft, findings, true));
    Ok(form.await??.into_response())
}

/// An open editor with its draft.
struct Open {
    editor: EditorState,
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
async fn read_form(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    editor: EditorState,
    fields: Fields,
) -> Result<(Open, Form), PageError> {
    let read = app.compute(grant.account(), move || {
        let form = Form::read(fields.encoded().as_bytes()).map_err(|error| no_form(&error))?;
        let draft = Draft::read(&editor.base, &form).map_err(|error| no_form(&error))?;
        Ok((Open { editor, draft }, form))
    });
    read.await?
}

/// The page of a stored handoff, before any input.
async fn page(app: &App, grant: &Grant<WriteHandoffs>, editor: EditorState, visit: Visit) -> PageResult {
    let read = app.compute(grant.account(), move || {
        let draft = Draft::of(&editor.base).map_err(|error| no_form(&error))?;
        Ok::<_, PageError>(Open { editor, draft })
    });
    draw(app, grant, read.await??, visit, ViewOptions::default()).await
}

/// The findings of the draft with the settings of its account.
async fn findings(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    open: Open,
) -> Result<(Open, Vec<Finding>), PageError> {
    let now = app.now();
    let (open, handoff) =
        compute(app, grant, open, move |open| open.editor.checked(&open.draft, now)).await?;
    Ok((open, app.check_draft(&grant.to_read(), &handoff).await?))
}

async fn draw(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    open: Open,
    visit: Visit,
    options: ViewOptions,
) -> PageResult {
    let (Open { editor, draft }, findings) = findings(app, grant, open).await?;
    app.compute(grant.account(), move || editor.page(&visit, &draft, findings, &options)).await?
}

/// Executes the button of the form: saves the draft, or changes it and shows the form again.
async fn submit(
    app: &App,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
    editor: EditorState,
) -> PageResult {
    let (open, form) = read_form(app, &grant, editor, fields).await?;
    let operation = form.other(OPERATION).unwrap_or("refresh").to_owned();
    let (open, options) = if matches!(&*operation, "save" | "review") {
        match save(app, &grant, open).await? {
            Saved::As(id) => return Ok(after_saving(&id, operation == "review")),
            Saved::Not(mut open, options) => {
                open.draft.finish();
                (*open, options)
            }
        }
    } else {
        let apply = move |Open { editor, draft }: &mut Open| {
            let done =
                operation.parse().and_then(|operation| draft.apply(&operation, &editor.settings.rules()));
            Ok(match done {
                Ok(()) => ViewOptions { is_changed: true, ..ViewOptions::default() },
                Err(why) => ViewOptions::error(StatusCode::CONFLICT, why.to_string()),
            })
        };
        compute(app, &grant, open, apply).await?
    };
    draw(app, &grant, open, visit, options).await
}

fn after_saving(id: &HandoffId, to_review: bool) -> Response {
    let page = if to_review { "/review" } else { "" };
    Redirect::to(&format!("/handoffs/{id}{page}?done=saved")).into_response()
}

/// The result of saving a draft.
enum Saved {
    /// It was saved as the handoff with this id.
    As(HandoffId),
    /// It was not saved; how the form is shown instead.
    Not(Box<Open>, ViewOptions),
}

/// Saves the draft, or says why not.
async fn save(app: &App, grant: &Grant<WriteHandoffs>, open: Open) -> Result<Saved, PageError> {
    if open.draft.problems().next().is_some() {
        let options = ViewOptions::error(StatusCode::UNPROCESSABLE_ENTITY, text::not_saved_invalid_fields());
        return Ok(Saved::Not(Box::new(open), options));
    }
    let read = |open: &mut Open| open.draft.handoff().map_err(unreadable);
    let (mut open, handoff) = compute(app, grant, open, read).await?;
    let options = match open.editor.save(app, grant, handoff.clone()).await {
        Ok(id) => return Ok(Saved::As(id)),
        Err(AppError::Stale { id, .. }) if open.editor.is_saved(&handoff) => return Ok(Saved::As(id)),
        Err(AppError::Stale { .. }) => {
            let (unsaved, conflict) = compute(app, grant, open, |open| open.editor.conflict()).await?;
            open = unsaved;
            ViewOptions { conflict, ..ViewOptions::error(StatusCode::CONFLICT, text::not_saved_conflict()) }
        }
        Err(AppError::IdempotencyKeyReused) => {
            open.editor.key = random_uuid(app.generator()).to_string();
            ViewOptions::error(StatusCode::CONFLICT, text::already_created())
        }
        Err(error @ (AppError::NameTaken(_) | AppError::Archived(_))) => {
            ViewOptions::error(StatusCode::CONFLICT, text::not_saved(sentence(&error.to_string())))
        }
        Err(AppError::Invalid(invalid)) => ViewOptions::error(
            StatusCode::UNPROCESSABLE_ENTITY,
            text::not_saved(sentence(&invalid.to_string())),
        ),
        Err(error) => return Err(error.into()),
    };
    Ok(Saved::Not(Box::new(open), options))
}
