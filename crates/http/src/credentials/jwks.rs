//! The public signing keys, for services that verify AppJWTs (contract §2.1).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use outbound_app::App;
use serde_json::Value;

use crate::error::ApiError;

/// Get the keys that sign tokens
///
/// Returns a JWK set (RFC 7517). A new key is listed for a day before it is used, so the set may be cached for an hour.
#[utoipa::path(get, operation_id = "getSigningKeys", path = "/sentinel/well-known/jwks", tag = "Tokens",
    responses((status = 200, description = "The JWK set", body = Value)))]
pub(crate) async fn jwks(
    State(app): State<App>,
) -> Result<([(HeaderName, &'static str); 1], Json<Value>), ApiError> {
    Ok(([(header::CACHE_CONTROL, "public, max-age=3600")], Json(app.jwks().await?)))
}
