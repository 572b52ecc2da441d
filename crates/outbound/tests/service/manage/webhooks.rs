//! Webhook deliveries over real connections: signatures, retries, resending, disabling and allowed addresses.

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
    changes_are_delivered_with_a_signature,
    a_failed_delivery_is_retried_with_the_same_message,
    a_delivered_message_can_be_resent,
    a_receiver_that_answers_410_is_disabled,
    a_disabled_webhook_receives_missed_changes_when_enabled,
    a_rotated_secret_signs_together_with_the_old_one,
    private_networks_are_blocked_unless_allowed,
    a_tls_receiver_needs_a_trusted_certificate,
    a_killed_server_loses_no_deliveries,
    the_command_line_manages_webhooks,
);

pub(super) const PRIVATE: &str = "--webhooks-to-private-networks";

/// Starts a server that may send to this machine.
pub(super) fn start_service(engine: Engine) -> Service {
    Service::start_with(engine, &[PRIVATE])
}

/// Creates a webhook for the receiver; returns its path and secret.
#[track_caller]
pub(super) fn create_webhook(
    administrator: &Caller<'_>,
    receiver: &Receiver,
    kinds: &[&str],
) -> (String, String) {
    let created = administrator.post("webhooks", &json!({"url": receiver.url, "kinds": kinds}));
    assert_eq!(created.status, 201, "{created:?}");
    let field = |name: &str| created.json()[name].as_str().unwrap().to_owned();
    (format!("webhooks/{}", field("id")), field("secret"))
}

/// Waits until the delivery has this state.
#[track_caller]
pub(super) fn wait_for_delivery(administrator: &Caller<'_>, path: &str, state: &str) -> Value {
    let found = eventually(|| administrator.get(path).json(), |delivery| delivery["state"] == state);
    assert_eq!(found["state"], state, "{found}");
    found
}

/// Asserts that `standardwebhooks`, an independent library, accepts the message and no modified one.
#[expect(clippy::print_stdout, reason = "reports a skipped test")]
fn assert_verifiable(secret: &str, message: &Message) {
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

fn changes_are_delivered_with_a_signature(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let (all, only_published) = (Receiver::start(&[]), Receiver::start(&[]));
    let (path, secret) = create_webhook(&administrator, &all, &[]);
    create_webhook(&administrator, &only_published, &["handoff.published"]);
    let id = administrator.create(&draft("Told"));
    assert_eq!(administrator.post_empty(&format!("handoffs/{id}/publish")).status, 200);
    let published = only_published.next();
    let message = published.json();
    let expected = json!({
        "account": ACCOUNT, "sequence": message["data"]["sequence"], "handoff": id, "version": 1,
        "by": message["data"]["by"],
    });
    assert_eq!((&message["type"], &message["data"]), (&json!("handoff.published"), &expected));
    let mut kinds = [all.next(), all.next()].map(|message| {
        assert_verifiable(&secret, &message);
        message.json()["type"].as_str().unwrap().to_owned()
    });
    kinds.sort();
    assert_eq!(kinds, ["handoff.published", "handoff.saved"]);
    wait_for_delivery(&administrator, &format!("{path}/deliveries/2"), "delivered");
    let listed = administrator.get(&format!("{path}/deliveries?limit=1")).json();
    assert_eq!(
        (&listed["items"][0]["number"], &listed["items"][0]["state"]),
        (&json!(2), &json!("delivered"))
    );
    assert!(listed["next"].is_string(), "{listed}");
    assert!(!administrator.get("webhooks").text().contains("secret"));
    assert_eq!(administrator.call("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(
        administrator.actions_on(path.rsplit('/').next().unwrap()),
        ["webhook.created", "webhook.deleted"]
    );
}

fn a_failed_delivery_is_retried_with_the_same_message(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let elsewhere = Receiver::start(&[]);
    let redirect = format!("307 Temporary Redirect\r\nLocation: {}", elsewhere.url);
    let receiver = Receiver::start(&[&redirect]);
    let (path, secret) = create_webhook(&administrator, &receiver, &["handoff.saved"]);
    administrator.create(&draft("Retried"));
    let first = receiver.next();
    let failed = eventually(
        || administrator.get(&format!("{path}/deliveries/1")).json(),
        |delivery| delivery["lastAttempt"].is_object(),
    );
    assert_eq!((&failed["state"], &failed["attempts"]), (&json!("pending"), &json!(1)), "{failed}");
    assert_eq!(failed["lastAttempt"]["error"], "it answered 307");
    let second = receiver.next();
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    assert_verifiable(&secret, &second);
    let done = wait_for_delivery(&administrator, &format!("{path}/deliveries/1"), "delivered");
    assert_eq!((&done["attempts"], &done["lastAttempt"]["status"]), (&json!(2), &json!(204)));
    assert!(elsewhere.received().is_empty(), "a redirect was followed");
}

fn a_delivered_message_can_be_resent(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, secret) = create_webhook(&administrator, &receiver, &["handoff.saved"]);
    let ping = administrator.post_empty(&format!("{path}/ping"));
    assert_eq!((ping.status, &ping.json()["number"]), (202, &json!(1)));
    let ping = receiver.next();
    assert_verifiable(&secret, &ping);
    assert_eq!(ping.json()["type"], "webhook.ping");
    administrator.create(&draft("Twice"));
    let first = receiver.next();
    wait_for_delivery(&administrator, &format!("{path}/deliveries/2"), "delivered");
    assert_eq!(administrator.post_empty(&format!("{path}/deliveries/2/resend")).status, 202);
    let second = receiver.next();
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    for unknown in ["deliveries/9/resend", "deliveries/x/resend"] {
        assert_eq!(
            administrator.post_empty(&format!("{path}/{unknown}")).error(),
            (404, "not_found".to_owned())
        );
    }
}

fn a_receiver_that_answers_410_is_disabled(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&["410 Gone"]);
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    administrator.post_empty(&format!("{path}/ping"));
    receiver.next();
    let gone = eventually(|| administrator.get(&path).json(), |webhook| webhook["disabledAt"].is_string());
    assert_eq!(gone["disabledBecause"], "gone", "{gone}");
    for path in [format!("{path}/ping"), format!("{path}/deliveries/1/resend")] {
        assert_eq!(administrator.post_empty(&path).error(), (409, "conflict".to_owned()));
    }
}

fn a_disabled_webhook_receives_missed_changes_when_enabled(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let (disabled, enabled) = (Receiver::start(&[]), Receiver::start(&[]));
    let (path, _) = create_webhook(&administrator, &disabled, &["handoff.saved"]);
    create_webhook(&administrator, &enabled, &["handoff.saved"]);
    assert_eq!(administrator.post_empty(&format!("{path}/disable")).json()["disabledBecause"], "asked");
    administrator.create(&draft("Meanwhile"));
    let message = enabled.next();
    assert!(disabled.received().is_empty());
    assert!(administrator.post_empty(&format!("{path}/enable")).json()["disabledAt"].is_null());
    assert_eq!(disabled.next().body, message.body);
}

fn a_rotated_secret_signs_together_with_the_old_one(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, old) = create_webhook(&administrator, &receiver, &[]);
    let rotated = administrator.post_empty(&format!("{path}/rotate-secret")).json();
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, old);
    administrator.post_empty(&format!("{path}/ping"));
    let ping = receiver.next();
    assert_eq!(ping.header("webhook-signature").split(' ').count(), 2);
    assert_verifiable(&old, &ping);
    assert_verifiable(new, &ping);
}

fn private_networks_are_blocked_unless_allowed(engine: Engine) {
    let service = Service::start(engine);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    for url in [&*receiver.url, "http://localhost/", "https://10.0.0.1/", "http://[::1]/", "http://0x7f.1/"] {
        let rejected = administrator.post("webhooks", &json!({"url": url}));
        assert_eq!(rejected.error(), (400, "bad_parameter".to_owned()), "{url}");
        assert!(rejected.text().contains("private or reserved network"), "{rejected:?}");
    }
    // Created where private networks are allowed. The server does not allow them and checks when it connects.
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, "--json"];
    service.installation.run(&create).failed(1, "private or reserved network");
    let created = service.installation.run(&[&create[..], &[PRIVATE]].concat()).json();
    let path = format!("webhooks/{}", created["id"].as_str().unwrap());
    assert_eq!(administrator.post_empty(&format!("{path}/ping")).status, 202);
    let failed = wait_for_delivery(&administrator, &format!("{path}/deliveries/1"), "failed");
    assert!(failed["lastAttempt"]["error"].as_str().unwrap().contains("private or reserved"), "{failed}");
    assert!(receiver.received().is_empty());
    let never = ["webhook", "create", "http://169.254.169.254/latest", "--account", ACCOUNT, PRIVATE];
    service.installation.run(&never).failed(1, "private or reserved network");
}

fn a_tls_receiver_needs_a_trusted_certificate(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = |name| folder.path().join(name).to_str().unwrap().to_owned();
    let certificate = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file("cert.pem"), certificate.cert.pem()).unwrap();
    std::fs::write(file("key.pem"), certificate.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    // Another Outbound server is the TLS receiver.
    let tls = ["--tls-certificate", &cert, "--tls-key", &key];
    let receiver = outbound_testkit::Server::start(OUTBOUND.as_ref(), &tls).unwrap();
    let port = receiver.base().rsplit(':').next().unwrap();
    let ping = |service: &Service, host: &str| {
        let administrator = Caller::administrator(service);
        let made = administrator.post("webhooks", &json!({"url": format!("https://{host}:{port}/nowhere")}));
        let path = format!("webhooks/{}", made.json()["id"].as_str().unwrap());
        administrator.post_empty(&format!("{path}/ping"));
        let failed = wait_for_delivery(&administrator, &format!("{path}/deliveries/1"), "failed");
        failed["lastAttempt"]["error"].as_str().unwrap().to_owned()
    };
    let (trusting, other) =
        (Service::start_with(engine, &[PRIVATE, "--webhooks-ca-file", &cert]), start_service(engine));
    assert_eq!(ping(&trusting, "127.0.0.1"), "it answered 404");
    for error in [ping(&trusting, "localhost"), ping(&other, "127.0.0.1")] {
        assert_eq!(error, "TLS failed: check that the certificate is valid for this host");
    }
}

fn a_killed_server_loses_no_deliveries(engine: Engine) {
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
    let mut messages = vec![receiver.next(), receiver.next()];
    server.kill().unwrap();
    // Saved while no server is running.
    import("B");
    let server = start();
    messages.extend((0..4).map(|_| receiver.next()));
    let mut names: Vec<_> = messages
        .iter()
        .map(|message| (message.sequence(), message.header("webhook-id").to_owned()))
        .collect();
    names.sort();
    names.dedup();
    let sequences: Vec<_> = names.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4], "{names:?}\n{}", server.log());
    let repeated = messages.iter().filter(|message| message.sequence() <= 2).count();
    assert_eq!(repeated, 4, "unanswered messages are sent again, once");
}

fn the_command_line_manages_webhooks(engine: Engine) {
    let service = start_service(engine);
    let receiver = Receiver::start(&[]);
    let run = |arguments: &[&str]| {
        let account = ["--account", ACCOUNT, "--json"];
        service.installation.run(&[&["webhook"], arguments, &account].concat()).json()
    };
    let made = run(&["create", &receiver.url, PRIVATE, "--kind", "handoff.saved", "--description", "CRM"]);
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    Caller::client(&service).create(&draft("From the command line"));
    assert_verifiable(secret, &receiver.next());
    let deliveries = || run(&["deliveries", id]);
    let listed = eventually(deliveries, |deliveries| deliveries[0]["state"] == "delivered");
    assert_eq!(
        (&listed[0]["kind"], &listed[0]["attempts"]),
        (&json!("handoff.saved"), &json!(1)),
        "{listed}"
    );
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
