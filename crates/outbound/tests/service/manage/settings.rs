//! What an account decides for itself.

use serde_json::{Value, json};

use super::{Caller, draft};
use crate::support::{Engine, Service, on_both_engines};

on_both_engines!(
    settings_are_replaced_as_a_whole,
    settings_of_the_wrong_shape_are_refused_with_their_place,
    settings_that_cannot_be_are_refused,
    an_accounts_own_rules_count,
    an_account_has_its_own_budget,
);

fn put(who: &Caller<'_>, settings: &Value) -> crate::support::Answer {
    who.call("PUT", "settings", &[], settings)
}

fn settings_are_replaced_as_a_whole(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    // The demo's own come first.
    assert_eq!(administrator.get("settings").json()["levels"]["ends-with-placeholder"], "warning");
    put(&administrator, &json!({}));
    let read = administrator.get("settings");
    let defaults = json!({"ruleSet": "provider", "permittedMediaHosts": [], "levels": {}, "fourEyes": false});
    assert_eq!(read.json(), defaults);
    let wanted = json!({
        "ruleSet": "liveperson", "permittedMediaHosts": ["cdn.example.com"],
        "levels": {"sms-shortener": "error"}, "fourEyes": true, "requestsPerSecond": 1000,
    });
    let changed = administrator.call("PUT", "settings", &[("if-match", read.header("etag"))], &wanted);
    assert_eq!((changed.status, changed.json()), (200, wanted.clone()));
    let stale = administrator.call("PUT", "settings", &[("if-match", read.header("etag"))], &json!({}));
    assert_eq!(stale.error(), (412, "stale".to_owned()));
    let read = Caller::client(&service).get("settings");
    assert_eq!((read.json(), read.header("etag")), (wanted, changed.header("etag")));
    assert_eq!(put(&administrator, &json!({})).json(), defaults);
    assert_eq!(administrator.acts_on("settings"), ["settings.changed"; 4]);
}

fn settings_of_the_wrong_shape_are_refused_with_their_place(engine: Engine) {
    let administrator = Caller::administrator(Service::shared(engine));
    for (settings, pointer) in [
        (json!({"fourEye": true}), "/fourEye"),
        (json!({"fourEyes": 1}), "/fourEyes"),
        (json!({"requestsPerSecond": -1}), "/requestsPerSecond"),
        (json!({"ruleSet": "mine"}), "/ruleSet"),
        (json!({"levels": {"sms-shortener": "maybe"}}), "/levels/sms-shortener"),
        (json!({"permittedMediaHosts": ["a.example", 5]}), "/permittedMediaHosts/1"),
        (json!({"importDefaults": {"wa": {"colour": "blue"}}}), "/importDefaults/wa/colour"),
    ] {
        let refused = put(&administrator, &settings);
        assert_eq!(refused.error(), (400, "bad_body".to_owned()), "{settings}");
        assert_eq!(refused.json()["fields"][0]["pointer"], pointer, "{settings}");
    }
}

fn settings_that_cannot_be_are_refused(engine: Engine) {
    let administrator = Caller::administrator(Service::shared(engine));
    let before = administrator.get("settings").json();
    assert_eq!(put(&administrator, &json!([])).error(), (400, "bad_body".to_owned()));
    let hosts = [
        "https://a.example",
        "a.example/x",
        "a.example:80",
        "",
        ".",
        "a..b",
        "-a.example",
        "m\u{fc}ll",
        "*.a",
    ];
    let hosts = hosts.map(|host| json!({ "permittedMediaHosts": [host] }));
    let rest = [
        json!({"permittedMediaHosts": vec!["a.example"; 101]}),
        json!({"levels": {"no-such-rule": "off"}}),
        json!({"requestsPerSecond": 100_001}),
    ];
    for settings in hosts.iter().chain(&rest) {
        assert_eq!(put(&administrator, settings).error(), (400, "bad_parameter".to_owned()), "{settings}");
    }
    assert_eq!(administrator.get("settings").json(), before);
}

fn an_accounts_own_rules_count(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let mut draft = draft("Own rules");
    draft["channels"][0]["messageComponents"][0]["content"] = "Hello ${{1}}: https://bit.ly/tea".into();
    let id = administrator.make(&draft);
    put(&administrator, &json!({"levels": {"sms-shortener": "error"}}));
    let refused = administrator.act(&format!("handoffs/{id}/publish"));
    assert_eq!((refused.status, &refused.json()["findings"][0]["name"]), (422, &json!("sms-shortener")));
    put(&administrator, &json!({"levels": {"sms-shortener": "off"}}));
    assert_eq!(administrator.act(&format!("handoffs/{id}/publish")).status, 200);
}

fn an_account_has_its_own_budget(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "1000", "--burst", "2000"]);
    let administrator = Caller::administrator(&service);
    assert_eq!(administrator.get("settings").header("x-ratelimit-limit"), "2000");
    put(&administrator, &json!({"requestsPerSecond": 1}));
    let statuses: Vec<_> = (0..20).map(|_| administrator.get("settings").status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let refused = crate::support::eventually(|| administrator.get("settings"), |answer| answer.status == 429);
    assert_eq!((refused.header("x-ratelimit-limit"), refused.header("retry-after")), ("2", "1"));
}
