//! Management of clients, API keys and users.

use serde_json::{Value, json};

use super::{Caller, PASSWORD, draft, shared_service};
use crate::support::service::token_of;
use crate::support::{ACCOUNT, Client, Engine, LIST, Service, on_both_engines};

on_both_engines!(
    the_secret_of_a_client_is_shown_once,
    the_secrets_of_an_api_key_are_shown_once,
    users_are_created_changed_and_revoked,
    invalid_credentials_are_rejected_with_the_location,
    an_error_does_not_repeat_a_password,
    unknown_credentials_get_404,
    the_audit_log_is_paginated,
    an_account_may_have_a_hundred_api_keys,
);

fn find<'l>(list: &'l Value, field: &str, value: &Value) -> &'l Value {
    list["items"].as_array().unwrap().iter().find(|item| item[field] == *value).unwrap()
}

fn the_secret_of_a_client_is_shown_once(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    let created = administrator.post("clients", &json!({"name": "CRM", "scope": "handoffs.read"}));
    assert_eq!((created.status, created.header("cache-control")), (201, "no-store"));
    let created = created.json();
    let service = administrator.service;
    let token = token_of(service.server.base(), ACCOUNT, &Client::from_json(&created));
    assert_eq!(service.get_as(&token, &format!("{LIST}?v=1")).status, 200);
    let list = administrator.get("clients").json();
    let crm = find(&list, "client_id", &created["client_id"]);
    assert_eq!((&crm["name"], &crm["scope"]), (&json!("CRM"), &json!("handoffs.read")));
    assert!(!list.to_string().contains(created["client_secret"].as_str().unwrap()));
    let path = format!("clients/{}", created["client_id"].as_str().unwrap());
    let revoked = administrator.call("DELETE", &path, &[], &Value::Null);
    assert_eq!((revoked.status, revoked.body.len()), (204, 0));
    assert_eq!(
        service.get_as(&token, &format!("{LIST}?v=1")).error(),
        (401, "credential_revoked".to_owned())
    );
}

fn the_secrets_of_an_api_key_are_shown_once(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    let created = administrator.post("api-keys", &json!({"name": "Reporting"})).json();
    let list = administrator.get("api-keys").json();
    assert_eq!(find(&list, "app_key", &created["app_key"])["name"], "Reporting");
    for secret in ["secret", "access_token_secret"] {
        assert!(!list.to_string().contains(created[secret].as_str().unwrap()));
    }
    let path = format!("api-keys/{}", created["app_key"].as_str().unwrap());
    assert_eq!(administrator.call("DELETE", &path, &[], &Value::Null).status, 204);
    let list = administrator.get("api-keys").json();
    assert!(find(&list, "app_key", &created["app_key"])["revokedAt"].is_string());
}

fn an_account_may_have_a_hundred_api_keys(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let count = |list: Value| list["items"].as_array().unwrap().len();
    let create = || administrator.post("api-keys", &json!({"name": "One of many"}));
    let existing = count(administrator.get("api-keys").json());
    assert!((existing..100).all(|_| create().status == 201));
    assert_eq!(create().error(), (409, "quota_reached".to_owned()));
    // Revoked keys are kept, so they count.
    let key = administrator.get("api-keys").json()["items"][0]["app_key"].clone();
    let path = format!("api-keys/{}", key.as_str().unwrap());
    assert_eq!(administrator.call("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(create().error(), (409, "quota_reached".to_owned()));
}

fn users_are_created_changed_and_revoked(engine: Engine) {
    let service = shared_service(engine);
    let administrator = Caller::administrator(service);
    let new = json!({"username": "Carla", "role": "campaign_manager", "password": PASSWORD});
    let created = administrator.post("users", &new);
    assert_eq!((created.status, &created.json()["role"]), (201, &json!("campaign_manager")));
    let again = administrator.post("users", &new);
    assert_eq!(again.error(), (409, "conflict".to_owned()));
    let carla = Caller::log_in(service, "carla", PASSWORD);
    assert_eq!(carla.get("handoffs").status, 200);
    let password = json!({"password": "another horse"});
    assert_eq!(administrator.call("PUT", "users/CARLA/password", &[], &password).status, 204);
    assert_eq!(carla.get("handoffs").error(), (401, "session_over".to_owned()));
    let carla = Caller::log_in(service, "carla", "another horse");
    for (role, status) in [("lpa", 204), ("queen", 400)] {
        let response = administrator.call("PUT", "users/carla/role", &[], &json!({ "role": role }));
        assert_eq!(response.status, status, "{role}");
    }
    assert_eq!(carla.get("handoffs").status, 200);
    assert_eq!(carla.post("handoffs", &draft("Not for readers")).status, 403);
    assert_eq!(administrator.call("DELETE", "users/carla", &[], &Value::Null).status, 204);
    assert_eq!(carla.get("handoffs").status, 401);
    let users = administrator.get("users").json();
    assert!(find(&users, "username", &json!("Carla"))["revokedAt"].is_string());
    assert_eq!(
        administrator.actions_on("Carla"),
        ["user.created", "user.password_changed", "user.role_changed", "user.revoked"]
    );
}

fn invalid_credentials_are_rejected_with_the_location(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    let user = |name: &str, role: &str, password: &str| json!({"username": name, "role": role, "password": password});
    for (path, body, pointer) in [
        ("clients", json!({"name": "x"}), ""),
        ("clients", json!({"name": "x", "scope": "all"}), "/scope"),
        ("clients", json!({"name": "x", "scope": "handoffs.read", "secret": "mine"}), "/secret"),
        ("api-keys", json!({"name": 7}), "/name"),
        ("users", user("x y\n", "lpa", PASSWORD), "/username"),
        ("users", user("dora", "king", PASSWORD), "/role"),
    ] {
        let rejected = administrator.post(path, &body);
        assert_eq!(
            (rejected.status, &rejected.json()["fields"][0]["pointer"]),
            (400, &json!(pointer)),
            "{body}"
        );
    }
    for (path, body) in [
        ("clients", json!({"name": "x", "scope": ""})),
        ("clients", json!({"name": "\u{0}", "scope": "handoffs.read"})),
        ("api-keys", json!({"name": "x".repeat(101)})),
        ("users", user("dora", "lpa", "short")),
    ] {
        assert_eq!(administrator.post(path, &body).error(), (400, "bad_parameter".to_owned()), "{body}");
    }
}

fn an_error_does_not_repeat_a_password(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    let rejected = administrator.call("PUT", "users/demo/password", &[], &json!({"password": 1_234_567_890}));
    assert!(rejected.status == 400 && !rejected.text().contains("1234567890"), "{rejected:?}");
}

fn unknown_credentials_get_404(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    for path in ["clients/none", "clients/%20", "api-keys/none", "users/unknown"] {
        let unknown = administrator.call("DELETE", path, &[], &Value::Null);
        assert_eq!(unknown.error(), (404, "not_found".to_owned()), "{path}");
    }
}

fn the_audit_log_is_paginated(engine: Engine) {
    let administrator = Caller::administrator(shared_service(engine));
    for _ in 0..3 {
        administrator.post("clients", &json!({"name": "Audited", "scope": "handoffs.read"}));
    }
    let page = |query: &str| administrator.get(&format!("audit?limit=2{query}")).json();
    let first = page("");
    let second = page(&format!("&cursor={}", first["next"].as_str().unwrap()));
    let sequences: Vec<_> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|item| item["sequence"].as_i64().unwrap())
        .collect();
    assert!(sequences.len() == 4 && sequences.is_sorted_by(|one, next| *one == next + 1), "{sequences:?}");
    let all = administrator.get("audit?limit=100").json();
    let newest = find(&all, "action", &json!("client.created"));
    assert_eq!((&newest["actor"], newest["details"]["scope"].is_string()), (&json!("demo"), true));
}
