//! For whoever watches the service.

use axum::extract::State;
use outbound_app::App;

use crate::error::ApiError;

/// Whether the process lives
#[utoipa::path(get, operation_id = "getHealth", path = "/healthz", tag = "Health", responses((status = 200, description = "It lives", body = str)))]
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Whether the service can work: its database takes writes. One check a second answers every probe
#[utoipa::path(get, operation_id = "getReadiness", path = "/readyz", tag = "Health", responses(
    (status = 200, description = "It can", body = str),
    (status = 503, description = "The database is away or takes no writes", body = crate::error::ErrorBody),
))]
pub(crate) async fn readyz(State(app): State<App>) -> Result<&'static str, ApiError> {
    app.ready().await?;
    Ok("ready")
}
