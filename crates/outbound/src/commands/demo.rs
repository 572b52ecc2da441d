//! What `serve --demo` shows: credentials and calls that work when pasted.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use outbound_app::{DEMO_ACCOUNT, Demo};
use serde_json::{Value, json};

use crate::error::CliError;
use crate::output::print;

/// Prints the demo's credentials and ready calls, or why there are none.
pub(super) fn show(base: &str, demo: Option<&Demo>) -> Result<(), CliError> {
    let Some(demo) = demo else {
        return print(format!(
            "The database already holds an account, so no demo data was added; the demo's secrets were\n\
             shown when they were made. For new ones:\n\n  \
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
        r#"Demo account {account} with the documented examples and a few drafts. What the examples break counts as a warning
in this account (Settings). The web tool, for its administrator:

  address    {base}/
  account    {account}
  username   {username}
  password   {password}

Its OAuth 2.0 client, shown this once:

  client_id      {id}
  client_secret  {secret}

Paste this to get a token and read the handoffs, all and those of one channel:

  TOKEN=$(curl -s {base}/sentinel/api/account/{account}/app/token -d client_id={id} -d client_secret={secret} | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s -H "Authorization: Bearer $TOKEN" "{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=2"
  curl -s -H "Authorization: Bearer $TOKEN" "{base}/api/account/{account}/app/prmsg/handoffs/list/channel/sms-twilio?v=1"

The same with an OAuth 1.0 API key, by Python's requests-oauthlib (pip install requests-oauthlib):

  python3 -c 'from requests_oauthlib import OAuth1Session as S; print(S("{app_key}", "{key_secret}", "{access_token}", "{token_secret}").get("{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=2").text)'

The user's token for the API, as the Login Service gives it:

  curl -s -H "Content-Type: application/json" -d '{{"username":"{username}","password":"{password}"}}' "{base}/api/account/{account}/login?v=1.3"

The API with its documentation to try out: {base}/api/api-docs/
"#
    ))
}

/// Writes address and credentials as JSON into a file that only its owner may read.
pub(super) fn write_credentials(path: &Path, base: &str, demo: Option<&Demo>) -> Result<(), CliError> {
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

/// Whole or not at all, whoever reads meanwhile.
fn replace_private(path: &Path, value: &Value) -> std::io::Result<()> {
    let partial = path.with_added_extension("partial");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(&partial)?, "{value:#}")?;
    std::fs::rename(partial, path)
}
