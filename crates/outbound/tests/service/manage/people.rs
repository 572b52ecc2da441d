//! Who may do what, and who may publish whose work.

use serde_json::{Value, json};

use super::{Caller, draft, workshop};
use crate::support::{ACCOUNT, Engine, Service, on_both_engines};

on_both_engines!(
    nobody_publishes_their_own_work_where_two_must_see_it,
    a_reader_changes_nothing,
    the_last_administrator_stays,
);

fn nobody_publishes_their_own_work_where_two_must_see_it(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let settings = administrator.call("PUT", "settings", &[], &json!({"fourEyes": true}));
    assert_eq!(settings.status, 200, "{settings:?}");
    let [anna, bert] = ["anna", "bert"].map(|name| Caller::person(&service, name, "campaign_manager"));
    let id = anna.make(&draft("Four eyes"));
    let publish = |who: &Caller<'_>, query: &str| who.act(&format!("handoffs/{id}/publish{query}"));
    for query in ["", "?dry_run=true"] {
        assert_eq!(publish(&anna, query).error(), (409, "own_version".to_owned()));
    }
    assert_eq!(publish(&bert, "").json()["state"], "published");
    bert.put(&id, "*", &draft("Four eyes"));
    assert_eq!(publish(&bert, "").error(), (409, "own_version".to_owned()));
    assert_eq!(publish(&anna, "").status, 200);
    assert_eq!(anna.acts_on(&id).len(), 4);
}

fn the_last_administrator_stays(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let refused = (409, "last_administrator".to_owned());
    let lpa = json!({"role": "lpa"});
    assert_eq!(administrator.call("PUT", "users/demo/role", &[], &lpa).error(), refused);
    assert_eq!(administrator.call("DELETE", "users/demo", &[], &Value::Null).error(), refused);
    for act in [&["user", "revoke"][..], &["user", "role", "--role", "agent"]] {
        let arguments = [act, &["--account", ACCOUNT, "--username", "demo"]].concat();
        service.installation.run(&arguments).refused(1, "demo is the account's last administrator");
    }
    Caller::person(&service, "anna", "administrator");
    assert_eq!(administrator.call("DELETE", "users/demo", &[], &Value::Null).status, 204);
}

fn a_reader_changes_nothing(engine: Engine) {
    let service = workshop(engine);
    let id = Caller::client(service).make(&draft("Read only"));
    let reader = Caller::person(service, "lea", "lpa");
    assert_eq!(reader.get(&format!("handoffs/{id}")).json()["handoff"]["name"], "Read only");
    let path = format!("handoffs/{id}/publish");
    assert_eq!(reader.act(&path).error(), (403, "no_right".to_owned()));
    assert_eq!(reader.put(&id, "*", &draft("Written")).error(), (403, "no_right".to_owned()));
    assert_eq!(reader.get("clients").error(), (403, "no_right".to_owned()));
}
