//! Every route of the service on one page.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{edge, error, handoffs, health, jwks, openapi, request_id, token};

/// The routes with their part of the OpenAPI document; a route's path stands at its handler.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handoffs::list))
        .routes(routes!(handoffs::list_by_channel))
        .routes(routes!(token::grant_v1))
        .routes(routes!(token::grant_v2))
        .routes(routes!(jwks::jwks))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
}

/// The whole service as a router.
pub fn router(app: App) -> Router {
    let (routes, _) = documented().split_for_parts();
    let routes = routes
        .method_not_allowed_fallback(error::method_not_allowed)
        .route_layer(from_fn(request_id::note_route))
        .with_state(app.clone())
        .merge(swagger_ui())
        .fallback(error::not_found);
    Router::new()
        .fallback_service(edge::without_trailing_slash(routes))
        .layer(from_fn(edge::refuse_oddities))
        .layer(from_fn_with_state(app, request_id::identify))
}

/// Without the badge for which the page would ask swagger.io to fetch and judge our document.
fn swagger_ui() -> SwaggerUi {
    let offline = Config::default().validator_url("none");
    SwaggerUi::new("/api/api-docs").url("/openapi.json", openapi::document()).config(offline)
}
