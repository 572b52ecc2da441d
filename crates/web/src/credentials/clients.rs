//! OAuth 2.0 clients: create, list, revoke.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{App, AppError, Client, ManageCredentials, NewClient};
use outbound_model::{ClientId, Scope};

use super::connect::snippets;
use crate::error::{PageError, PageResult};
use crate::moment::at;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::settings_page::{
    MAX_LISTED, SettingsPage, ask, confirmation_link, form_error, list_below, older_hint, shown_once,
};
use crate::text;

const PATH: &str = "/settings/clients";
/// In characters.
const MAX_NAME_LENGTH: usize = 100;

/// `GET /settings/clients`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let clients = app.clients(&grant).await?;
    Ok(page(html! { (form(&app, &visit)) (table(&clients)) }, None).response(&visit))
}

/// `POST /settings/clients`: creates a client and shows its secret.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let scopes =
        Scope::ALL.into_iter().filter(|scope| fields.all("scope").any(|word| word == scope.as_str()));
    let name = fields.text("name").trim();
    let created = match fields.text("id").parse() {
        Ok(id) => app.create_client_once(&grant, id, name, scopes.collect()).await,
        Err(invalid) => Err(AppError::Invalid(invalid)),
    };
    let clients = app.clients(&grant).await;
    match created {
        Ok(new) => {
            let content = html! { (created_client(&app, &visit, &new)) (list_below(clients, table)) };
            Ok(page(content, None).response(&visit))
        }
        Err(error) => {
            let ((status, why), clients) = (form_error(error)?, clients?);
            let content = html! { (form(&app, &visit)) (table(&clients)) };
            Ok(page(content, Some((status, &why))).response(&visit))
        }
    }
}

/// `GET /settings/clients/{id}/revoke`: asks for confirmation.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
) -> PageResult {
    let clients = app.clients(&grant).await?;
    let client = clients.iter().find(|client| client.id.as_str() == id).ok_or_else(not_found)?;
    let title = text::revoke_client_title(client.name.as_str());
    Ok(ask(&visit, &title, &text::revoke_client_consequence(), &text::revoke_client_confirm(), PATH))
}

fn not_found() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::client_not_found())
}

/// `POST /settings/clients/{id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let id: ClientId = id.parse().map_err(|_| not_found())?;
    app.revoke_client(&grant, &id).await?;
    Ok(Redirect::to("/settings/clients?done=client-revoked").into_response())
}

fn page(content: Markup, error: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: text::clients(), path: PATH, content, error }
}

fn created_client(app: &App, visit: &Visit, new: &NewClient) -> Markup {
    let (id, secret) = (new.id.as_str(), new.secret.expose());
    html! {
        (shown_once(&text::new_client(), &[("client_id", id), ("client_secret", secret)]))
        section class="panel" aria-labelledby="try" {
            h2 id="try" { (text::try_client()) }
            (snippets(&app.public_url(), &visit.session.user().account, id, secret))
        }
    }
}

/// Contains the id of the new client, so that a form that is sent twice creates only one.
fn form(app: &App, visit: &Visit) -> Markup {
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { (text::new_client()) }
            (visit.token())
            input type="hidden" name="id" value=(ClientId::random(app.generator()));
            div class="fields" {
                div class="field" {
                    label for="name" { (text::name()) }
                    input id="name" name="name" maxlength=(MAX_NAME_LENGTH) placeholder=(text::client_name_placeholder())
                        required dir="auto";
                }
                fieldset {
                    legend { (text::permissions()) }
                    (scope(Scope::HandoffsRead, &text::scope_read(), true))
                    (scope(Scope::HandoffsWrite, &text::scope_write(), false))
                    (scope(Scope::ReportsRead, &text::scope_reports(), false))
                    (scope(Scope::EventsWrite, &text::scope_events(), false))
                    (scope(Scope::CampaignsRead, &text::scope_campaigns_read(), false))
                    (scope(Scope::CampaignsWrite, &text::scope_campaigns_write(), false))
                    (scope(Scope::CampaignsLaunch, &text::scope_campaigns_launch(), false))
                }
            }
            div class="actions" { button class="primary" { (text::create_client()) } }
        }
    }
}

fn scope(scope: Scope, label: &str, is_chosen: bool) -> Markup {
    html! {
        label class="check" {
            input type="checkbox" name="scope" value=(scope.as_str()) checked[is_chosen];
            (label)
        }
    }
}

fn table(clients: &[Client]) -> Markup {
    html! {
        @if clients.is_empty() {
            p class="hint" { (text::no_clients()) }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { (text::clients()) }
                    thead { tr {
                        th scope="col" { (text::name()) }
                        th scope="col" { (text::id()) }
                        th scope="col" { (text::permissions()) }
                        th scope="col" { (text::created()) }
                        th scope="col" { (text::status()) }
                    } }
                    tbody { @for client in clients.iter().rev().take(MAX_LISTED) { (row(client)) } }
                }
            }
            (older_hint(clients.len(), "outbound client list"))
        }
    }
}

fn row(client: &Client) -> Markup {
    html! {
        tr {
            th scope="row" dir="auto" { (client.name) }
            td data-label=(text::id()) { code { (client.id) } }
            td data-label=(text::permissions()) { (client.scopes) }
            td data-label=(text::created()) { (at(client.created_at)) }
            td data-label=(text::status()) {
                @match client.revoked_at {
                    Some(revoked_at) => { span class="badge" { (text::revoked()) } div class="hint" { (at(revoked_at)) } }
                    None => (confirmation_link(&format!("{PATH}/{}/revoke", client.id), &text::revoke(), &client.name)),
                }
            }
        }
    }
}
