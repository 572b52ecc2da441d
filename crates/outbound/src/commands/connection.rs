//! `outbound connection`.

use outbound_app::{App, ConnectionInfo, NewConnection};
use outbound_auth::Secret;
use serde_json::{Value, json};

use crate::arguments::Connection;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: Connection, output: Output) -> Result<(), CliError> {
    match command {
        Connection::List { account } => {
            let connections = app.connections(&app.operator(&account.account)).await?;
            let rows: Vec<_> = connections.iter().map(row).collect();
            let values: Vec<_> = connections.iter().map(value).collect();
            let heading = ["CONNECTION", "KIND", "NAME", "URL", "CREATED"];
            output.print(&values, table(heading, &rows, "The account has no connections."))
        }
        Connection::Create { account, base_url, name, secret } => {
            let new = NewConnection { name, base_url, secret: secret.map(Secret::new) };
            let (connection, secret) = app.create_connection(&app.operator(&account.account), new).await?;
            let mut printed = value(&connection);
            printed["secret"] = secret.expose().into();
            let (path, id) = (connection.callback_path(), &connection.id);
            printed["callbackPath"] = path.as_str().into();
            let text = format!(
                "Created connection {id}.\nsecret {}\n\nProviders send replies to this path of the server, followed by \
                 meta, twilio, rbm or relay:\n  {path}",
                secret.expose()
            );
            output.print(&printed, text)
        }
        Connection::RotateCallback { account, id } => {
            let connection = app.rotate_callback(&app.operator(&account.account), &id).await?;
            let path = connection.callback_path();
            let mut printed = value(&connection);
            printed["callbackPath"] = path.as_str().into();
            let text = format!(
                "Providers now send replies to this path of the server, followed by meta, twilio, rbm or relay:\n  {path}"
            );
            output.print(&printed, text)
        }
        Connection::Delete { account, id } => {
            app.delete_connection(&app.operator(&account.account), &id).await?;
            output.print(&json!({ "deleted": id }), format!("Deleted connection {id}."))
        }
    }
}

fn row(connection: &ConnectionInfo) -> [String; 5] {
    [
        connection.id.clone(),
        connection.kind.clone(),
        connection.name.clone(),
        connection.base_url.clone(),
        connection.created_at.to_string(),
    ]
}

/// The same fields as in the management API.
fn value(connection: &ConnectionInfo) -> Value {
    json!({
        "id": connection.id, "kind": connection.kind, "name": connection.name, "baseUrl": connection.base_url,
        "createdAt": connection.created_at,
    })
}
