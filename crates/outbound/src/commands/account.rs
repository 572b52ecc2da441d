//! `outbound account`.

use outbound_app::App;
use serde_json::json;

use crate::arguments::Account;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: Account, output: Output) -> Result<(), CliError> {
    match command {
        Account::Create { id } => {
            let account = app.create_account(id).await?;
            output.print(&json!({ "account": account.id }), format!("Made the account {}.", account.id))
        }
        Account::List => {
            let accounts = app.accounts().await?;
            let rows: Vec<_> =
                accounts.iter().map(|a| [a.id.to_string(), a.created_at.to_string()]).collect();
            let values: Vec<_> =
                accounts.iter().map(|a| json!({ "account": a.id, "createdAt": a.created_at })).collect();
            output.print(&values, table(["ACCOUNT", "CREATED"], &rows, "There is no account yet."))
        }
    }
}
