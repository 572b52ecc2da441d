//! Connections of an account to providers. Only those to a sandbox can be created yet.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, ConnectionInfo, ManageCredentials, NewConnection};
use outbound_auth::Secret;
use outbound_model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path::{ConnectionId, ConnectionPath};
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::{AccountPath, PathValue};

/// A connection, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionItem {
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    id: String,
    /// Always `sandbox`.
    #[schema(pattern = "^sandbox$", example = "sandbox")]
    kind: String,
    #[schema(example = "Sandbox")]
    name: String,
    /// The start of the provider's URLs.
    #[schema(example = "https://sandbox.handoff.example")]
    base_url: String,
    created_at: Timestamp,
}

impl From<ConnectionInfo> for ConnectionItem {
    fn from(connection: ConnectionInfo) -> Self {
        let ConnectionInfo { id, kind, name, base_url, created_at, .. } = connection;
        Self { id, kind, name, base_url, created_at }
    }
}

/// A connection to a sandbox.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewSandboxConnection {
    /// A name for people.
    #[schema(min_length = 1, example = "Sandbox")]
    name: String,
    /// The start of the sandbox's URLs. Only the command line connects a sandbox on the server's machine.
    #[schema(pattern = "^https?:", example = "https://sandbox.handoff.example")]
    base_url: String,
    /// The secret that the sandbox knows already. Without it, one is generated.
    #[schema(required = false)]
    secret: Option<String>,
}

/// A connection with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedConnection {
    #[serde(flatten)]
    connection: ConnectionItem,
    /// The token of the sandbox, which also signs its callbacks. It is shown only once.
    secret: String,
    /// The path of the server to which providers report, followed by `meta`, `twilio`, `rbm` or `relay`. It is shown only
    /// once.
    #[serde(rename = "callbackPath")]
    #[schema(example = "/callbacks/3b215bb1c7bb0d5b86f527124796792e/")]
    callback_path: String,
}

/// A connection with its new path of callbacks.
#[derive(Serialize, ToSchema)]
pub(crate) struct RotatedConnection {
    #[serde(flatten)]
    connection: ConnectionItem,
    /// The path of the server to which providers report, followed by `meta`, `twilio`, `rbm` or `relay`. It is shown only
    /// once.
    #[serde(rename = "callbackPath")]
    #[schema(example = "/callbacks/3b215bb1c7bb0d5b86f527124796792e/")]
    callback_path: String,
}

/// For the OpenAPI file.
type ConnectionPage = Items<ConnectionItem>;

/// List the account's connections
#[utoipa::path(
    get,
    operation_id = "listConnections",
    path = "/manage/v1/accounts/{accountId}/connections",
    tag = "Campaigns",
    params(AccountPath),
    responses((status = 200, description = "The connections", body = ConnectionPage), CommonErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Json<Items<ConnectionItem>>, ApiError> {
    Ok(Items::all(app.connections(&grant).await?.into_iter().map(ConnectionItem::from).collect()))
}

/// Connect a sandbox
///
/// Campaigns of the account are sent to the sandbox, which simulates all providers.
#[utoipa::path(
    post,
    operation_id = "createConnection",
    path = "/manage/v1/accounts/{accountId}/connections",
    tag = "Campaigns",
    params(AccountPath),
    request_body = NewSandboxConnection,
    responses(
        (status = 201, description = "The connection and its secret", body = CreatedConnection),
        (status = 409, description = "The account has 20 connections already", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewSandboxConnection>,
) -> Result<(StatusCode, Json<CreatedConnection>), ApiError> {
    let NewSandboxConnection { name, base_url, secret } = new;
    let new = NewConnection { name, base_url, secret: secret.map(Secret::new) };
    let (connection, secret) = app.create_connection_elsewhere(&grant, new).await?;
    let (callback_path, secret) = (connection.callback_path(), secret.expose().to_owned());
    let created = CreatedConnection { connection: connection.into(), secret, callback_path };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Delete a connection
///
/// Messages that wait for it wait until another connection can send them, or until they expire.
#[utoipa::path(
    delete,
    operation_id = "deleteConnection",
    path = "/manage/v1/accounts/{accountId}/connections/{connectionId}",
    tag = "Campaigns",
    params(ConnectionPath),
    responses(
        (status = 204, description = "The connection was deleted"),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn delete(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(ConnectionId(id)): PathValue<ConnectionId>,
    State(app): State<App>,
) -> Result<StatusCode, ApiError> {
    app.delete_connection(&grant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace the path of callbacks of a connection
///
/// The previous path is rejected with 404: at once, or within 5 seconds on other nodes. Reports of providers about messages
/// that were sent before are lost, because they use the previous path.
#[utoipa::path(
    post,
    operation_id = "rotateCallback",
    path = "/manage/v1/accounts/{accountId}/connections/{connectionId}/rotate-callback",
    tag = "Campaigns",
    params(ConnectionPath),
    responses(
        (status = 200, description = "The connection and its new path", body = RotatedConnection),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn rotate_callback(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(ConnectionId(id)): PathValue<ConnectionId>,
    State(app): State<App>,
) -> Result<Json<RotatedConnection>, ApiError> {
    let connection = app.rotate_callback(&grant, &id).await?;
    let callback_path = connection.callback_path();
    Ok(Json(RotatedConnection { connection: connection.into(), callback_path }))
}
