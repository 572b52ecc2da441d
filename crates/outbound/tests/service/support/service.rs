//! A running server with the demo account and a second, empty account.

use std::path::Path;
use std::sync::OnceLock;

use outbound_testkit::Server;
use serde_json::{Value, json};

use super::http::{Response, send};
use super::installation::{Engine, Installation, OUTBOUND};

/// The demo account.
pub(crate) const ACCOUNT: &str = "12345678";
/// An account without handoffs.
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
    pub(crate) fn from_json(json: &Value) -> Self {
        let field = |name: &str| json[name].as_str().unwrap().to_owned();
        Self { id: field("client_id"), secret: field("client_secret") }
    }
}

/// The server, the command line on its database, and a token.
pub(crate) struct Service {
    pub(crate) server: Server,
    pub(crate) installation: Installation,
    /// The demo's client, which may read and write.
    pub(crate) client: Client,
    /// A token of that client.
    pub(crate) token: String,
}

impl Service {
    /// Starts a server for one test.
    pub(crate) fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[])
    }

    /// Starts a server with more arguments.
    pub(crate) fn start_with(engine: Engine, arguments: &[&str]) -> Self {
        let database = engine.database();
        let arguments = [&["--demo", "--database", &database], arguments].concat();
        let server = Server::start(Path::new(OUTBOUND), &arguments).unwrap();
        let installation = Installation::of(server.folder(), database);
        installation.run(&["account", "create", OTHER_ACCOUNT]).succeeded();
        let client = Client::from_json(&server.credentials()["oauth2"]);
        let token = token_of(server.base(), ACCOUNT, &client);
        Self { server, installation, client, token }
    }

    /// The server shared by all scenarios that change nothing in account [`ACCOUNT`].
    pub(crate) fn shared(engine: Engine) -> &'static Self {
        static SQLITE: OnceLock<Service> = OnceLock::new();
        static POSTGRES: OnceLock<Service> = OnceLock::new();
        let shared = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        shared.get_or_init(|| Self::start(engine))
    }

    /// Creates a client.
    pub(crate) fn create_client(&self, account: &str, scope: &str) -> Client {
        let arguments = ["client", "create", "--account", account, "--scope", scope, "--json"];
        Client::from_json(&self.installation.run(&arguments).json())
    }

    /// A token of a new client.
    pub(crate) fn new_token(&self, account: &str, scope: &str) -> String {
        token_of(self.server.base(), account, &self.create_client(account, scope))
    }

    /// Sends any request; `path` begins with a slash.
    /// Logs in the demo's administrator and returns the bearer.
    pub(crate) fn administrator(&self) -> String {
        let user = &self.server.credentials()["user"];
        let body = json!({"username": user["username"], "password": user["password"]}).to_string();
        let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
        let login = self.send("POST", &path, &[("content-type", "application/json")], &body).json();
        login["bearer"].as_str().expect("a bearer").to_owned()
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        send(method, &format!("{}{path}", self.server.base()), headers, body)
    }

    /// Sends a GET request with this `Authorization` header.
    pub(crate) fn get_as(&self, authorization: &str, path: &str) -> Response {
        self.send("GET", path, &[("authorization", authorization)], "")
    }

    /// Sends a GET request with the demo client's token.
    pub(crate) fn get(&self, path: &str) -> Response {
        self.get_as(&self.token, path)
    }
}

/// Requests a token for the client from the server at `base`.
pub(crate) fn token_of(base: &str, account: &str, Client { id, secret }: &Client) -> String {
    let url = format!("{base}/sentinel/api/account/{account}/app/token");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let response = send("POST", &url, &[form], &format!("client_id={id}&client_secret={secret}"));
    response.json()["access_token"].as_str().unwrap_or_else(|| panic!("{response:?}")).to_owned()
}
