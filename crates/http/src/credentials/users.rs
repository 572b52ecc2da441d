//! Users of the account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, ManageCredentials, User};
use outbound_auth::Secret;
use outbound_model::{Role, Timestamp, UserId, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::{AccountPath, PathValue};

/// A user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedUser {
    #[schema(value_type = UserId)]
    user_id: String,
    /// The login name.
    #[schema(value_type = Username)]
    username: String,
    #[schema(value_type = Role)]
    role: String,
    created_at: Timestamp,
    /// When it was revoked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

impl From<User> for ListedUser {
    fn from(user: User) -> Self {
        Self {
            user_id: user.id.to_string(),
            username: user.name.to_string(),
            role: user.role.to_string(),
            created_at: user.created_at,
            revoked_at: user.revoked_at,
        }
    }
}

/// A user to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    /// The login name, which must be unique in the account, ignoring case.
    #[schema(value_type = Username)]
    username: String,
    /// The role, which determines what the user may do.
    #[schema(value_type = Role, example = "campaign_manager")]
    role: String,
    /// At least 10 characters and at most 1024 bytes.
    #[schema(format = Password, min_length = 10, max_length = 1024)]
    password: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// At least 10 characters and at most 1024 bytes.
    #[schema(format = Password, min_length = 10, max_length = 1024)]
    password: String,
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// The role, which determines what the user may do.
    #[schema(value_type = Role, example = "lpa")]
    role: String,
}

/// For the OpenAPI file.
type UserPage = Items<ListedUser>;

/// List the account's users
///
/// The list includes revoked users. The oldest user is first.
#[utoipa::path(
    get,
    operation_id = "listUsers",
    path = "/manage/v1/accounts/{accountId}/users",
    tag = "Credentials",
    params(AccountPath),
    responses((status = 200, description = "The users", body = UserPage), CommonErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Json<Items<ListedUser>>, ApiError> {
    Ok(Items::all(app.users(&grant).await?.into_iter().map(ListedUser::from).collect()))
}

/// Create a user
#[utoipa::path(
    post,
    operation_id = "createUser",
    path = "/manage/v1/accounts/{accountId}/users",
    tag = "Credentials",
    params(AccountPath),
    request_body = NewUser,
    responses(
        (status = 201, description = "The user", body = ListedUser),
        (status = 409, description = "Another user has or had this login name, or the account has reached the \
            maximum number of users", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewUser>,
) -> Result<(StatusCode, Json<ListedUser>), ApiError> {
    let new = outbound_app::NewUser {
        name: new.username.parse().map_err(|error| ApiError::bad_field("/username", &error))?,
        role: new.role.parse().map_err(|error| ApiError::bad_field("/role", &error))?,
        password: Secret::new(new.password),
    };
    let user = app.create_user(&grant, new).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// Revoke a user
///
/// The user's sessions end, and the user cannot log in again. Revoking a user again changes nothing. The account's last
/// administrator cannot be revoked.
#[utoipa::path(
    delete,
    operation_id = "revokeUser",
    path = "/manage/v1/accounts/{accountId}/users/{username}",
    tag = "Credentials",
    params(AccountPath, ("username" = Username, Path, description = "The login name", example = "ann")),
    responses(
        (status = 204, description = "Done"),
        (status = 409, description = "The user is the account's last administrator", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn revoke(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(name): PathValue<Username>,
    State(app): State<App>,
) -> Result<StatusCode, ApiError> {
    app.revoke_user(&grant, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change a user's password
///
/// The user's sessions end.
#[utoipa::path(
    put,
    operation_id = "changePassword",
    path = "/manage/v1/accounts/{accountId}/users/{username}/password",
    tag = "Credentials",
    params(AccountPath, ("username" = Username, Path, description = "The login name", example = "ann")),
    request_body = NewPassword,
    responses((status = 204, description = "Done"), CommonErrorResponses, NotFoundResponse, BodyErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn change_password(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(name): PathValue<Username>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewPassword>,
) -> Result<StatusCode, ApiError> {
    app.change_password(&grant, &name, Secret::new(new.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change a user's role
///
/// The role applies from the user's next request. The account's last administrator cannot get another role.
#[utoipa::path(
    put,
    operation_id = "changeRole",
    path = "/manage/v1/accounts/{accountId}/users/{username}/role",
    tag = "Credentials",
    params(AccountPath, ("username" = Username, Path, description = "The login name", example = "ann")),
    request_body = NewRole,
    responses(
        (status = 204, description = "Done"),
        (status = 409, description = "The user is the account's last administrator", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn change_role(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(name): PathValue<Username>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewRole>,
) -> Result<StatusCode, ApiError> {
    let role = new.role.parse().map_err(|error| ApiError::bad_field("/role", &error))?;
    app.change_role(&grant, &name, role).await?;
    Ok(StatusCode::NO_CONTENT)
}
