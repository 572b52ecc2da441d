//! The routes of all pages of the web tool.

use axum::routing::{get, post};
use outbound_app::App;
use outbound_http::{BudgetClass, Pages, RoutePolicy, Routes};

use crate::assets;
use crate::campaigns::{
    campaign, decisions, list as campaign_list, obstacles, opt_out_files, opt_outs, recipients, resolve,
};
use crate::catalogue::{
    actions, compare, download, edit, export, handoff, history, import, list, review, settings,
};
use crate::credentials::{audit, clients, connect, keys, setup, user_questions, users};
use crate::error::error_page;
use crate::home;
use crate::layout::THEME_PATH;
use crate::reporting::{board, downloads, erase, files, transaction, transactions};
use crate::sandbox::{inbox, phone};
use crate::sessions::{login, password};
use crate::theme_form;

/// The pages, their assets, and the page for errors.
pub fn pages(app: App) -> Pages {
    Pages { routes: routes().with_state(app), error_page }
}

/// Files that are the same for all users.
const FILE: RoutePolicy = RoutePolicy { budget: BudgetClass::Free, ..PAGE };
const PAGE: RoutePolicy = RoutePolicy::PAGE;

fn routes() -> Routes<App> {
    let routes = Routes::new(PAGE)
        .route("/", PAGE, get(home::home))
        .route(login::PATH, PAGE, get(login::show).post(login::log_in))
        .route("/logout", PAGE, post(login::log_out))
        .route("/setup", PAGE, get(setup::show).post(setup::set_up))
        .route("/password", PAGE, get(password::show).post(password::change))
        .route("/connect", PAGE, get(connect::show))
        .route(THEME_PATH, PAGE, post(theme_form::change))
        .route(assets::PATH, FILE, get(assets::serve))
        .unmatched(assets::FOLDER, FILE);
    settings_pages(reporting_pages(campaign_pages(catalogue_pages(routes))))
}

fn catalogue_pages(routes: Routes<App>) -> Routes<App> {
    routes
        .route("/handoffs", PAGE, get(list::list))
        .route("/handoffs/new", PAGE, get(edit::create_form).post(edit::create))
        .route("/handoffs/new/live", PAGE, post(edit::create_live))
        .route("/handoffs/{id}", PAGE, get(handoff::show))
        .route("/handoffs/{id}/edit", PAGE, get(edit::edit_form).post(edit::edit))
        .route("/handoffs/{id}/edit/live", PAGE, post(edit::edit_live))
        .route("/handoffs/{id}/review", PAGE, get(review::show))
        .route("/handoffs/{id}/publish", PAGE, post(actions::publish))
        .route("/handoffs/{id}/unpublish", PAGE, get(actions::ask_unpublish).post(actions::unpublish))
        .route("/handoffs/{id}/archive", PAGE, get(actions::ask_archive).post(actions::archive))
        .route("/handoffs/{id}/undo", PAGE, post(actions::undo))
        .route("/handoffs/{id}/restore", PAGE, post(actions::restore))
        .route("/handoffs/{id}/history", PAGE, get(history::show))
        .route("/handoffs/{id}/compare", PAGE, get(compare::show))
        .route("/handoffs/{id}/download", PAGE, get(download::one))
        .route(
            "/handoffs/{id}/versions/{number}/restore",
            PAGE,
            get(history::ask_restore).post(history::restore),
        )
        .route("/import", PAGE, get(import::show).post(import::import))
        .route("/export", PAGE, get(export::all))
}

fn campaign_pages(routes: Routes<App>) -> Routes<App> {
    routes
        .route("/campaigns", PAGE, get(campaign_list::list))
        .route("/campaigns/{id}", PAGE, get(campaign::show))
        .route("/campaigns/{id}/pause", PAGE, post(decisions::pause))
        .route("/campaigns/{id}/resume", PAGE, post(decisions::resume))
        .route("/campaigns/{id}/launch", PAGE, get(decisions::ask_launch).post(decisions::launch))
        .route("/campaigns/{id}/cancel", PAGE, get(decisions::ask_cancel).post(decisions::cancel))
        .route("/campaigns/{id}/retry", PAGE, get(decisions::ask_retry).post(decisions::retry))
        .route("/campaigns/{id}/resume-sender", PAGE, post(obstacles::resume_sender))
        .route("/campaigns/{id}/recipients", PAGE, get(recipients::list))
        .route(
            "/campaigns/{id}/recipients/{number}/send-again",
            PAGE,
            get(resolve::ask_send_again).post(resolve::send_again),
        )
        .route("/campaigns/{id}/recipients/{number}/count-as-sent", PAGE, post(resolve::count_as_sent))
        .route("/opt-outs", PAGE, get(opt_outs::list).post(opt_outs::add))
        .route("/opt-outs/remove", PAGE, post(opt_outs::remove))
        .route("/opt-outs/import", PAGE, post(opt_out_files::import))
        .route("/opt-outs/export", PAGE, get(opt_out_files::export))
        .route("/sandbox", PAGE, get(inbox::list))
        .route("/sandbox/{phone}", PAGE, get(phone::show).post(phone::reply))
}

fn reporting_pages(routes: Routes<App>) -> Routes<App> {
    routes
        .route("/reports", PAGE, get(board::show))
        .route("/reports/download", PAGE, get(downloads::totals))
        .route("/reports/erase", PAGE, get(erase::show).post(erase::erase))
        .route("/reports/files", PAGE, get(files::list).post(files::create))
        .route("/reports/files/{id}", PAGE, get(files::download))
        .route("/reports/files/{id}/delete", PAGE, get(files::ask_delete).post(files::delete))
        .route("/reports/transactions", PAGE, get(transactions::list))
        .route("/reports/transactions/download", PAGE, get(downloads::messages))
        .route("/reports/transactions/{transaction}", PAGE, get(transaction::show))
}

fn settings_pages(routes: Routes<App>) -> Routes<App> {
    routes
        .route("/audit", PAGE, get(audit::show))
        .route("/settings", PAGE, get(settings::show).post(settings::change))
        .route("/settings/clients", PAGE, get(clients::show).post(clients::create))
        .route("/settings/clients/{id}/revoke", PAGE, get(clients::ask_revoke).post(clients::revoke))
        .route("/settings/api-keys", PAGE, get(keys::show).post(keys::create))
        .route("/settings/api-keys/{key}/revoke", PAGE, get(keys::ask_revoke).post(keys::revoke))
        .route("/settings/users", PAGE, get(users::show).post(users::create))
        .route("/settings/users/{name}/password", PAGE, get(user_questions::ask_reset).post(users::reset))
        .route("/settings/users/{name}/role", PAGE, post(users::change_role))
        .route("/settings/users/{name}/revoke", PAGE, get(user_questions::ask_revoke).post(users::revoke))
}
