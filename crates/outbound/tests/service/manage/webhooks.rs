//! Webhooks, told over real connections: signed, tried again, sent again, never told nothing.

use std::io::Write;
use std::process::{Command, Stdio};

use rcgen::generate_simple_self_signed;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Caller, draft};
use crate::support::{
    ACCOUNT, Engine, HOLD, Installation, Message, OUTBOUND, Receiver, Service, eventually, handoffs,
    on_both_engines,
};

on_both_engines!(
    what_happens_is_told_signed,
    a_receiver_that_fails_is_tried_again_with_the_same_message,
    what_was_told_can_be_told_again,
    a_receiver_that_is_gone_is_left_alone,
    a_disabled_webhook_is_told_later,
    a_new_secret_signs_beside_the_old_one,
    private_networks_get_nothing_unless_the_installation_allows_it,
    a_receiver_behind_tls_must_show_a_certificate_that_is_trusted,
    a_killed_server_loses_and_invents_nothing,
    the_command_line_manages_webhooks,
);

pub(super) const PRIVATE: &str = "--webhooks-to-private-networks";

/// A server that may send to this machine.
pub(super) fn service(engine: Engine) -> Service {
    Service::start_with(engine, &[PRIVATE])
}

/// A webhook at the receiver, with its secret.
#[track_caller]
pub(super) fn webhook(administrator: &Caller<'_>, receiver: &Receiver, kinds: &[&str]) -> (String, String) {
    let made = administrator.post("webhooks", &json!({"url": receiver.url, "kinds": kinds}));
    assert_eq!(made.status, 201, "{made:?}");
    let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
    (format!("webhooks/{}", text("id")), text("secret"))
}

/// The delivery, once it is as `wanted`.
#[track_caller]
pub(super) fn delivery(administrator: &Caller<'_>, path: &str, wanted: &str) -> Value {
    let found = eventually(|| administrator.get(path).json(), |delivery| delivery["state"] == wanted);
    assert_eq!(found["state"], wanted, "{found}");
    found
}

/// That `standardwebhooks`, a library that is not ours, accepts a message, and no changed one.
#[expect(clippy::print_stdout, reason = "says what was left out")]
fn verified(secret: &str, message: &Message) {
    let Some(python) = std::env::var_os("OUTBOUND_TEST_PYTHON") else {
        println!("SKIPPED: OUTBOUND_TEST_PYTHON names no Python with standardwebhooks");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/verify_webhook.py");
    let mut command = Command::new(python);
    let mut child = command.arg(script).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let headers: serde_json::Map<_, _> =
        message.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let input = json!({"secret": secret, "headers": headers, "body": message.body});
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn what_happens_is_told_signed(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let (all, picky) = (Receiver::start(&[]), Receiver::start(&[]));
    let (path, secret) = webhook(&administrator, &all, &[]);
    webhook(&administrator, &picky, &["handoff.published"]);
    let id = administrator.make(&draft("Told"));
    assert_eq!(administrator.act(&format!("handoffs/{id}/publish")).status, 200);
    let published = picky.next();
    let told = published.json();
    let expected = json!({
        "account": ACCOUNT, "sequence": told["data"]["sequence"], "handoff": id, "version": 1,
        "by": told["data"]["by"],
    });
    assert_eq!((&told["type"], &told["data"]), (&json!("handoff.published"), &expected));
    let mut kinds = [all.next(), all.next()].map(|message| {
        verified(&secret, &message);
        message.json()["type"].as_str().unwrap().to_owned()
    });
    kinds.sort();
    assert_eq!(kinds, ["handoff.published", "handoff.saved"]);
    delivery(&administrator, &format!("{path}/deliveries/2"), "delivered");
    let listed = administrator.get(&format!("{path}/deliveries?limit=1")).json();
    assert_eq!(
        (&listed["items"][0]["number"], &listed["items"][0]["state"]),
        (&json!(2), &json!("delivered"))
    );
    assert!(listed["next"].is_string(), "{listed}");
    assert!(!administrator.get("webhooks").text().contains("secret"));
    assert_eq!(administrator.call("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(
        administrator.acts_on(path.rsplit('/').next().unwrap()),
        ["webhook.created", "webhook.deleted"]
    );
}

fn a_receiver_that_fails_is_tried_again_with_the_same_message(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let elsewhere = Receiver::start(&[]);
    let away = format!("307 Temporary Redirect\r\nLocation: {}", elsewhere.url);
    let receiver = Receiver::start(&[&away]);
    let (path, secret) = webhook(&administrator, &receiver, &["handoff.saved"]);
    administrator.make(&draft("Retried"));
    let first = receiver.next();
    let failed = eventually(
        || administrator.get(&format!("{path}/deliveries/1")).json(),
        |delivery| delivery["lastAttempt"].is_object(),
    );
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("pending"), &json!(1)), "{failed}");
    assert_eq!(failed["lastAttempt"]["error"], "it answered 307");
    let second = receiver.next();
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    verified(&secret, &second);
    let done = delivery(&administrator, &format!("{path}/deliveries/1"), "delivered");
    assert_eq!((&done["attempts"], &done["lastAttempt"]["status"]), (&json!(2), &json!(204)));
    assert!(elsewhere.came().is_empty(), "a redirect was followed");
}

fn what_was_told_can_be_told_again(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, secret) = webhook(&administrator, &receiver, &["handoff.saved"]);
    let ping = administrator.act(&format!("{path}/ping"));
    assert_eq!((ping.status, &ping.json()["number"]), (202, &json!(1)));
    let ping = receiver.next();
    verified(&secret, &ping);
    assert_eq!(ping.json()["type"], "webhook.ping");
    administrator.make(&draft("Twice"));
    let first = receiver.next();
    delivery(&administrator, &format!("{path}/deliveries/2"), "delivered");
    assert_eq!(administrator.act(&format!("{path}/deliveries/2/resend")).status, 202);
    let second = receiver.next();
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    for unknown in ["deliveries/9/resend", "deliveries/x/resend"] {
        assert_eq!(administrator.act(&format!("{path}/{unknown}")).error(), (404, "not_found".to_owned()));
    }
}

fn a_receiver_that_is_gone_is_left_alone(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&["410 Gone"]);
    let (path, _) = webhook(&administrator, &receiver, &[]);
    administrator.act(&format!("{path}/ping"));
    receiver.next();
    let gone = eventually(|| administrator.get(&path).json(), |webhook| webhook["disabledAt"].is_string());
    assert_eq!(gone["disabledBecause"], "gone", "{gone}");
    for path in [format!("{path}/ping"), format!("{path}/deliveries/1/resend")] {
        assert_eq!(administrator.act(&path).error(), (409, "conflict".to_owned()));
    }
}

fn a_disabled_webhook_is_told_later(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let (quiet, other) = (Receiver::start(&[]), Receiver::start(&[]));
    let (path, _) = webhook(&administrator, &quiet, &["handoff.saved"]);
    webhook(&administrator, &other, &["handoff.saved"]);
    assert_eq!(administrator.act(&format!("{path}/disable")).json()["disabledBecause"], "asked");
    administrator.make(&draft("Meanwhile"));
    let told = other.next();
    assert!(quiet.came().is_empty());
    assert!(administrator.act(&format!("{path}/enable")).json()["disabledAt"].is_null());
    assert_eq!(quiet.next().body, told.body);
}

fn a_new_secret_signs_beside_the_old_one(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, old) = webhook(&administrator, &receiver, &[]);
    let rotated = administrator.act(&format!("{path}/rotate-secret")).json();
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, old);
    administrator.act(&format!("{path}/ping"));
    let ping = receiver.next();
    assert_eq!(ping.header("webhook-signature").split(' ').count(), 2);
    verified(&old, &ping);
    verified(new, &ping);
}

fn private_networks_get_nothing_unless_the_installation_allows_it(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    for url in [&*receiver.url, "http://localhost/", "https://10.0.0.1/", "http://[::1]/", "http://0x7f.1/"] {
        let refused = administrator.post("webhooks", &json!({"url": url}));
        assert_eq!(refused.error(), (400, "bad_parameter".to_owned()), "{url}");
        assert!(refused.text().contains("private or reserved network"), "{refused:?}");
    }
    // Made where it is allowed, and sent by a server where it is not: looked at when it connects.
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, "--json"];
    service.installation.run(&create).refused(1, "private or reserved network");
    let made = service.installation.run(&[&create[..], &[PRIVATE]].concat()).json();
    let path = format!("webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(administrator.act(&format!("{path}/ping")).status, 202);
    let failed = delivery(&administrator, &format!("{path}/deliveries/1"), "failed");
    assert!(failed["lastAttempt"]["error"].as_str().unwrap().contains("private or reserved"), "{failed}");
    assert!(receiver.came().is_empty());
    let never = ["webhook", "create", "http://169.254.169.254/latest", "--account", ACCOUNT, PRIVATE];
    service.installation.run(&never).refused(1, "private or reserved network");
}

fn a_receiver_behind_tls_must_show_a_certificate_that_is_trusted(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = |name| folder.path().join(name).to_str().unwrap().to_owned();
    let own = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file("cert.pem"), own.cert.pem()).unwrap();
    std::fs::write(file("key.pem"), own.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    // Something behind TLS that answers: another of our servers.
    let tls = ["--tls-certificate", &cert, "--tls-key", &key];
    let receiver = outbound_testkit::Server::start(OUTBOUND.as_ref(), &tls).unwrap();
    let port = receiver.base().rsplit(':').next().unwrap();
    let ping = |service: &Service, host: &str| {
        let administrator = Caller::administrator(service);
        let made = administrator.post("webhooks", &json!({"url": format!("https://{host}:{port}/nowhere")}));
        let path = format!("webhooks/{}", made.json()["id"].as_str().unwrap());
        administrator.act(&format!("{path}/ping"));
        let failed = delivery(&administrator, &format!("{path}/deliveries/1"), "failed");
        failed["lastAttempt"]["error"].as_str().unwrap().to_owned()
    };
    let (trusting, other) =
        (Service::start_with(engine, &[PRIVATE, "--webhooks-ca-file", &cert]), service(engine));
    assert_eq!(ping(&trusting, "127.0.0.1"), "it answered 404");
    for error in [ping(&trusting, "localhost"), ping(&other, "127.0.0.1")] {
        assert_eq!(error, "TLS failed: check that the certificate is valid for this host");
    }
}

fn a_killed_server_loses_and_invents_nothing(engine: Engine) {
    let installation = Installation::with_account(engine, ACCOUNT);
    let key = installation.folder.join("the.key");
    let database = installation.database.strip_prefix("sqlite:");
    let database = database.map(|file| format!("sqlite:{}", installation.folder.join(file).display()));
    let database = database.unwrap_or_else(|| installation.database.clone());
    let key_file = ["--key-file", key.to_str().unwrap()];
    let serve = [&["--database", &*database, PRIVATE], &key_file[..]].concat();
    let start = || outbound_testkit::Server::start(OUTBOUND.as_ref(), &serve).unwrap();
    let receiver = Receiver::start(&[HOLD, HOLD]);
    let mut server = start();
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, PRIVATE, "--json"];
    installation.run(&[&create[..], &key_file].concat()).json();
    let import = |series: &str| {
        let file = Value::from(handoffs(series, 1)).to_string();
        let import = [&["import", "--account", ACCOUNT, "-"], &key_file[..]].concat();
        installation.run_with(&import, &file).succeeded();
    };
    import("A");
    let mut told = vec![receiver.next(), receiver.next()];
    server.kill().unwrap();
    // Saved while nobody sends.
    import("B");
    let server = start();
    told.extend((0..4).map(|_| receiver.next()));
    let mut names: Vec<_> =
        told.iter().map(|message| (message.sequence(), message.header("webhook-id").to_owned())).collect();
    names.sort();
    names.dedup();
    let sequences: Vec<_> = names.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4], "{names:?}\n{}", server.log());
    let repeated = told.iter().filter(|message| message.sequence() <= 2).count();
    assert_eq!(repeated, 4, "what nobody answered is told again, once");
}

fn the_command_line_manages_webhooks(engine: Engine) {
    let service = service(engine);
    let receiver = Receiver::start(&[]);
    let run = |arguments: &[&str]| {
        let account = ["--account", ACCOUNT, "--json"];
        service.installation.run(&[&["webhook"], arguments, &account].concat()).json()
    };
    let made = run(&["create", &receiver.url, PRIVATE, "--kind", "handoff.saved", "--description", "CRM"]);
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    Caller::client(&service).make(&draft("From the command line"));
    verified(secret, &receiver.next());
    let deliveries = || run(&["deliveries", id]);
    let told = eventually(deliveries, |deliveries| deliveries[0]["state"] == "delivered");
    assert_eq!((&told[0]["kind"], &told[0]["attempts"]), (&json!("handoff.saved"), &json!(1)), "{told}");
    assert_eq!(run(&["resend", id, "1"])["state"], "pending");
    assert_eq!(receiver.next().json()["type"], "handoff.saved");
    run(&["ping", id]);
    assert_eq!(receiver.next().json()["type"], "webhook.ping");
    assert_eq!(run(&["disable", id]), json!({"disabled": id}));
    assert_eq!(run(&["list"])[0]["disabledBecause"], "asked");
    assert_eq!(run(&["enable", id]), json!({"enabled": id}));
    assert_ne!(run(&["rotate-secret", id])["secret"], secret);
    assert_eq!(run(&["delete", id]), json!({"deleted": id}));
    assert_eq!(run(&["list"]), json!([]));
}
