//! OAuth 2.0 clients: made, listed, revoked.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{App, AppError, Client, ManageCredentials, NewClient};
use outbound_model::{ClientId, Scope};

use super::connect::snippets;
use crate::error::{PageError, PageResult};
use crate::moment::at;
use crate::sessions::session::{Posted, SignedIn, Visit};
use crate::settings_page::{LISTED, SettingsPage, ask, asked, beyond, shown_once, told};

const PATH: &str = "/settings/clients";
/// The longest name, in characters.
const MAX_NAME_LENGTH: usize = 100;

/// `GET /settings/clients`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let clients = app.clients(&grant).await?;
    Ok(page(html! { (form(&app, &visit)) (table(&clients)) }, None).to(&visit))
}

/// `POST /settings/clients`: makes one, and shows its secret.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let scopes =
        Scope::ALL.into_iter().filter(|scope| fields.all("scope").any(|word| word == scope.as_str()));
    let name = fields.text("name").trim();
    let made = match fields.text("id").parse() {
        Ok(id) => app.create_client_once(&grant, id, name, scopes.collect()).await,
        Err(invalid) => Err(AppError::Invalid(invalid)),
    };
    let clients = app.clients(&grant).await?;
    match made {
        Ok(new) => {
            let content = html! { (made_now(&app, &visit, &new)) (table(&clients)) };
            Ok(page(content, None).to(&visit))
        }
        Err(error) => {
            let (status, why) = told(error)?;
            let content = html! { (form(&app, &visit)) (table(&clients)) };
            Ok(page(content, Some((status, &why))).to(&visit))
        }
    }
}

/// `GET /settings/clients/{id}/revoke`: asks first.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
) -> PageResult {
    let clients = app.clients(&grant).await?;
    let client = clients.iter().find(|client| client.id.as_str() == id).ok_or_else(unknown)?;
    let title = format!("Revoke the client {}?", client.name);
    let consequence = "Its tokens are refused at once. A revoked client cannot be brought back.";
    Ok(ask(&visit, &title, consequence, "Revoke the client", PATH))
}

fn unknown() -> PageError {
    PageError::refused(StatusCode::NOT_FOUND, "not_found", "There is no such client in this account")
}

/// `POST /settings/clients/{id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let id: ClientId = id.parse().map_err(|_| unknown())?;
    app.revoke_client(&grant, &id).await?;
    Ok(Redirect::to("/settings/clients?done=client-revoked").into_response())
}

fn page(content: Markup, refused: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: "Clients", path: PATH, content, refused }
}

fn made_now(app: &App, visit: &Visit, new: &NewClient) -> Markup {
    let (id, secret) = (new.id.as_str(), new.secret.expose());
    html! {
        (shown_once("The new client", &[("client_id", id), ("client_secret", secret)]))
        section class="panel" aria-labelledby="try" {
            h2 id="try" { "Try it" }
            (snippets(&app.public_url(), &visit.session.user().account, id, secret))
        }
    }
}

/// Carries the new client's id, so that the form makes one, however often it is sent.
fn form(app: &App, visit: &Visit) -> Markup {
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { "New client" }
            (visit.token())
            input type="hidden" name="id" value=(ClientId::random(app.generator()));
            div class="fields" {
                div class="field" {
                    label for="name" { "Name" }
                    input id="name" name="name" maxlength=(MAX_NAME_LENGTH) placeholder="What will use it" required dir="auto";
                }
                fieldset {
                    legend { "May" }
                    (scope(Scope::HandoffsRead, "read the published handoffs", true))
                    (scope(Scope::HandoffsWrite, "make and change handoffs", false))
                }
            }
            div class="actions" { button class="primary" { "Make the client" } }
        }
    }
}

fn scope(scope: Scope, label: &str, is_chosen: bool) -> Markup {
    html! { label class="check" { input type="checkbox" name="scope" value=(scope.as_str()) checked[is_chosen]; (label) } }
}

fn table(clients: &[Client]) -> Markup {
    html! {
        @if clients.is_empty() {
            p class="hint" { "No client yet. A program needs one to read the handoffs." }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { "Clients" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Id" } th scope="col" { "May" } th scope="col" { "Made" } th scope="col" { "State" } } }
                    tbody { @for client in clients.iter().rev().take(LISTED) { (row(client)) } }
                }
            }
            (beyond(clients.len(), "outbound client list"))
        }
    }
}

fn row(client: &Client) -> Markup {
    html! {
        tr {
            th scope="row" dir="auto" { (client.name) }
            td data-label="Id" { code { (client.id) } }
            td data-label="May" { (client.scopes) }
            td data-label="Made" { (at(client.created_at)) }
            td data-label="State" {
                @match client.revoked_at {
                    Some(then) => { span class="badge" { "Revoked" } div class="hint" { (at(then)) } }
                    None => (asked(&format!("{PATH}/{}/revoke", client.id), "Revoke", &client.name)),
                }
            }
        }
    }
}
