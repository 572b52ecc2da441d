//! OAuth 1.0 API keys: made, listed, revoked.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{ApiKey, App, AppError, ManageCredentials, Quota};
use outbound_model::AppKey;

use crate::error::{PageError, PageResult};
use crate::moment::at;
use crate::sessions::session::{Posted, SignedIn, Visit};
use crate::settings_page::{SettingsPage, ask, asked, shown_once, told};

const PATH: &str = "/settings/api-keys";
/// The longest name, in characters.
const MAX_NAME_LENGTH: usize = 100;

/// `GET /settings/api-keys`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let keys = app.api_keys(&grant).await?;
    Ok(page(html! { (form(&app, &visit)) (table(&keys)) }, None).to(&visit))
}

/// `POST /settings/api-keys`: makes one, and shows its secrets.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let name = fields.text("name").trim();
    let made = match fields.text("id").parse() {
        Ok(app_key) => app.create_api_key_once(&grant, app_key, name).await,
        Err(invalid) => Err(AppError::Invalid(invalid)),
    };
    let keys = app.api_keys(&grant).await?;
    match made {
        Ok(new) => {
            let secrets = shown_once(
                "The new API key",
                &[
                    ("App key", new.app_key.as_str()),
                    ("Secret", new.secret.expose()),
                    ("Access token", &new.access_token),
                    ("Access token secret", new.access_token_secret.expose()),
                ],
            );
            Ok(page(html! { (secrets) (table(&keys)) }, None).to(&visit))
        }
        Err(error) => {
            let (status, why) = told(error)?;
            let content = html! { (form(&app, &visit)) (table(&keys)) };
            Ok(page(content, Some((status, &why))).to(&visit))
        }
    }
}

/// `GET /settings/api-keys/{key}/revoke`: asks first.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(key): Path<String>,
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
) -> PageResult {
    let keys = app.api_keys(&grant).await?;
    let key = keys.iter().find(|known| known.app_key.as_str() == key).ok_or_else(unknown)?;
    let title = format!("Revoke the API key {}?", key.name);
    let consequence = "What it signs is refused at once. A revoked API key cannot be brought back.";
    Ok(ask(&visit, &title, consequence, "Revoke the API key", PATH))
}

fn unknown() -> PageError {
    PageError::refused(StatusCode::NOT_FOUND, "not_found", "There is no such API key in this account")
}

/// `POST /settings/api-keys/{key}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(key): Path<String>,
    Posted { grant, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let key: AppKey = key.parse().map_err(|_| unknown())?;
    app.revoke_api_key(&grant, &key).await?;
    Ok(Redirect::to("/settings/api-keys?done=key-revoked").into_response())
}

fn page(content: Markup, refused: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: "API keys", path: PATH, content, refused }
}

/// Carries the new key's name, so that the form makes one, however often it is sent.
fn form(app: &App, visit: &Visit) -> Markup {
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { "New API key" }
            (visit.token())
            input type="hidden" name="id" value=(AppKey::random(app.generator()));
            p class="hint" { "For clients that sign each request (OAuth 1.0). Keys only read; an account has at most " (Quota::API_KEYS.most) ", revoked ones counted." }
            div class="field" {
                label for="name" { "Name" }
                input id="name" name="name" maxlength=(MAX_NAME_LENGTH) placeholder="What will use it" required dir="auto";
            }
            div class="actions" { button class="primary" { "Make the API key" } }
        }
    }
}

fn table(keys: &[ApiKey]) -> Markup {
    html! {
        @if keys.is_empty() {
            p class="hint" { "No API key yet." }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { "API keys" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "App key" } th scope="col" { "Made" } th scope="col" { "State" } } }
                    tbody { @for key in keys.iter().rev() { (row(key)) } }
                }
            }
        }
    }
}

fn row(key: &ApiKey) -> Markup {
    html! {
        tr {
            th scope="row" dir="auto" { (key.name) }
            td data-label="App key" { code { (key.app_key) } }
            td data-label="Made" { (at(key.created_at)) }
            td data-label="State" {
                @match key.revoked_at {
                    Some(then) => { span class="badge" { "Revoked" } div class="hint" { (at(then)) } }
                    None => (asked(&format!("{PATH}/{}/revoke", key.app_key), "Revoke", &key.name)),
                }
            }
        }
    }
}
