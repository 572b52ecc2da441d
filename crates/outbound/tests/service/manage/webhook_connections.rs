//! Connections to the receivers of webhooks: kept for the next message of the same webhook, and for no other.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::Caller;
use super::webhooks::{PRIVATE, delivery, service, webhook};
use crate::support::{ACCOUNT, CLOSE, Engine, OTHER_ACCOUNT, Receiver, eventually};

/// Sends pings to a webhook, one after the other, each of which the receiver accepts at the first attempt. Answers
/// on which connections they came.
#[track_caller]
fn pings(
    administrator: &Caller<'_>,
    path: &str,
    receiver: &Receiver,
    numbers: RangeInclusive<u32>,
) -> Vec<usize> {
    let ping = |number| {
        assert_eq!(administrator.act(&format!("{path}/ping")).status, 202);
        let delivered = delivery(administrator, &format!("{path}/deliveries/{number}"), "delivered");
        assert_eq!(delivered["attempts"], 1, "{delivered}");
        receiver.next().connection
    };
    numbers.map(ping).collect()
}

#[test]
fn messages_of_a_webhook_share_a_connection() {
    let service = service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&[]);
    let (path, _) = webhook(&administrator, &receiver, &[]);
    assert_eq!(pings(&administrator, &path, &receiver, 1..=5), [0; 5]);
}

#[test]
fn a_receiver_that_closes_each_connection_gets_each_message_once() {
    let service = service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[]);
    let (path, _) = webhook(&administrator, &receiver, &[]);
    assert_eq!(pings(&administrator, &path, &receiver, 1..=5), [0, 1, 2, 3, 4]);
    assert!(receiver.came().is_empty());
}

/// The receiver may close a connection at the moment that the next message is sent.
#[test]
fn a_kept_connection_that_fails_costs_no_attempt() {
    let service = service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&["204 No Content", CLOSE]);
    let (path, _) = webhook(&administrator, &receiver, &[]);
    assert_eq!(pings(&administrator, &path, &receiver, 1..=2), [0, 0]);
    let again = receiver.next();
    assert_eq!((again.connection, again.json()["type"].as_str()), (1, Some("webhook.ping")));
}

#[test]
fn a_disabled_webhook_loses_its_connection() {
    let service = service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::keeping_connections(&[]);
    let (path, _) = webhook(&administrator, &receiver, &[]);
    assert_eq!(pings(&administrator, &path, &receiver, 1..=1), [0]);
    for switch in ["disable", "enable"] {
        assert_eq!(administrator.act(&format!("{path}/{switch}")).status, 200);
    }
    assert_eq!(pings(&administrator, &path, &receiver, 2..=2), [1]);
}

/// Of one account or of two.
#[test]
fn webhooks_with_the_same_receiver_do_not_share_a_connection() {
    let service = service(Engine::Sqlite);
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
