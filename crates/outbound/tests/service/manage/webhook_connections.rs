//! Connections to webhook receivers are reused for the same webhook, and for no other.

use std::ops::RangeInclusive;
use std::sync::Arc;

use rcgen::generate_simple_self_signed;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;

use super::Caller;
use super::webhooks::{PRIVATE, create_webhook, start_service, wait_for_delivery};
use crate::support::{ACCOUNT, CLOSE, Engine, OTHER_ACCOUNT, Receiver, Service, eventually};

/// Sends pings to a webhook, one after the other. Each must be delivered at the first attempt. Returns the
/// numbers of the connections that they arrived on.
#[track_caller]
fn ping_connections(
    administrator: &Caller<'_>,
    path: &str,
    receiver: &Receiver,
    numbers: RangeInclusive<u32>,
) -> Vec<usize> {
    let ping = |number| {
        assert_eq!(administrator.post_empty(&format!("{path}/ping")).status, 202);
        let delivered = wait_for_delivery(administrator, &format!("{path}/deliveries/{number}"), "delivered");
        assert_eq!(delivered["attempts"], 1, "{delivered}");
        receiver.next().connection
    };
    numbers.map(ping).collect()
}

#[test]
fn messages_of_a_webhook_share_a_connection() {
    let service = start_service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&[]);
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    assert_eq!(ping_connections(&administrator, &path, &receiver, 1..=5), [0; 5]);
}

#[test]
fn messages_over_tls_share_a_connection() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, certificate.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_no_client_auth().with_single_cert(vec![certificate.cert.der().clone()], key).unwrap();
    let trusting = [PRIVATE, "--webhooks-ca-file", ca_file.to_str().unwrap()];
    let service = Service::start_with(Engine::Sqlite, &trusting);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_tls_connections(Arc::new(tls));
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    assert_eq!(ping_connections(&administrator, &path, &receiver, 1..=3), [0; 3]);
}

#[test]
fn a_receiver_that_closes_each_connection_gets_each_message_once() {
    let service = start_service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    assert_eq!(ping_connections(&administrator, &path, &receiver, 1..=5), [0, 1, 2, 3, 4]);
    assert!(receiver.received().is_empty());
}

/// The receiver may close a connection while the next message is sent on it.
#[test]
fn a_failed_reused_connection_does_not_count_as_an_attempt() {
    let service = start_service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&["204 No Content", CLOSE]);
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    assert_eq!(ping_connections(&administrator, &path, &receiver, 1..=2), [0, 0]);
    let again = receiver.next();
    assert_eq!((again.connection, again.json()["type"].as_str()), (1, Some("webhook.ping")));
}

#[test]
fn disabling_a_webhook_closes_its_connection() {
    let service = start_service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&[]);
    let (path, _) = create_webhook(&administrator, &receiver, &[]);
    assert_eq!(ping_connections(&administrator, &path, &receiver, 1..=1), [0]);
    for switch in ["disable", "enable"] {
        assert_eq!(administrator.post_empty(&format!("{path}/{switch}")).status, 200);
    }
    assert_eq!(ping_connections(&administrator, &path, &receiver, 2..=2), [1]);
}

/// Neither if they belong to the same account nor if they do not.
#[test]
fn webhooks_with_the_same_receiver_do_not_share_a_connection() {
    let service = start_service(Engine::Sqlite);
    let receiver = Receiver::keeping_connections(&[]);
    let create = |account: &str| {
        let create = ["webhook", "create", &receiver.url, "--account", account, PRIVATE, "--json"];
        let id = service.installation.run(&create).json()["id"].as_str().unwrap().to_owned();
        (account.to_owned(), id)
    };
    let webhooks = [ACCOUNT, ACCOUNT, OTHER_ACCOUNT].map(create);
    let mut connections = Vec::new();
    for (account, id) in webhooks.iter().chain(&webhooks) {
        let webhook = |command: &str| {
            service.installation.run(&["webhook", command, id, "--account", account, "--json"]).json()
        };
        webhook("ping");
        let deliveries = eventually(|| webhook("deliveries"), all_delivered);
        assert!(all_delivered(&deliveries), "{deliveries}");
        connections.push(receiver.next().connection);
    }
    assert_eq!(connections, [0, 1, 2, 0, 1, 2]);
}

fn all_delivered(deliveries: &Value) -> bool {
    deliveries.as_array().unwrap().iter().all(|delivery| delivery["state"] == "delivered")
}
