//! Open conversations with consumers, which people close.

use serde_json::json;

use super::request;
use super::sandbox::connect;
use crate::support::{ACCOUNT, Engine, Sandbox, Service, always, eventually, on_both_engines};

fn people_close_conversations(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let sandbox = Sandbox::start(&service.installation, &[]);
    let campaigner = connect(&service, &sandbox);
    let mut body = request([100]);
    body["schedulingMetrics"] = always();
    campaigner.start(&body);
    let close = || {
        let body = json!({"address": "+1 (212) 555-0100"}).to_string();
        campaigner.manage("POST", "conversations/close", &body).json()["closed"] == true
    };
    let run = || {
        let command = ["campaign", "close-conversation", "+12125550100", "--account", ACCOUNT, "--json"];
        service.installation.run(&command).json()
    };
    assert_eq!(eventually(|| sandbox.messages().len(), |sent| *sent == 1), 1);
    assert!(!close());
    let reply = || sandbox.reply(&json!({"api": "twilio", "phone": "+12125550100", "text": "Hello"}));
    reply();
    assert!(eventually(close, |closed| *closed));
    assert_eq!(run(), json!({"closed": false}));
    reply();
    assert_eq!(eventually(run, |closed| closed["closed"] == true), json!({"closed": true}));
    assert!(!close());

    for body in ["{}", r#"{"address":""}"#, r#"{"address":"+12125550100","x":1}"#] {
        assert_eq!(campaigner.manage("POST", "conversations/close", body).status, 400, "{body}");
    }
    let log = service.installation.run(&["audit", "list", "--account", ACCOUNT, "--json"]).succeeded().out;
    assert_eq!(log.matches("conversation.closed").count(), 2);
    assert!(!log.contains("2125550100"), "the audit log contains an address");
}

on_both_engines!(people_close_conversations);
