//! Puts the service together: the API's routes, Swagger UI, and the edge around them.

use axum::Router;
use outbound_app::App;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edge::{Edge, Guarded};
use crate::pages::Pages;
use crate::{openapi, routes};

/// The whole service: every route, with `edge` around them.
pub fn router(app: App, edge: &Edge) -> Guarded {
    edge.around(api(app))
}

/// The same with the pages of the web tool, and errors as pages for browsers.
pub fn router_with_pages(app: App, edge: &Edge, pages: Pages) -> Guarded {
    edge.around_pages(api(app).merge(pages.routes), Some(pages.error_page))
}

fn api(app: App) -> Router {
    let (routes, _) = routes::documented().split_for_parts();
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
