//! The management API, below `/manage/v1/accounts/{accountId}`: for whoever makes handoffs.

mod change_stream;
mod changes;
mod changes_query;

use outbound_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes with their part of the OpenAPI document.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(changes::changes))
}
