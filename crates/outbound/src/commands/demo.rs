//! What `serve --demo` sets up, and its output: the demo's credentials and example requests.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use outbound_app::{App, DEMO_ACCOUNT, Demo, error_chain};
use outbound_sandbox::RunningSandbox;
use serde_json::{Value, json};

use super::demo_sandbox;
use crate::arguments::Serve;
use crate::error::CliError;
use crate::output::print;

/// Fills an empty database, starts the sandbox, and prints how to use them. The sandbox ends when it is dropped.
pub(super) async fn set_up(
    app: &App,
    serve: &Serve,
    base: &str,
) -> Result<Option<Arc<RunningSandbox>>, CliError> {
    if !serve.demo && serve.demo_credentials.is_none() {
        return Ok(None);
    }
    let demo = if serve.demo { app.fill_with_demo().await? } else { None };
    print_demo(base, demo.as_ref())?;
    let sandbox = if serve.demo { demo_sandbox::start(app, demo.is_some()).await? } else { None };
    if sandbox.is_some() {
        print(format!(
            "Campaigns of account {DEMO_ACCOUNT} are sent to phones of a sandbox inside this server. To start one, see\n\
             {base}/campaigns\n"
        ))?;
    }
    if let Some(demo) = demo.clone().filter(|_| !serve.no_demo_messages) {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = app.record_demo_messages(&demo).await {
                tracing::warn!(error = error_chain(&error), "cannot record the messages of the demo");
            }
        });
    }
    if let Some(path) = &serve.demo_credentials {
        write_credentials(path, base, demo.as_ref())?;
    }
    Ok(sandbox)
}

/// Prints the credentials and example requests, or why there are none.
fn print_demo(base: &str, demo: Option<&Demo>) -> Result<(), CliError> {
    let Some(demo) = demo else {
        return print(format!(
            "The database already contains accounts, so no demo data was added. The secrets of a demo are shown\n\
             only when it is created. To create new credentials:\n\n  \
             outbound client create --account {DEMO_ACCOUNT}\n  \
             outbound api-key create --account {DEMO_ACCOUNT}\n"
        ));
    };
    let (account, id, secret) = (&demo.account, &demo.client.id, demo.client.secret.expose());
    let key = &demo.api_key;
    let (app_key, access_token) = (&key.app_key, &key.access_token);
    let (key_secret, token_secret) = (key.secret.expose(), key.access_token_secret.expose());
    let (username, password) = (&demo.username, demo.password.expose());
    print(format!(
        r#"Created the demo account {account} with the documented examples and a few drafts.
Rules that the examples violate are warnings in this account (see Settings).

Log in to the web tool as the administrator of the account:

  address    {base}/
  account    {account}
  username   {username}
  password   {password}

OAuth 2.0 client (the secret is not shown again):

  client_id      {id}
  client_secret  {secret}

Request a token and read the handoffs, all of them and those of one channel:

  TOKEN=$(curl -s {base}/sentinel/api/account/{account}/app/token -d client_id={id} -d client_secret={secret} | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s -H "Authorization: Bearer $TOKEN" "{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=2"
  curl -s -H "Authorization: Bearer $TOKEN" "{base}/api/account/{account}/app/prmsg/handoffs/list/channel/sms-twilio?v=1"

Read the handoffs with an OAuth 1.0 API key and Python (pip install requests-oauthlib):

  python3 -c 'from requests_oauthlib import OAuth1Session as S; print(S("{app_key}", "{key_secret}", "{access_token}", "{token_secret}").get("{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=2").text)'

Request a token for the user from the Login Service:

  curl -s -H "Content-Type: application/json" -d '{{"username":"{username}","password":"{password}"}}' "{base}/api/account/{account}/login?v=1.3"

Documentation of the API: {base}/api/api-docs/
"#
    ))
}

/// Writes the address and the credentials as JSON to a file that only its owner can read.
fn write_credentials(path: &Path, base: &str, demo: Option<&Demo>) -> Result<(), CliError> {
    let mut credentials = json!({ "base": base, "account": DEMO_ACCOUNT });
    if let Some(demo) = demo {
        let key = &demo.api_key;
        credentials["oauth2"] =
            json!({ "client_id": demo.client.id, "client_secret": demo.client.secret.expose() });
        credentials["oauth1"] = json!({
            "app_key": key.app_key, "secret": key.secret.expose(), "access_token": key.access_token,
            "access_token_secret": key.access_token_secret.expose(),
        });
        credentials["user"] = json!({ "username": demo.username, "password": demo.password.expose() });
    }
    replace_private(path, &credentials).map_err(|error| CliError::File { path: path.to_owned(), error })
}

/// Replaces the file atomically, so that no reader sees an incomplete one.
fn replace_private(path: &Path, value: &Value) -> std::io::Result<()> {
    let partial = path.with_added_extension("partial");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(&partial)?, "{value:#}")?;
    std::fs::rename(partial, path)
}
