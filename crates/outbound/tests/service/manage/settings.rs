//! Settings of an account.

use serde_json::{Value, json};

use super::{Caller, draft};
use crate::support::{Engine, Service, on_both_engines};

on_both_engines!(
    a_put_replaces_all_settings,
    the_audit_log_has_the_settings_that_changed,
    malformed_settings_are_rejected_with_the_location,
    invalid_settings_are_rejected,
    rule_levels_of_the_account_apply,
    the_budget_of_the_account_applies,
);

fn put(caller: &Caller<'_>, settings: &Value) -> crate::support::Response {
    caller.call("PUT", "settings", &[], settings)
}

fn a_put_replaces_all_settings(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    // The demo account begins with settings of its own.
    assert_eq!(administrator.get("settings").json()["levels"]["ends-with-placeholder"], "warning");
    put(&administrator, &json!({}));
    let read = administrator.get("settings");
    let defaults = json!({
        "ruleSet": "provider", "permittedMediaHosts": [], "levels": {}, "fourEyes": false,
        "reportAllChannels": false,
        "campaigns": {"timeZone": "", "personalInfo": false, "conversationHours": 24, "skills": [], "defaultSkill": "",
            "keywords": {"stop": [], "start": [], "help": []}, "answerHelp": true, "helpText": "", "brandName": ""},
    });
    assert_eq!(read.json(), defaults);
    let settings = json!({
        "ruleSet": "liveperson", "permittedMediaHosts": ["cdn.example.com"],
        "levels": {"sms-shortener": "error"}, "fourEyes": true, "requestsPerSecond": 1000,
        "reportAllChannels": true,
        "campaigns": {"timeZone": "Europe/Berlin", "personalInfo": true, "conversationHours": 12, "skills": ["sales"],
            "defaultSkill": "sales", "keywords": {"stop": ["slutta"], "start": [], "help": []}, "answerHelp": false,
            "helpText": "Call us.", "brandName": "Tea House"},
    });
    let changed = administrator.call("PUT", "settings", &[("if-match", read.header("etag"))], &settings);
    assert_eq!((changed.status, changed.json()), (200, settings.clone()));
    let stale = administrator.call("PUT", "settings", &[("if-match", read.header("etag"))], &json!({}));
    assert_eq!(stale.error(), (412, "stale".to_owned()));
    let read = Caller::client(&service).get("settings");
    assert_eq!((read.json(), read.header("etag")), (settings, changed.header("etag")));
    assert_eq!(put(&administrator, &json!({})).json(), defaults);
    assert_eq!(administrator.actions_on("settings"), ["settings.changed"; 4]);
}

/// Without the many values of long lists.
fn the_audit_log_has_the_settings_that_changed(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    put(&administrator, &json!({}));
    let skills: Vec<_> = (0..1000).map(|n| format!("{n} {}", "x".repeat(250))).collect();
    let campaigns = json!({"skills": skills, "brandName": "Tea House"});
    for (settings, changed) in [
        (
            json!({"fourEyes": true, "requestsPerSecond": 900}),
            json!({"fourEyes": true, "requestsPerSecond": 900}),
        ),
        (
            json!({"fourEyes": true, "reportAllChannels": true, "levels": {"sms-shortener": "error"}}),
            json!({"levels": {"sms-shortener": "error"}, "reportAllChannels": true, "requestsPerSecond": null}),
        ),
        (json!({"fourEyes": true}), json!({"levels": {"sms-shortener": null}, "reportAllChannels": false})),
        (json!({"fourEyes": true, "campaigns": {"brandName": "Tea"}}), Value::Null),
        (
            json!({"fourEyes": true, "campaigns": campaigns}),
            json!({"campaigns": {"skills": {"count": 1000}, "brandName": "Tea House"}}),
        ),
        (json!({"fourEyes": true}), json!({"campaigns": null})),
    ] {
        let response = put(&administrator, &settings);
        assert_eq!(response.status, 200, "{response:?}");
        let newest = administrator.get("audit?limit=1").json()["items"][0].clone();
        assert_eq!(newest["action"], "settings.changed");
        if !changed.is_null() {
            assert_eq!(newest["details"], changed);
        }
    }
}

fn malformed_settings_are_rejected_with_the_location(engine: Engine) {
    let administrator = Caller::administrator(Service::shared(engine));
    for (settings, pointer) in [
        (json!({"fourEye": true}), "/fourEye"),
        (json!({"fourEyes": 1}), "/fourEyes"),
        (json!({"requestsPerSecond": -1}), "/requestsPerSecond"),
        (json!({"ruleSet": "mine"}), "/ruleSet"),
        (json!({"levels": {"sms-shortener": "maybe"}}), "/levels/sms-shortener"),
        (json!({"permittedMediaHosts": ["a.example", 5]}), "/permittedMediaHosts/1"),
        (json!({"importDefaults": {"wa": {"colour": "blue"}}}), "/importDefaults/wa/colour"),
        (json!({"campaigns": {"keywords": {"yes": []}}}), "/campaigns/keywords/yes"),
        (json!({"campaigns": {"conversationHours": "12"}}), "/campaigns/conversationHours"),
    ] {
        let rejected = put(&administrator, &settings);
        assert_eq!(rejected.error(), (400, "bad_body".to_owned()), "{settings}");
        assert_eq!(rejected.json()["fields"][0]["pointer"], pointer, "{settings}");
    }
}

fn invalid_settings_are_rejected(engine: Engine) {
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

fn rule_levels_of_the_account_apply(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let mut draft = draft("Own rules");
    draft["channels"][0]["messageComponents"][0]["content"] = "Hello ${{1}}: https://bit.ly/tea".into();
    let id = administrator.create(&draft);
    put(&administrator, &json!({"levels": {"sms-shortener": "error"}}));
    let rejected = administrator.post_empty(&format!("handoffs/{id}/publish"));
    assert_eq!((rejected.status, &rejected.json()["findings"][0]["name"]), (422, &json!("sms-shortener")));
    put(&administrator, &json!({"levels": {"sms-shortener": "off"}}));
    assert_eq!(administrator.post_empty(&format!("handoffs/{id}/publish")).status, 200);
}

fn the_budget_of_the_account_applies(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "1000", "--burst", "2000"]);
    let administrator = Caller::administrator(&service);
    assert_eq!(administrator.get("settings").header("x-ratelimit-limit"), "2000");
    put(&administrator, &json!({"requestsPerSecond": 1}));
    let statuses: Vec<_> = (0..20).map(|_| administrator.get("settings").status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let rejected =
        crate::support::eventually(|| administrator.get("settings"), |response| response.status == 429);
    assert_eq!((rejected.header("x-ratelimit-limit"), rejected.header("retry-after")), ("2", "1"));
}
