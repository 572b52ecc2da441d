//! A running server with the demo data and a second account.

use std::path::Path;
use std::sync::OnceLock;

use outbound_testkit::Server;
use serde_json::Value;

use super::http::{Answer, send};
use super::installation::{Engine, Installation, OUTBOUND};

/// The demo account.
pub(crate) const ACCOUNT: &str = "12345678";
/// Another, with nothing in it.
pub(crate) const OTHER_ACCOUNT: &str = "le87654321";
/// The list endpoint of the demo account.
pub(crate) const LIST: &str = "/api/account/12345678/app/prmsg/handoffs/list";

/// An OAuth 2.0 client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Client {
    pub(crate) fn of(json: &Value) -> Self {
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        Self { id: text("client_id"), secret: text("client_secret") }
    }
}

/// The server, the command line on its database, and a token for each case.
pub(crate) struct Service {
    pub(crate) server: Server,
    pub(crate) installation: Installation,
    /// The demo's own: reads and writes.
    pub(crate) client: Client,
    /// Of that client.
    pub(crate) token: String,
}

impl Service {
    /// A server of the test's own.
    pub(crate) fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[])
    }

    /// With more arguments.
    pub(crate) fn start_with(engine: Engine, arguments: &[&str]) -> Self {
        let database = engine.database();
        let arguments = [&["--demo", "--database", &database], arguments].concat();
        let server = Server::start(Path::new(OUTBOUND), &arguments).unwrap();
        let installation = Installation::of(server.folder(), database);
        installation.run(&["account", "create", OTHER_ACCOUNT]).succeeded();
        let client = Client::of(&server.credentials()["oauth2"]);
        let token = token_of(server.base(), ACCOUNT, &client);
        Self { server, installation, client, token }
    }

    /// The one that all scenarios share which change nothing in account [`ACCOUNT`].
    pub(crate) fn shared(engine: Engine) -> &'static Self {
        static SQLITE: OnceLock<Service> = OnceLock::new();
        static POSTGRES: OnceLock<Service> = OnceLock::new();
        let shared = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        shared.get_or_init(|| Self::start(engine))
    }

    /// Makes a client.
    pub(crate) fn new_client(&self, account: &str, scope: &str) -> Client {
        let arguments = ["client", "create", "--account", account, "--scope", scope, "--json"];
        Client::of(&self.installation.run(&arguments).json())
    }

    /// A token of a client made for it.
    pub(crate) fn new_token(&self, account: &str, scope: &str) -> String {
        token_of(self.server.base(), account, &self.new_client(account, scope))
    }

    /// Any request; `path` begins with a slash.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        send(method, &format!("{}{path}", self.server.base()), headers, body)
    }

    /// A GET with the value of its `Authorization` header.
    pub(crate) fn get_as(&self, authorization: &str, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", authorization)], "")
    }

    /// A GET with the demo client's token.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_as(&self.token, path)
    }
}

/// A token that the server at `base` gives to the client.
pub(crate) fn token_of(base: &str, account: &str, Client { id, secret }: &Client) -> String {
    let url = format!("{base}/sentinel/api/account/{account}/app/token");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = send("POST", &url, &[form], &format!("client_id={id}&client_secret={secret}"));
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}
