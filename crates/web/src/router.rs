//! Every page of the web tool on one page.

use axum::Router;
use axum::routing::{get, post};
use outbound_app::App;
use outbound_http::Pages;

use crate::assets;
use crate::catalogue::{act, compare, download, edit, handoff, history, import, list, review, settings};
use crate::credentials::{audit, clients, connect, keys, setup, user_questions, users};
use crate::error::error_page;
use crate::home;
use crate::sessions::{password, sign_in};
use crate::theme;

/// The pages with what they load, and how errors look.
pub fn pages(app: App) -> Pages {
    Pages { routes: routes().with_state(app), error_page }
}

fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route(sign_in::PATH, get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/setup", get(setup::show).post(setup::set_up))
        .route("/password", get(password::show).post(password::change))
        .route("/handoffs", get(list::list))
        .route("/handoffs/new", get(edit::make).post(edit::make_posted))
        .route("/handoffs/new/live", post(edit::make_live))
        .route("/handoffs/{id}", get(handoff::show))
        .route("/handoffs/{id}/edit", get(edit::edit).post(edit::edit_posted))
        .route("/handoffs/{id}/edit/live", post(edit::edit_live))
        .route("/handoffs/{id}/review", get(review::show))
        .route("/handoffs/{id}/publish", post(act::publish))
        .route("/handoffs/{id}/unpublish", get(act::ask_unpublish).post(act::unpublish))
        .route("/handoffs/{id}/archive", get(act::ask_archive).post(act::archive))
        .route("/handoffs/{id}/undo", post(act::undo))
        .route("/handoffs/{id}/restore", post(act::restore))
        .route("/handoffs/{id}/history", get(history::show))
        .route("/handoffs/{id}/compare", get(compare::show))
        .route("/handoffs/{id}/download", get(download::one))
        .route("/handoffs/{id}/versions/{number}/restore", get(history::ask_restore).post(history::restore))
        .route("/import", get(import::show).post(import::import))
        .route("/export", get(download::all))
        .route("/connect", get(connect::show))
        .route("/audit", get(audit::show))
        .route("/settings", get(settings::show).post(settings::change))
        .route("/settings/clients", get(clients::show).post(clients::create))
        .route("/settings/clients/{id}/revoke", get(clients::ask_revoke).post(clients::revoke))
        .route("/settings/api-keys", get(keys::show).post(keys::create))
        .route("/settings/api-keys/{key}/revoke", get(keys::ask_revoke).post(keys::revoke))
        .route("/settings/users", get(users::show).post(users::create))
        .route("/settings/users/{name}/password", get(user_questions::ask_reset).post(users::reset))
        .route("/settings/users/{name}/role", post(users::change_role))
        .route("/settings/users/{name}/revoke", get(user_questions::ask_revoke).post(users::revoke))
        .merge(theme::router())
        .merge(assets::router())
}
