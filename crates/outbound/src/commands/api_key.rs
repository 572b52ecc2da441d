//! `outbound api-key`.

use outbound_app::{ApiKey as StoredApiKey, App};
use serde_json::{Value, json};

use crate::arguments::ApiKey;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: ApiKey, output: Output) -> Result<(), CliError> {
    match command {
        ApiKey::Create { account, name } => {
            let key = app.create_api_key(&app.operator(&account.account), &name).await?;
            let (secret, token_secret) = (key.secret.expose(), key.access_token_secret.expose());
            let text = format!(
                "app_key              {}\nsecret               {secret}\naccess_token         {}\n\
                 access_token_secret  {token_secret}\n\nThe secrets are not shown again.",
                key.app_key, key.access_token
            );
            let value = json!({
                "app_key": key.app_key, "secret": secret,
                "access_token": key.access_token, "access_token_secret": token_secret,
            });
            output.print(&value, text)
        }
        ApiKey::List { account } => {
            let keys = app.api_keys(&app.operator(&account.account)).await?;
            let rows: Vec<_> = keys.iter().map(row).collect();
            let values: Vec<_> = keys.iter().map(value).collect();
            let heading = ["APP KEY", "NAME", "CREATED", "REVOKED"];
            output.print(&values, table(heading, &rows, "The account has no API keys."))
        }
        ApiKey::Revoke { account, app_key } => {
            app.revoke_api_key(&app.operator(&account.account), &app_key).await?;
            output.print(&json!({ "revoked": app_key }), format!("Revoked API key {app_key}."))
        }
    }
}

fn row(key: &StoredApiKey) -> [String; 4] {
    let revoked = key.revoked_at.map_or("-".to_owned(), |at| at.to_string());
    [key.app_key.to_string(), key.name.clone(), key.created_at.to_string(), revoked]
}

fn value(key: &StoredApiKey) -> Value {
    let mut value = json!({ "app_key": key.app_key, "name": key.name, "createdAt": key.created_at });
    if let Some(at) = key.revoked_at {
        value["revokedAt"] = json!(at);
    }
    value
}
