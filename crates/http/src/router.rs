//! Puts the service together: the API's routes, Swagger UI, and the edge around them.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use outbound_app::App;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edge::{Edge, ErrorPage, Guarded, Routes};
use crate::{openapi, routes};

/// Where the OpenAPI document is.
const DOCUMENT: &str = "/openapi.json";

/// The pages of a web tool.
pub struct Pages {
    /// Their routes, none of which the API has.
    pub routes: Routes,
    /// Draws an error.
    pub error_page: ErrorPage,
}

/// The whole service: every route, with `edge` around them.
pub fn router(app: App, edge: &Edge) -> Guarded {
    edge.around(api_routes(app))
}

/// The same with the pages of the web tool, and errors as pages for browsers.
pub fn router_with_pages(app: App, edge: &Edge, pages: Pages) -> Guarded {
    edge.around_pages(pages.routes.merge(api_routes(app)), Some(pages.error_page))
}

/// The routes of the API with their policies.
pub fn api_routes(app: App) -> Routes {
    // Written once: each request copies a pointer.
    let document = Bytes::from(openapi::document().to_string());
    let document = get(async move || ([(header::CONTENT_TYPE, "application/json")], document));
    let routes = routes::documented().routes.with_state(app);
    routes.route(DOCUMENT, routes::MONITORING, document).mount(routes::DOCUMENTATION, swagger_ui())
}

/// Without the badge for which the page would ask swagger.io to fetch and judge our document.
fn swagger_ui() -> Router {
    let offline = Config::new([DOCUMENT]).validator_url("none");
    SwaggerUi::new("/api/api-docs").config(offline).into()
}
