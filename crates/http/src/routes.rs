//! Every route of the API on one page.

use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::domains;
use crate::catalogue::{
    changes, checking, diff, handoffs, import, published, publishing, search, settings, versions,
};
use crate::credentials::{api_keys, audit, clients, jwks, token, users};
use crate::edge::metrics;
use crate::health;
use crate::sessions::login;
use crate::webhooks::{deliveries, registrations};

/// The routes with their part of the OpenAPI document; a route's path stands at its handler.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(published::list))
        .routes(routes!(published::list_by_channel))
        .routes(routes!(token::grant_v1))
        .routes(routes!(token::grant_v2))
        .routes(routes!(jwks::jwks))
        .routes(routes!(login::log_in))
        .routes(routes!(login::refresh))
        .routes(routes!(login::log_out))
        .routes(routes!(domains::service))
        .routes(routes!(domains::services))
        .merge(managed())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
}

/// The management API (docs/manage.md), under `/manage/v1/accounts/{accountId}`.
fn managed() -> OpenApiRouter<App> {
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
        .routes(routes!(registrations::list, registrations::create))
        .routes(routes!(registrations::show, registrations::delete))
        .routes(routes!(registrations::disable))
        .routes(routes!(registrations::enable))
        .routes(routes!(registrations::rotate_secret))
        .routes(routes!(deliveries::ping))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::resend))
        .layer(map_response(no_store))
}

/// Drafts and secrets must not be stored by browsers or proxies.
async fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
