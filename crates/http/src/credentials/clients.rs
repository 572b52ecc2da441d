//! OAuth 2.0 clients of the account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use outbound_app::{App, Client, ManageCredentials};
use outbound_model::{ClientId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::Items;
use crate::extract::path::{AccountPath, PathValue};

/// An OAuth 2.0 client without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedClient {
    #[schema(value_type = ClientId)]
    client_id: String,
    /// The name.
    #[schema(example = "CRM")]
    name: String,
    /// The scope.
    #[schema(example = "handoffs.read handoffs.write")]
    scope: String,
    #[serde(rename = "createdAt")]
    created_at: Timestamp,
    /// When it was revoked, if it was.
    #[serde(rename = "revokedAt", skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

impl From<Client> for ListedClient {
    fn from(client: Client) -> Self {
        Self {
            client_id: client.id.to_string(),
            name: client.name,
            scope: client.scopes.to_string(),
            created_at: client.created_at,
            revoked_at: client.revoked_at,
        }
    }
}

/// A client to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClient {
    /// The name.
    #[schema(min_length = 1, max_length = 100, example = "CRM")]
    name: String,
    /// `handoffs.read`, `handoffs.write`, or both separated by a space.
    #[schema(
        pattern = r"^\s*handoffs\.(read|write)(\s+handoffs\.(read|write))*\s*$",
        example = "handoffs.read handoffs.write"
    )]
    scope: String,
}

/// A new client with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedClient {
    #[schema(value_type = ClientId)]
    client_id: String,
    /// The secret. It is shown only once.
    client_secret: String,
}

/// For the OpenAPI file.
type ClientPage = Items<ListedClient>;

/// List the account's clients
///
/// The list includes revoked clients. The oldest client is first.
#[utoipa::path(
    get,
    operation_id = "listClients",
    path = "/manage/v1/accounts/{accountId}/clients",
    tag = "Credentials",
    params(AccountPath),
    responses((status = 200, description = "The clients", body = ClientPage), CommonErrorResponses),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Json<Items<ListedClient>>, ApiError> {
    Ok(Items::all(app.clients(&grant).await?.into_iter().map(ListedClient::from).collect()))
}

/// Create a client
///
/// The secret is shown only in this response.
#[utoipa::path(
    post,
    operation_id = "createClient",
    path = "/manage/v1/accounts/{accountId}/clients",
    tag = "Credentials",
    params(AccountPath),
    request_body = NewClient,
    responses(
        (status = 201, description = "The client and its secret", body = CreatedClient),
        (status = 409, description = "The account has reached the maximum number of clients", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
    JsonBody(new): JsonBody<NewClient>,
) -> Result<(StatusCode, Json<CreatedClient>), ApiError> {
    let scopes = new.scope.parse().map_err(|error| ApiError::bad_field("/scope", &error))?;
    let client = app.create_client(&grant, &new.name, scopes).await?;
    let created =
        CreatedClient { client_id: client.id.to_string(), client_secret: client.secret.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Revoke a client
///
/// The client's tokens are rejected from now on. Revoking it again changes nothing.
#[utoipa::path(
    delete,
    operation_id = "revokeClient",
    path = "/manage/v1/accounts/{accountId}/clients/{clientId}",
    tag = "Credentials",
    params(
        AccountPath,
        ("clientId" = ClientId, Path, description = "The client's id",
            example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a"),
    ),
    responses((status = 204, description = "The client is revoked"), CommonErrorResponses, NotFoundResponse),
    security(("le_bearer" = [])),
)]
pub(crate) async fn revoke(
    Authorized(grant): Authorized<ManageCredentials>,
    PathValue(id): PathValue<ClientId>,
    State(app): State<App>,
) -> Result<StatusCode, ApiError> {
    app.revoke_client(&grant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
