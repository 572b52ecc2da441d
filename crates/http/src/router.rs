//! Assembles the service: the API's routes and Swagger UI, wrapped in the edge.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use outbound_app::App;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::edge::{Edge, ErrorPage, Guarded, Routes};
use crate::{openapi, routes};

/// The path of the OpenAPI document.
const DOCUMENT: &str = "/openapi.json";

/// The pages of a web tool.
pub struct Pages {
    /// The routes of the pages. None of them may be a route of the API.
    pub routes: Routes,
    /// Renders an error as a page.
    pub error_page: ErrorPage,
}

/// Returns the service without web pages: all routes of the API behind `edge`.
pub fn router(app: App, edge: &Edge) -> Guarded {
    edge.around(api_routes(app))
}

/// Returns the service with the pages of the web tool. Browsers receive errors as pages.
pub fn router_with_pages(app: App, edge: &Edge, pages: Pages) -> Guarded {
    edge.around_pages(pages.routes.merge(api_routes(app)), Some(pages.error_page))
}

/// Returns the routes of the API with their policies.
pub fn api_routes(app: App) -> Routes {
    // Serialized once; each request clones only the reference-counted buffer.
    let document = Bytes::from(openapi::document().to_string());
    let document = get(async move || ([(header::CONTENT_TYPE, "application/json")], document));
    let routes = routes::documented().routes.with_state(app);
    routes.route(DOCUMENT, routes::MONITORING, document).mount(routes::DOCUMENTATION, swagger_ui())
}

/// Disables the validator badge, which would make the page send our document's URL to swagger.io.
fn swagger_ui() -> Router {
    let offline = Config::new([DOCUMENT]).validator_url("none");
    SwaggerUi::new("/api/api-docs").config(offline).into()
}
