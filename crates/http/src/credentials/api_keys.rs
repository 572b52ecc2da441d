//! OAuth 1.0 API keys of the account, which can only read the published lists.

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

/// An API key without its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedApiKey {
    /// `oauth_consumer_key`.
    #[schema(value_type = AppKey)]
    app_key: String,
    /// The name.
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

/// An API key to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKey {
    /// The name.
    #[schema(min_length = 1, max_length = 100, example = "Reporting")]
    name: String,
}

/// A new API key with its secrets.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApiKey {
    /// `oauth_consumer_key`.
    #[schema(value_type = AppKey)]
    app_key: String,
    /// The secret of the key. It is shown only once.
    secret: String,
    /// `oauth_token`.
    access_token: String,
    /// The secret of the access token. It is shown only once.
    access_token_secret: String,
}

/// For the OpenAPI file.
type ApiKeyPage = Items<ListedApiKey>;

/// List the account's API keys
///
/// The list includes revoked keys. The oldest key is first.
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

/// Create an API key
///
/// The secrets are shown only in this response.
#[utoipa::path(
    post,
    operation_id = "createApiKey",
    path = "/manage/v1/accounts/{accountId}/api-keys",
    tag = "Credentials",
    params(AccountPath),
    request_body = NewApiKey,
    responses(
        (status = 201, description = "The key and its secrets", body = CreatedApiKey),
        (status = 409, description = "The account has reached the maximum of 100 keys, including revoked ones",
            body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewApiKey>,
) -> Result<(StatusCode, Json<CreatedApiKey>), ApiError> {
    let key = app.create_api_key(&grant, &new.name).await?;
    let created = CreatedApiKey {
        app_key: key.app_key.to_string(),
        secret: key.secret.expose().to_owned(),
        access_token: key.access_token,
        access_token_secret: key.access_token_secret.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Revoke an API key
///
/// Requests signed with the key are rejected from now on. Revoking it again changes nothing.
#[utoipa::path(
    delete,
    operation_id = "revokeApiKey",
    path = "/manage/v1/accounts/{accountId}/api-keys/{appKey}",
    tag = "Credentials",
    params(
        AccountPath,
        ("appKey" = AppKey, Path, description = "The app key", example = "5102ce1f35bd4e5e9bd3bacdfd28dd3a"),
    ),
    responses((status = 204, description = "The key is revoked"), CommonErrorResponses, NotFoundResponse),
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
