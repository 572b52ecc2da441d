//! Permissions of roles, and the four-eyes setting.

use serde_json::{Value, json};

use super::{Caller, draft, shared_service};
use crate::support::{ACCOUNT, Engine, Service, on_both_engines};

on_both_engines!(
    with_four_eyes_users_cannot_publish_their_own_versions,
    a_reader_cannot_change_anything,
    the_last_administrator_cannot_be_removed,
);

fn with_four_eyes_users_cannot_publish_their_own_versions(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let settings = administrator.call("PUT", "settings", &[], &json!({"fourEyes": true}));
    assert_eq!(settings.status, 200, "{settings:?}");
    let [anna, bert] = ["anna", "bert"].map(|name| Caller::new_user(&service, name, "campaign_manager"));
    let id = anna.create(&draft("Four eyes"));
    let publish = |user: &Caller<'_>, query: &str| user.post_empty(&format!("handoffs/{id}/publish{query}"));
    for query in ["", "?dry_run=true"] {
        assert_eq!(publish(&anna, query).error(), (409, "own_version".to_owned()));
    }
    assert_eq!(publish(&bert, "").json()["state"], "published");
    bert.put(&id, "*", &draft("Four eyes"));
    assert_eq!(publish(&bert, "").error(), (409, "own_version".to_owned()));
    assert_eq!(publish(&anna, "").status, 200);
    assert_eq!(anna.actions_on(&id).len(), 4);
}

fn the_last_administrator_cannot_be_removed(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let rejected = (409, "last_administrator".to_owned());
    let lpa = json!({"role": "lpa"});
    assert_eq!(administrator.call("PUT", "users/demo/role", &[], &lpa).error(), rejected);
    assert_eq!(administrator.call("DELETE", "users/demo", &[], &Value::Null).error(), rejected);
    for command in [&["user", "revoke"][..], &["user", "role", "--role", "agent"]] {
        let arguments = [command, &["--account", ACCOUNT, "--username", "demo"]].concat();
        service.installation.run(&arguments).failed(1, "demo is the account's last administrator");
    }
    Caller::new_user(&service, "anna", "administrator");
    assert_eq!(administrator.call("DELETE", "users/demo", &[], &Value::Null).status, 204);
}

fn a_reader_cannot_change_anything(engine: Engine) {
    let service = shared_service(engine);
    let id = Caller::client(service).create(&draft("Read only"));
    let reader = Caller::new_user(service, "lea", "lpa");
    assert_eq!(reader.get(&format!("handoffs/{id}")).json()["handoff"]["name"], "Read only");
    let path = format!("handoffs/{id}/publish");
    assert_eq!(reader.post_empty(&path).error(), (403, "no_right".to_owned()));
    assert_eq!(reader.put(&id, "*", &draft("Written")).error(), (403, "no_right".to_owned()));
    assert_eq!(reader.get("clients").error(), (403, "no_right".to_owned()));
}
