//! Health checks for monitoring and orchestration.

use axum::extract::State;
use outbound_app::App;

use crate::error::ApiError;

/// Check that the process is alive
#[utoipa::path(get, operation_id = "getHealth", path = "/healthz", tag = "Health", responses(
    (status = 200, description = "The process is alive", body = str),
))]
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Check that the service can handle requests
///
/// Checks that the database accepts writes, at most once a second; requests in between receive the same result.
#[utoipa::path(get, operation_id = "getReadiness", path = "/readyz", tag = "Health", responses(
    (status = 200, description = "The service is ready", body = str),
    (status = 503, description = "The database is unavailable or rejects writes", body = crate::error::ErrorBody),
))]
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, ApiError> {
    app.ready().await?;
    Ok("ready")
}
