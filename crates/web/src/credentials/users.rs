//! Users: create, list, change role or password, revoke. Passwords of other users are generated and shown once, so
//! that administrators do not choose them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{App, AppError, ManageCredentials, NewUser, User};
use outbound_auth::{Secret, random_secret};
use outbound_model::{Invalid, Role, Username};

use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::moment::at;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::settings_page::{
    MAX_LISTED, SettingsPage, confirmation_link, form_error, list_below, older_hint, shown_once,
};
use crate::text::{self, Text};

pub(crate) const PATH: &str = "/settings/users";
/// Hexadecimal digits of a generated password: 80 bits.
const PASSWORD_DIGITS: usize = 20;

/// `GET /settings/users`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let users = app.users(&grant).await?;
    Ok(page(html! { (form(&visit, &Fields::default())) (table(&visit, &users)) }, None).response(&visit))
}

/// `POST /settings/users`: creates a user and shows the password.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let password = generated_password(&app);
    let new = match (fields.text("username").trim().parse(), fields.text("role").parse()) {
        (Ok(name), Ok(role)) => Ok(NewUser { name, role, password: password.clone() }),
        (Err(invalid), _) | (_, Err(invalid)) => Err(AppError::from(invalid)),
    };
    let created = match new {
        Ok(new) => app.create_user(&grant, new).await,
        Err(error) => Err(error),
    };
    let users = app.users(&grant).await;
    match created {
        Ok(user) => Ok(with_password(&visit, users, &text::new_user(), &user.name, &password)),
        Err(error) => {
            let ((status, why), users) = (form_error(error)?, users?);
            let content = html! { (form(&visit, &fields)) (table(&visit, &users)) };
            Ok(page(content, Some((status, &why))).response(&visit))
        }
    }
}

/// `POST /settings/users/{name}/password`: sets a new password and shows it.
pub(crate) async fn reset(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { grant, visit, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let (name, password) = (known_name(&name)?, generated_password(&app));
    app.change_password(&grant, &name, password.clone()).await?;
    let users = app.users(&grant).await;
    Ok(with_password(&visit, users, &text::new_password(), &name, &password))
}

/// `POST /settings/users/{name}/role`.
pub(crate) async fn change_role(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let name = another_user(&visit, &name)?;
    let role = fields.text("role").parse().map_err(|invalid: Invalid| {
        PageError::new(StatusCode::BAD_REQUEST, "bad_role", sentence(&invalid.to_string()))
    })?;
    app.change_role(&grant, &name, role).await?;
    Ok(Redirect::to("/settings/users?done=role-changed").into_response())
}

/// `POST /settings/users/{name}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { grant, visit, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let name = another_user(&visit, &name)?;
    app.revoke_user(&grant, &name).await?;
    Ok(Redirect::to("/settings/users?done=user-revoked").into_response())
}

/// The name in the path. Users cannot change or revoke themselves, so an account keeps an administrator.
fn another_user(visit: &Visit, name: &str) -> Result<Username, PageError> {
    let name = known_name(name)?;
    if name.key() == visit.session.user().name.key() {
        return Err(PageError::new(StatusCode::CONFLICT, "own_user", text::own_user()));
    }
    Ok(name)
}

pub(crate) fn known_name(text: &str) -> Result<Username, PageError> {
    text.parse().map_err(|invalid: Invalid| {
        PageError::new(StatusCode::NOT_FOUND, "not_found", sentence(&invalid.to_string()))
    })
}

fn generated_password(app: &App) -> Secret {
    Secret::new(random_secret(app.generator()).expose().chars().take(PASSWORD_DIGITS).collect::<String>())
}

fn page(content: Markup, error: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: text::users(), path: PATH, content, error }
}

fn with_password(
    visit: &Visit,
    users: Result<Vec<User>, AppError>,
    title: &str,
    name: &Username,
    password: &Secret,
) -> axum::response::Response {
    let shown =
        shown_once(title, &[(&text::user_name(), name.as_str()), (&text::password(), password.expose())]);
    let content = html! {
        (shown)
        p class="hint" { (text::new_password_hint()) }
        (list_below(users, |users| table(visit, users)))
    };
    page(content, None).response(visit)
}

fn form(visit: &Visit, fields: &Fields) -> Markup {
    let chosen = fields.text("role").parse().unwrap_or(Role::CampaignManager);
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { (text::new_user()) }
            (visit.token())
            div class="fields" {
                div class="field" {
                    label for="username" { (text::user_name()) }
                    input id="username" name="username" value=(fields.text("username")) maxlength="128" autocomplete="off"
                        required dir="auto";
                }
                div class="field" {
                    label for="role" { (text::role()) }
                    select id="role" name="role" { (roles(chosen, true)) }
                }
            }
            div class="actions" { button class="primary" { (text::create_user()) } }
        }
    }
}

fn roles(chosen: Role, explained: bool) -> Markup {
    html! {
        @for role in Role::ALL {
            option value=(role.as_str()) selected[role == chosen] {
                @if explained { (text::role_option(description(role), role_name(role))) } @else { (role_name(role)) }
            }
        }
    }
}

fn role_name(role: Role) -> Text {
    match role {
        Role::Administrator => text::role_administrator(),
        Role::CampaignManager => text::role_campaign_manager(),
        Role::Lpa => text::role_lpa(),
        Role::AgentManager => text::role_agent_manager(),
        Role::Agent => text::role_agent(),
    }
}

fn description(role: Role) -> Text {
    match role {
        Role::Administrator => text::role_does_everything(),
        Role::CampaignManager => text::role_edits_handoffs(),
        Role::Lpa => text::role_reads_everything(),
        Role::AgentManager | Role::Agent => text::role_sees_no_handoffs(),
    }
}

fn table(visit: &Visit, users: &[User]) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards" {
                caption class="unseen" { (text::users()) }
                thead { tr {
                    th scope="col" { (text::user()) }
                    th scope="col" { (text::role()) }
                    th scope="col" { (text::created()) }
                    th scope="col" { (text::status()) }
                } }
                tbody { @for user in users.iter().rev().take(MAX_LISTED) { (row(visit, user)) } }
            }
        }
        (older_hint(users.len(), "outbound user list"))
    }
}

fn row(visit: &Visit, user: &User) -> Markup {
    let path = |action: &str| {
        let name: String = form_urlencoded::byte_serialize(user.name.as_str().as_bytes()).collect();
        format!("{PATH}/{}/{action}", name.replace('+', "%20"))
    };
    let own = visit.session.user().name.key() == user.name.key();
    html! {
        tr {
            th scope="row" dir="auto" { (user.name) @if own { " " span class="badge" { (text::you()) } } }
            td data-label=(text::role()) {
                @if own || user.revoked_at.is_some() { (role_name(user.role)) }
                @else {
                    form method="post" action=(path("role")) class="actions" {
                        (visit.token())
                        select name="role" aria-label=(text::role_of(user.name.as_str())) { (roles(user.role, false)) }
                        button class="small" aria-label=(text::change_role_of(user.name.as_str())) { (text::change()) }
                    }
                }
            }
            td data-label=(text::created()) { (at(user.created_at)) }
            td data-label=(text::status()) {
                @if let Some(revoked_at) = user.revoked_at {
                    span class="badge" { (text::revoked()) } div class="hint" { (at(revoked_at)) }
                } @else if own {
                    a href="/password" { (text::change_password()) }
                } @else {
                    div class="actions" {
                        (confirmation_link(&path("password"), &text::new_password(), user.name.as_str()))
                        (confirmation_link(&path("revoke"), &text::revoke(), user.name.as_str()))
                    }
                }
            }
        }
    }
}
