//! The management API as authors and administrators use it. Most scenarios share a server, so each creates
//! its own handoffs. Scenarios that change the account itself start their own server.

mod bad_input;
mod conditions;
mod credentials;
mod findings;
mod idempotency;
mod import;
mod lifecycle;
mod lists;
mod permissions;
mod publishing;
mod receivers;
mod settings;
mod webhook_connections;
mod webhooks;

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Engine, LIST, Response, Service};

const PASSWORD: &str = "correct horse";

/// The server shared by these scenarios.
fn shared_service(engine: Engine) -> &'static Service {
    static SQLITE: OnceLock<Service> = OnceLock::new();
    static POSTGRES: OnceLock<Service> = OnceLock::new();
    match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    }
    .get_or_init(|| Service::start(engine))
}

/// A handoff without errors.
fn draft(name: &str) -> Value {
    json!({"name": name, "colour": "blue", "channels": [{
        "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123", "messageComponents": [{
            "type": "body", "content": "Hello ${{1}}, your tea is ready.", "variables": ["1"],
            "optOut": "Reply STOP to opt out, HELP for help.",
        }],
    }], "x-outbound": {"samples": {"0": {"1": "Ann"}}}})
}

/// The same with this text.
fn draft_with_text(name: &str, text: &str) -> Value {
    let mut draft = draft(name);
    draft["channels"][0]["messageComponents"][0]["content"] = text.into();
    draft
}

/// The same with an error: a malformed placeholder.
fn broken(name: &str) -> Value {
    draft_with_text(name, "Hello ${{ 1 }}, your tea is ready.")
}

/// A client or user who manages [`ACCOUNT`].
struct Caller<'s> {
    service: &'s Service,
    authorization: String,
}

impl<'s> Caller<'s> {
    /// The demo's client, which may read and write.
    fn client(service: &'s Service) -> Self {
        Self { service, authorization: service.token.clone() }
    }

    /// The demo's administrator.
    fn administrator(service: &'s Service) -> Self {
        Self { service, authorization: service.administrator() }
    }

    /// Creates a user and logs in.
    fn new_user(service: &'s Service, name: &str, role: &str) -> Self {
        let create = ["user", "create", "--account", ACCOUNT, "--username", name, "--role", role];
        service.installation.run_with(&create, PASSWORD).succeeded();
        Self::log_in(service, name, PASSWORD)
    }

    fn log_in(service: &'s Service, name: &str, password: &str) -> Self {
        let body = json!({ "username": name, "password": password }).to_string();
        let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
        let login = service.send("POST", &path, &[("content-type", "application/json")], &body).json();
        Self { service, authorization: login["bearer"].as_str().expect("a bearer token").to_owned() }
    }

    /// Sends any request to a path of the account.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/{path}");
        let headers = [&[("authorization", &*self.authorization)], headers].concat();
        self.service.send(method, &path, &headers, body)
    }

    /// Sends a request with JSON, or without a body if `body` is null.
    fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Response {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &[&[("content-type", "application/json")], headers].concat(), &body)
    }

    fn get(&self, path: &str) -> Response {
        self.call("GET", path, &[], &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Response {
        self.call("POST", path, &[], body)
    }

    /// Imports handoffs with an optional query, and returns the final response.
    fn import(&self, query: &str, body: &Value) -> Response {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import{query}");
        self.service.import(&self.authorization, &path, &body.to_string())
    }

    /// Sends a POST request without a body.
    fn post_empty(&self, path: &str) -> Response {
        self.post(path, &Value::Null)
    }

    /// Replaces a handoff with `tag` in `If-Match`.
    fn put(&self, id: &str, tag: &str, body: &Value) -> Response {
        self.call("PUT", &format!("handoffs/{id}"), &[("if-match", tag)], body)
    }

    /// Creates a handoff and returns its id.
    #[track_caller]
    fn create(&self, draft: &Value) -> String {
        let created = self.post("handoffs", draft);
        assert_eq!(created.status, 201, "{created:?}");
        created.json()["handoff"]["id"].as_str().unwrap().to_owned()
    }

    /// The handoff as the list endpoint returns it, or null.
    fn served(&self, id: &str) -> Value {
        let list = self.service.get(&format!("{LIST}?v=1&limit=1000")).json();
        list.as_array().unwrap().iter().find(|handoff| handoff["id"] == id).cloned().unwrap_or_default()
    }

    /// The audited actions on `subject`, oldest first.
    fn actions_on(&self, subject: &str) -> Vec<String> {
        let audit = ["audit", "list", "--account", ACCOUNT, "--limit", "100000", "--json"];
        let audit = self.service.installation.run(&audit).json();
        let entries = audit.as_array().unwrap().iter().rev().filter(|entry| entry["subject"] == subject);
        entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    }
}
