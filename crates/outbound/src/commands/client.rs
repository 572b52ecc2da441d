//! `outbound client`.

use outbound_app::{App, Client as StoredClient};
use serde_json::{Value, json};

use crate::arguments::Client;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: Client, output: Output) -> Result<(), CliError> {
    match command {
        Client::Create { account, name, scope } => {
            let client = app.create_client(&app.operator(&account.account), &name, scope).await?;
            let secret = client.secret.expose();
            let text = format!(
                "client_id      {}\nclient_secret  {secret}\n\nThe secret is not shown again.",
                client.id
            );
            output.print(&json!({ "client_id": client.id, "client_secret": secret }), text)
        }
        Client::List { account } => {
            let clients = app.clients(&app.operator(&account.account)).await?;
            let rows: Vec<_> = clients.iter().map(row).collect();
            let heading = ["CLIENT", "NAME", "SCOPES", "CREATED", "REVOKED"];
            let values: Vec<_> = clients.iter().map(value).collect();
            output.print(&values, table(heading, &rows, "The account has no clients."))
        }
        Client::Revoke { account, id } => {
            app.revoke_client(&app.operator(&account.account), &id).await?;
            output.print(&json!({ "revoked": id }), format!("Revoked client {id}."))
        }
    }
}

fn row(client: &StoredClient) -> [String; 5] {
    let revoked = client.revoked_at.map_or("-".to_owned(), |at| at.to_string());
    let (id, scopes) = (client.id.to_string(), client.scopes.to_string());
    [id, client.name.clone(), scopes, client.created_at.to_string(), revoked]
}

fn value(client: &StoredClient) -> Value {
    let mut value = json!({
        "client_id": client.id, "name": client.name, "scope": client.scopes.to_string(),
        "createdAt": client.created_at,
    });
    if let Some(at) = client.revoked_at {
        value["revokedAt"] = json!(at);
    }
    value
}
