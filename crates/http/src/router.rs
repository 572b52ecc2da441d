//! Every route of the service on one page.

use axum::Router;
use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edge::{Edge, Guarded, metrics};
use crate::pages::Pages;
use crate::{domains, handoffs, health, jwks, login, manage, openapi, token};

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
        .merge(manage::routes())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
}

/// The whole service: every route, with `edge` around them.
pub fn router(app: App, edge: &Edge) -> Guarded {
    edge.around(api(app))
}

/// The same with the pages of the web tool, and errors as pages for browsers.
pub fn router_with_pages(app: App, edge: &Edge, pages: Pages) -> Guarded {
    edge.around_pages(api(app).merge(pages.routes), Some(pages.error_page))
}

fn api(app: App) -> Router {
    let (routes, _) = documented().split_for_parts();
    routes.with_state(app).merge(swagger_ui())
}

/// Without the badge for which the page would ask swagger.io to fetch and judge our document.
fn swagger_ui() -> Router {
    let offline = Config::default().validator_url("none");
    let pages = SwaggerUi::new("/api/api-docs")
        .external_url_unchecked("/openapi.json", openapi::document())
        .config(offline);
    Router::from(pages)
}
