//! The confirmations before a user is revoked or gets a new password.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use outbound_app::{App, Grant, ManageCredentials};
use outbound_model::Username;

use super::users::{PATH, known_name};
use crate::error::{PageError, PageResult};
use crate::sessions::session::LoggedIn;
use crate::settings_page::ask;
use crate::text;

/// `GET /settings/users/{name}/password`: asks for confirmation.
pub(crate) async fn ask_reset(
    State(app): State<App>,
    Path(name): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
) -> PageResult {
    let title = text::reset_password_title(existing(&app, &grant, &name).await?.as_str());
    Ok(ask(&visit, &title, &text::reset_password_consequence(), &text::reset_password_confirm(), PATH))
}

/// `GET /settings/users/{name}/revoke`: asks for confirmation.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(name): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
) -> PageResult {
    let title = text::revoke_user_title(existing(&app, &grant, &name).await?.as_str());
    Ok(ask(&visit, &title, &text::revoke_user_consequence(), &text::revoke_user_confirm(), PATH))
}

/// The name of the user in its original spelling; 404 if there is no such user.
async fn existing(app: &App, grant: &Grant<ManageCredentials>, name: &str) -> Result<Username, PageError> {
    let wanted = known_name(name)?;
    let users = app.users(grant).await?;
    let found = users.into_iter().find(|user| user.name.key() == wanted.key());
    let not_found = || PageError::new(StatusCode::NOT_FOUND, "not_found", text::user_not_found());
    Ok(found.ok_or_else(not_found)?.name)
}
