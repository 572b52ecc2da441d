//! The pages that ask before a user is revoked or gets another password.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use outbound_app::{App, Grant, ManageCredentials};
use outbound_model::Username;

use super::users::{PATH, known_name};
use crate::error::{PageError, PageResult};
use crate::sessions::session::SignedIn;
use crate::settings_page::ask;

/// `GET /settings/users/{name}/password`: asks first.
pub(crate) async fn ask_reset(
    State(app): State<App>,
    Path(name): Path<String>,
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
) -> PageResult {
    let title = format!("Give {} a new password?", existing(&app, &grant, &name).await?);
    let consequence = "The user's sessions end, and the old password is refused. You see the new one once.";
    Ok(ask(&visit, &title, consequence, "Make a new password", PATH))
}

/// `GET /settings/users/{name}/revoke`: asks first.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(name): Path<String>,
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
) -> PageResult {
    let title = format!("Revoke the user {}?", existing(&app, &grant, &name).await?);
    let consequence =
        "The user's sessions end. A revoked user cannot be brought back, and the name stays taken.";
    Ok(ask(&visit, &title, consequence, "Revoke the user", PATH))
}

/// The name as the user has it; 404 without such a user.
async fn existing(app: &App, grant: &Grant<ManageCredentials>, name: &str) -> Result<Username, PageError> {
    let wanted = known_name(name)?;
    let users = app.users(grant).await?;
    let found = users.into_iter().find(|user| user.name.key() == wanted.key());
    let unknown =
        || PageError::refused(StatusCode::NOT_FOUND, "not_found", "There is no such user in this account");
    Ok(found.ok_or_else(unknown)?.name)
}
