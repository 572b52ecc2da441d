//! Every route of the service on one page.

use axum::Router;
use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edge::{Edge, metrics};
use crate::{domains, handoffs, health, jwks, login, openapi, token};

/// The routes with their part of the OpenAPI document; a route's path stands at its handler.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handoffs::list))
        .routes(routes!(handoffs::list_by_channel))
        .routes(routes!(token::grant_v1))
        .routes(routes!(token::grant_v2))
        .routes(routes!(jwks::jwks))
        .routes(routes!(login::log_in))
        .routes(routes!(login::refresh))
        .routes(routes!(login::log_out))
        .routes(routes!(domains::service))
        .routes(routes!(domains::services))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
}

/// The whole service as a router, with `edge` around it.
pub fn router(app: App, edge: &Edge) -> Router {
    let (routes, _) = documented().split_for_parts();
    edge.around(routes.with_state(app).merge(swagger_ui()))
}

/// Without the badge for which the page would ask swagger.io to fetch and judge our document.
fn swagger_ui() -> SwaggerUi {
    let offline = Config::default().validator_url("none");
    SwaggerUi::new("/api/api-docs").url("/openapi.json", openapi::document()).config(offline)
}
