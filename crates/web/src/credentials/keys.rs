//! OAuth 1.0 API keys: create, list, revoke.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{ApiKey, App, AppError, ManageCredentials, Quota};
use outbound_model::AppKey;

use crate::error::{PageError, PageResult};
use crate::moment::at;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::settings_page::{SettingsPage, ask, confirmation_link, form_error, list_below, shown_once};
use crate::text;

const PATH: &str = "/settings/api-keys";
/// In characters.
const MAX_NAME_LENGTH: usize = 100;

/// `GET /settings/api-keys`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let keys = app.api_keys(&grant).await?;
    Ok(page(html! { (form(&app, &visit)) (table(&keys)) }, None).response(&visit))
}

/// `POST /settings/api-keys`: creates a key and shows its secrets.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let name = fields.text("name").trim();
    let created = match fields.text("id").parse() {
        Ok(app_key) => app.create_api_key_once(&grant, app_key, name).await,
        Err(invalid) => Err(AppError::Invalid(invalid)),
    };
    let keys = app.api_keys(&grant).await;
    match created {
        Ok(new) => {
            let secrets = shown_once(
                &text::new_api_key(),
                &[
                    (&text::app_key(), new.app_key.as_str()),
                    (&text::app_secret(), new.secret.expose()),
                    (&text::access_token(), &new.access_token),
                    (&text::access_token_secret(), new.access_token_secret.expose()),
                ],
            );
            Ok(page(html! { (secrets) (list_below(keys, table)) }, None).response(&visit))
        }
        Err(error) => {
            let ((status, why), keys) = (form_error(error)?, keys?);
            let content = html! { (form(&app, &visit)) (table(&keys)) };
            Ok(page(content, Some((status, &why))).response(&visit))
        }
    }
}

/// `GET /settings/api-keys/{key}/revoke`: asks for confirmation.
pub(crate) async fn ask_revoke(
    State(app): State<App>,
    Path(key): Path<String>,
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
) -> PageResult {
    let keys = app.api_keys(&grant).await?;
    let key = keys.iter().find(|listed| listed.app_key.as_str() == key).ok_or_else(not_found)?;
    let title = text::revoke_api_key_title(key.name.as_str());
    Ok(ask(&visit, &title, &text::revoke_api_key_consequence(), &text::revoke_api_key_confirm(), PATH))
}

fn not_found() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::api_key_not_found())
}

/// `POST /settings/api-keys/{key}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(key): Path<String>,
    Posted { grant, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let key: AppKey = key.parse().map_err(|_| not_found())?;
    app.revoke_api_key(&grant, &key).await?;
    Ok(Redirect::to("/settings/api-keys?done=key-revoked").into_response())
}

fn page(content: Markup, error: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: text::api_keys(), path: PATH, content, error }
}

/// Contains the app key of the new key, so that a form that is sent twice creates only one.
fn form(app: &App, visit: &Visit) -> Markup {
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { (text::new_api_key()) }
            (visit.token())
            input type="hidden" name="id" value=(AppKey::random(app.generator()));
            p class="hint" { (text::api_key_hint(Quota::API_KEYS.most)) }
            div class="field" {
                label for="name" { (text::name()) }
                input id="name" name="name" maxlength=(MAX_NAME_LENGTH) placeholder=(text::client_name_placeholder())
                    required dir="auto";
            }
            div class="actions" { button class="primary" { (text::create_api_key()) } }
        }
    }
}

fn table(keys: &[ApiKey]) -> Markup {
    html! {
        @if keys.is_empty() {
            p class="hint" { (text::no_api_keys()) }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { (text::api_keys()) }
                    thead { tr {
                        th scope="col" { (text::name()) }
                        th scope="col" { (text::app_key()) }
                        th scope="col" { (text::created()) }
                        th scope="col" { (text::status()) }
                    } }
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
            td data-label=(text::app_key()) { code { (key.app_key) } }
            td data-label=(text::created()) { (at(key.created_at)) }
            td data-label=(text::status()) {
                @match key.revoked_at {
                    Some(revoked_at) => { span class="badge" { (text::revoked()) } div class="hint" { (at(revoked_at)) } }
                    None => (confirmation_link(&format!("{PATH}/{}/revoke", key.app_key), &text::revoke(), &key.name)),
                }
            }
        }
    }
}
