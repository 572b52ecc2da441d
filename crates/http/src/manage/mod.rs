//! The management API: authors make, check, publish and compare handoffs, administrators look after
//! credentials and settings (docs/manage.md). Here every route of it on one page; a resource a file.

mod api_keys;
mod audit;
mod body;
mod change_stream;
mod changes;
mod changes_query;
mod checking;
mod clients;
mod conditions;
mod deliveries;
mod diff;
mod handoffs;
mod import;
mod import_answer;
mod import_schema;
mod managed;
mod paging;
mod path;
mod publishing;
mod query;
mod refusals;
mod search;
mod search_query;
mod settings;
mod users;
mod versions;
mod webhooks;

use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All of them, under `/manage/v1/accounts/{accountId}`.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(search::list, handoffs::create))
        .routes(routes!(import::import))
        .routes(routes!(checking::check))
        .routes(routes!(checking::render))
        .routes(routes!(handoffs::show, handoffs::replace, handoffs::archive))
        .routes(routes!(handoffs::restore))
        .routes(routes!(publishing::publish))
        .routes(routes!(publishing::unpublish))
        .routes(routes!(checking::render_saved))
        .routes(routes!(versions::list))
        .routes(routes!(versions::show))
        .routes(routes!(versions::restore))
        .routes(routes!(diff::diff))
        .routes(routes!(clients::list, clients::create))
        .routes(routes!(clients::revoke))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::revoke))
        .routes(routes!(users::change_password))
        .routes(routes!(users::change_role))
        .routes(routes!(settings::show, settings::change))
        .routes(routes!(audit::list))
        .routes(routes!(changes::changes))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::delete))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(deliveries::ping))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::resend))
        .layer(map_response(kept_by_nobody))
}

/// Drafts and secrets are for who asked alone.
async fn kept_by_nobody(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
