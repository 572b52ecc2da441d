//! `outbound user`.

use std::io::{self, IsTerminal, Read};

use outbound_app::{App, NewUser, User as StoredUser};
use outbound_auth::Secret;
use serde_json::{Value, json};

use crate::arguments::User;
use crate::error::CliError;
use crate::output::{Output, table};

/// Longer than the maximum length of a password, so that too long ones are rejected and not truncated.
const MAX_PASSWORD_BYTES: u64 = 4096;

pub(super) async fn run(app: &App, command: User, output: Output) -> Result<(), CliError> {
    match command {
        User::Create { user, role } => {
            let new = NewUser { name: user.username, role, password: read_password()? };
            let created = app.create_user(&app.operator(&user.account.account), new).await?;
            output.print(&value(&created), format!("Created user {} ({}).", created.name, created.role))
        }
        User::List { account } => {
            let users = app.users(&app.operator(&account.account)).await?;
            let rows: Vec<_> = users.iter().map(row).collect();
            let values: Vec<_> = users.iter().map(value).collect();
            let heading = ["USER", "ROLE", "CREATED", "REVOKED"];
            output.print(&values, table(heading, &rows, "The account has no users."))
        }
        User::Revoke { user } => {
            app.revoke_user(&app.operator(&user.account.account), &user.username).await?;
            output.print(&json!({ "revoked": user.username }), format!("Revoked user {}.", user.username))
        }
        User::Password { user } => {
            let grant = app.operator(&user.account.account);
            app.change_password(&grant, &user.username, read_password()?).await?;
            let text = format!("Changed the password of {} and ended the user's sessions.", user.username);
            output.print(&json!({ "changed": user.username }), text)
        }
        User::Role { user, role } => {
            app.change_role(&app.operator(&user.account.account), &user.username, role).await?;
            let text = format!("Changed the role of {} to {role}.", user.username);
            output.print(&json!({ "changed": user.username, "role": role.as_str() }), text)
        }
    }
}

/// Reads a password from standard input, without a newline at the end. On a terminal, prompts for it twice without
/// echo.
fn read_password() -> Result<Secret, CliError> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        let password = rpassword::prompt_password("Password: ").map_err(CliError::Input)?;
        let repeated = rpassword::prompt_password("Repeat password: ").map_err(CliError::Input)?;
        if password != repeated {
            return Err(CliError::PasswordsDiffer);
        }
        return Ok(Secret::new(password));
    }
    let mut text = String::new();
    (&mut stdin).take(MAX_PASSWORD_BYTES).read_to_string(&mut text).map_err(CliError::Input)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Secret::new(password.strip_suffix('\r').unwrap_or(password)))
}

fn row(user: &StoredUser) -> [String; 4] {
    let revoked = user.revoked_at.map_or("-".to_owned(), |at| at.to_string());
    [user.name.to_string(), user.role.to_string(), user.created_at.to_string(), revoked]
}

fn value(user: &StoredUser) -> Value {
    let mut value = json!({
        "userId": user.id, "username": user.name, "role": user.role.as_str(), "createdAt": user.created_at,
    });
    if let Some(at) = user.revoked_at {
        value["revokedAt"] = json!(at);
    }
    value
}
