//! The management API as authors and administrators meet it. The scenarios share a server, so each
//! makes its own handoffs; those that change what holds for the whole account start their own.

mod bad_input;
mod conditions;
mod credentials;
mod findings;
mod idempotency;
mod import;
mod lifecycle;
mod lists;
mod people;
mod publishing;
mod receivers;
mod settings;
mod webhook_connections;
mod webhooks;

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Answer, Engine, LIST, Service};

const PASSWORD: &str = "correct horse";

/// The server that these scenarios share.
fn workshop(engine: Engine) -> &'static Service {
    static SQLITE: OnceLock<Service> = OnceLock::new();
    static POSTGRES: OnceLock<Service> = OnceLock::new();
    match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    }
    .get_or_init(|| Service::start(engine))
}

/// A handoff that breaks no rule that counts as an error.
fn draft(name: &str) -> Value {
    json!({"name": name, "colour": "blue", "channels": [{
        "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123", "messageComponents": [{
            "type": "body", "content": "Hello ${{1}}, your tea is ready.", "variables": ["1"],
            "optOut": "Reply STOP to opt out, HELP for help.",
        }],
    }], "x-outbound": {"samples": {"0": {"1": "Ann"}}}})
}

/// The same with another text.
fn saying(name: &str, text: &str) -> Value {
    let mut draft = draft(name);
    draft["channels"][0]["messageComponents"][0]["content"] = text.into();
    draft
}

/// The same with an error: a placeholder that is none.
fn broken(name: &str) -> Value {
    saying(name, "Hello ${{ 1 }}, your tea is ready.")
}

/// Somebody who manages [`ACCOUNT`].
struct Caller<'s> {
    service: &'s Service,
    authorization: String,
}

impl<'s> Caller<'s> {
    /// The demo's client, which reads and writes.
    fn client(service: &'s Service) -> Self {
        Self { service, authorization: service.token.clone() }
    }

    /// The demo's administrator.
    fn administrator(service: &'s Service) -> Self {
        let user = &service.server.credentials()["user"];
        let text = |name: &str| user[name].as_str().unwrap().to_owned();
        Self::logged_in(service, &text("username"), &text("password"))
    }

    /// A person made for it.
    fn person(service: &'s Service, name: &str, role: &str) -> Self {
        let made = ["user", "create", "--account", ACCOUNT, "--username", name, "--role", role];
        service.installation.run_with(&made, PASSWORD).succeeded();
        Self::logged_in(service, name, PASSWORD)
    }

    fn logged_in(service: &'s Service, name: &str, password: &str) -> Self {
        let body = json!({ "username": name, "password": password }).to_string();
        let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
        let login = service.send("POST", &path, &[("content-type", "application/json")], &body).json();
        Self { service, authorization: login["bearer"].as_str().expect("a bearer").to_owned() }
    }

    /// Any request to a path of the account.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/{path}");
        let headers = [&[("authorization", &*self.authorization)], headers].concat();
        self.service.send(method, &path, &headers, body)
    }

    /// One with JSON, or without a body where that is null.
    fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &[&[("content-type", "application/json")], headers].concat(), &body)
    }

    fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], &Value::Null)
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &[], body)
    }

    /// Imports handoffs, with a query or none, and answers what became of it.
    fn import(&self, query: &str, body: &Value) -> Answer {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import{query}");
        self.service.import(&self.authorization, &path, &body.to_string())
    }

    /// A POST that needs no body.
    fn act(&self, path: &str) -> Answer {
        self.post(path, &Value::Null)
    }

    /// Replaces a handoff that the caller has seen as `tag`.
    fn put(&self, id: &str, tag: &str, body: &Value) -> Answer {
        self.call("PUT", &format!("handoffs/{id}"), &[("if-match", tag)], body)
    }

    /// Makes a handoff and answers its id.
    #[track_caller]
    fn make(&self, draft: &Value) -> String {
        let made = self.post("handoffs", draft);
        assert_eq!(made.status, 201, "{made:?}");
        made.json()["handoff"]["id"].as_str().unwrap().to_owned()
    }

    /// The handoff as the seed's endpoint serves it, null where it does not.
    fn served(&self, id: &str) -> Value {
        let list = self.service.get(&format!("{LIST}?v=1&limit=1000")).json();
        list.as_array().unwrap().iter().find(|handoff| handoff["id"] == id).cloned().unwrap_or_default()
    }

    /// What was done to `subject`, oldest first.
    fn acts_on(&self, subject: &str) -> Vec<String> {
        let audit = ["audit", "list", "--account", ACCOUNT, "--limit", "100000", "--json"];
        let audit = self.service.installation.run(&audit).json();
        let entries = audit.as_array().unwrap().iter().rev().filter(|entry| entry["subject"] == subject);
        entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    }
}
