//! Erasure of consumers over the management API.

use serde_json::json;

use super::{DAY, Reporter, attempted, demo, yesterday};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

fn an_administrator_erases_an_address_and_figures_stay(engine: Engine) {
    let service = Service::start(engine);
    let (reporter, other) = (demo(&service), Reporter::new(&service, OTHER_ACCOUNT));
    let time = yesterday();
    let mut message = attempted("erased", time);
    message["address"] = json!("+14155550111");
    for reporter in [&reporter, &other] {
        assert_eq!(reporter.record(std::slice::from_ref(&message))["recorded"], 1);
    }
    let before = reporter.analytics(time, time + DAY);

    let administrator = &*service.administrator();
    let erase = |authorization: &str, account: &str, body: &str| {
        let headers = [("authorization", authorization), ("content-type", "application/json")];
        service.send("POST", &format!("/manage/v1/accounts/{account}/consumers/erase"), &headers, body)
    };
    // Another spelling of the same phone.
    let body = json!({"address": "+1 415 555 0111"}).to_string();
    assert_eq!(erase(&reporter.token, ACCOUNT, &body).status, 403);
    assert_eq!(erase(administrator, OTHER_ACCOUNT, &body).status, 403);
    for erased in [true, false] {
        let response = erase(administrator, ACCOUNT, &body);
        assert_eq!((response.status, response.json()), (200, json!({"erased": erased})), "{response:?}");
    }
    for body in ["{}", r#"{"address":""}"#, r#"{"address":1}"#, r#"{"phone":"+14155550111"}"#] {
        assert_eq!(erase(administrator, ACCOUNT, body).status, 400, "{body}");
    }
    assert_eq!(reporter.analytics(time, time + DAY), before);
    // The message of the other account keeps its address.
    let erased = service.installation.run(&[
        "report",
        "erase-consumer",
        "14155550111",
        "--account",
        OTHER_ACCOUNT,
        "--json",
    ]);
    assert_eq!(erased.json(), json!({"erased": true}));

    let log = service.installation.run(&["audit", "list", "--account", ACCOUNT, "--json"]).succeeded().out;
    assert!(log.contains("consumer.erased") && log.contains("•••••111"), "{log}");
    assert!(!log.contains("4155550111"), "the audit log contains an address");
}

on_both_engines!(an_administrator_erases_an_address_and_figures_stay);
