//! OAuth 1.0 keys of the account, which read the published lists and nothing else.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{ApiKey, App, ManageCredentials};
use outbound_model::{AppKey, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::{AccountPath, PathValue};

/// A key, without its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedApiKey {
    /// `oauth_consumer_key`.
    #[schema(value_type = AppKey)]
    app_key: String,
    /// What people call it.
    #[schema(example = "Reporting")]
    name: String,
    /// `oauth_token`.
    access_token: String,
    #[serde(rename = "createdAt")]
    created_at: Timestamp,
    /// When it was revoked, if it was.
    #[serde(rename = "revokedAt", skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for ListedApiKey {
    fn from(key: ApiKey) -> Self {
        let ApiKey { name, access_token, created_at, revoked_at, .. } = key;
        Self { app_key: key.app_key.to_string(), name, access_token, created_at, revoked_at }
    }
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, example = "Reporting")]
    name: String,
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApiKey {
    /// `oauth_consumer_key`.
    #[schema(value_type = AppKey)]
    app_key: String,
    /// Its secret, shown this once.
    secret: String,
    /// `oauth_token`.
    access_token: String,
    /// The secret of that, shown this once.
    access_token_secret: String,
}

/// For the OpenAPI file.
type ApiKeyPage = Items<ListedApiKey>;

/// The account's API keys
///
/// Revoked ones too, oldest first.
#[utoipa::path(
    get,
    operation_id = "listApiKeys",
    path = "/manage/v1/accounts/{accountId}/api-keys",
    tag = "Credentials",
    params(AccountPath),
    responses((status = 200, description = "The keys", body = ApiKeyPage), CommonErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Json<Items<ListedApiKey>>, ApiError> {
    Ok(Items::all(app.api_keys(&grant).await?.into_iter().map(ListedApiKey::from).collect()))
}

/// Make an API key
///
/// The secrets are shown this once.
#[utoipa::path(
    post,
    operation_id = "createApiKey",
    path = "/manage/v1/accounts/{accountId}/api-keys",
    tag = "Credentials",
    params(AccountPath),
    request_body = NewApiKey,
    responses(
        (status = 201, description = "The key and its secrets", body = CreatedApiKey),
        (status = 409, description = "The account has 100 keys already, revoked ones counted", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewApiKey>,
) -> Result<(StatusCode, Json<CreatedApiKey>), ApiError> {
    let made = app.create_api_key(&grant, &new.name).await?;
    let made = CreatedApiKey {
        app_key: made.app_key.to_string(),
        secret: made.secret.expose().to_owned(),
        access_token: made.access_token,
        access_token_secret: made.access_token_secret.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revoke an API key
///
/// What it signs is refused from now on. A second time changes nothing.
#[utoipa::path(
    delete,
    operation_id = "revokeApiKey",
    path = "/manage/v1/accounts/{accountId}/api-keys/{appKey}",
    tag = "Credentials",
    params(
        AccountPath,
        ("appKey" = AppKey, Path, description = "The app key", example = "5102ce1f35bd4e5e9bd3bacdfd28dd3a"),
    ),
    responses((status = 204, description = "Done"), CommonErrorResponses, NotFoundResponse),
    security(("le_bearer" = [])),
)]
pub(crate) async fn revoke(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(app_key): PathValue<AppKey>,
    State(app): State<App>,
) -> Result<StatusCode, ApiError> {
    app.revoke_api_key(&grant, &app_key).await?;
    Ok(StatusCode::NO_CONTENT)
}
