//! Users: made, listed, given another role or password, revoked. Passwords of others are made up here
//! and shown once, so that nobody sends one that somebody else has thought of.

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
use crate::sessions::session::{Posted, SignedIn, Visit};
use crate::settings_page::{LISTED, SettingsPage, asked, beyond, shown_once, told};

pub(crate) const PATH: &str = "/settings/users";
/// Hexadecimal digits of a password that we make up: 80 bits.
const PASSWORD_DIGITS: usize = 20;

/// `GET /settings/users`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let users = app.users(&grant).await?;
    Ok(page(html! { (form(&visit, &Fields::default())) (table(&visit, &users)) }, None).to(&visit))
}

/// `POST /settings/users`: makes one, and shows its password.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let password = made_up(&app);
    let new = match (fields.text("username").trim().parse(), fields.text("role").parse()) {
        (Ok(name), Ok(role)) => Ok(NewUser { name, role, password: password.clone() }),
        (Err(invalid), _) | (_, Err(invalid)) => Err(AppError::from(invalid)),
    };
    let made = match new {
        Ok(new) => app.create_user(&grant, new).await,
        Err(error) => Err(error),
    };
    let users = app.users(&grant).await?;
    match made {
        Ok(user) => Ok(with_password(&visit, &users, "The new user", &user.name, &password)),
        Err(error) => {
            let (status, why) = told(error)?;
            let content = html! { (form(&visit, &fields)) (table(&visit, &users)) };
            Ok(page(content, Some((status, &why))).to(&visit))
        }
    }
}

/// `POST /settings/users/{name}/password`: another one, shown once.
pub(crate) async fn reset(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { grant, visit, .. }: Posted<ManageCredentials>,
) -> PageResult {
    let (name, password) = (known_name(&name)?, made_up(&app));
    app.change_password(&grant, &name, password.clone()).await?;
    let users = app.users(&grant).await?;
    Ok(with_password(&visit, &users, "The new password", &name, &password))
}

/// `POST /settings/users/{name}/role`.
pub(crate) async fn change_role(
    State(app): State<App>,
    Path(name): Path<String>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let name = somebody_else(&visit, &name)?;
    let role = fields.text("role").parse().map_err(|invalid: Invalid| {
        PageError::refused(StatusCode::BAD_REQUEST, "bad_role", sentence(&invalid.to_string()))
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
    let name = somebody_else(&visit, &name)?;
    app.revoke_user(&grant, &name).await?;
    Ok(Redirect::to("/settings/users?done=user-revoked").into_response())
}

/// So that an account never loses its last administrator by a slip.
fn somebody_else(visit: &Visit, name: &str) -> Result<Username, PageError> {
    let name = known_name(name)?;
    if name.key() == visit.session.user().name.key() {
        let why = "You cannot do that to yourself: another administrator has to.";
        return Err(PageError::refused(StatusCode::CONFLICT, "own_user", why));
    }
    Ok(name)
}

pub(crate) fn known_name(text: &str) -> Result<Username, PageError> {
    text.parse().map_err(|invalid: Invalid| {
        PageError::refused(StatusCode::NOT_FOUND, "not_found", sentence(&invalid.to_string()))
    })
}

fn made_up(app: &App) -> Secret {
    Secret::new(random_secret(app.generator()).expose().chars().take(PASSWORD_DIGITS).collect::<String>())
}

fn page(content: Markup, refused: Option<(StatusCode, &str)>) -> SettingsPage<'_> {
    SettingsPage { title: "Users", path: PATH, content, refused }
}

fn with_password(
    visit: &Visit,
    users: &[User],
    title: &str,
    name: &Username,
    password: &Secret,
) -> axum::response::Response {
    let shown = shown_once(title, &[("User name", name.as_str()), ("Password", password.expose())]);
    let content = html! { (shown) p class="hint" { "Whoever gets it should change it after signing in." } (table(visit, users)) };
    page(content, None).to(visit)
}

fn form(visit: &Visit, fields: &Fields) -> Markup {
    let chosen = fields.text("role").parse().unwrap_or(Role::CampaignManager);
    html! {
        form method="post" action=(PATH) class="panel" {
            h2 { "New user" }
            (visit.token())
            div class="fields" {
                div class="field" {
                    label for="username" { "User name" }
                    input id="username" name="username" value=(fields.text("username")) maxlength="128" autocomplete="off" required dir="auto";
                }
                div class="field" {
                    label for="role" { "Role" }
                    select id="role" name="role" { (roles(chosen, true)) }
                }
            }
            div class="actions" { button class="primary" { "Make the user" } }
        }
    }
}

fn roles(chosen: Role, explained: bool) -> Markup {
    html! {
        @for role in Role::ALL {
            option value=(role.as_str()) selected[role == chosen] {
                (name_of(role)) @if explained { ": " (what_it_does(role)) }
            }
        }
    }
}

fn name_of(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::CampaignManager => "Campaign manager",
        Role::Lpa => "LPA",
        Role::AgentManager => "Agent manager",
        Role::Agent => "Agent",
    }
}

fn what_it_does(role: Role) -> &'static str {
    match role {
        Role::Administrator => "everything",
        Role::CampaignManager => "makes and publishes handoffs",
        Role::Lpa => "reads everything",
        Role::AgentManager | Role::Agent => "no handoffs",
    }
}

fn table(visit: &Visit, users: &[User]) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards" {
                caption class="unseen" { "Users" }
                thead { tr { th scope="col" { "User" } th scope="col" { "Role" } th scope="col" { "Made" } th scope="col" { "State" } } }
                tbody { @for user in users.iter().rev().take(LISTED) { (row(visit, user)) } }
            }
        }
        (beyond(users.len(), "outbound user list"))
    }
}

fn row(visit: &Visit, user: &User) -> Markup {
    let path = |act: &str| {
        let name: String = form_urlencoded::byte_serialize(user.name.as_str().as_bytes()).collect();
        format!("{PATH}/{}/{act}", name.replace('+', "%20"))
    };
    let own = visit.session.user().name.key() == user.name.key();
    html! {
        tr {
            th scope="row" dir="auto" { (user.name) @if own { " " span class="badge" { "You" } } }
            td data-label="Role" {
                @if own || user.revoked_at.is_some() { (name_of(user.role)) }
                @else {
                    form method="post" action=(path("role")) class="actions" {
                        (visit.token())
                        select name="role" aria-label={ "Role of " (user.name) } { (roles(user.role, false)) }
                        button class="small" { "Change" span class="unseen" { " the role of " (user.name) } }
                    }
                }
            }
            td data-label="Made" { (at(user.created_at)) }
            td data-label="State" {
                @if let Some(then) = user.revoked_at {
                    span class="badge" { "Revoked" } div class="hint" { (at(then)) }
                } @else if own {
                    a href="/password" { "Change your password" }
                } @else {
                    div class="actions" {
                        (asked(&path("password"), "New password", user.name.as_str()))
                        (asked(&path("revoke"), "Revoke", user.name.as_str()))
                    }
                }
            }
        }
    }
}
