//! What a webhook is told: a message as the Standard Webhooks have it.

use outbound_model::{AccountId, WebhookId};
use outbound_store::{Delivery, HandoffChange};
use serde_json::json;

/// The type of a message that tells nothing.
const PING: &str = "webhook.ping";

/// The same for a delivery however often it is sent, and for no other.
pub(super) fn id(webhook: &WebhookId, number: i64) -> String {
    format!("msg_{webhook}_{number}")
}

/// The body: the same however often it is sent.
pub(super) fn body(account: &AccountId, webhook: &WebhookId, delivery: &Delivery) -> String {
    let message = match &delivery.change {
        Some(HandoffChange { sequence, at, by, kind, handoff, version }) => json!({
            "type": kind,
            "timestamp": at,
            "data": {
                "account": account, "sequence": sequence, "handoff": handoff, "version": version, "by": by,
            },
        }),
        None => json!({
            "type": PING,
            "timestamp": delivery.created_at,
            "data": { "account": account, "webhook": webhook },
        }),
    };
    message.to_string()
}

#[cfg(test)]
mod tests {
    use outbound_model::{ChangeKind, HandoffId, Timestamp};

    use super::*;

    #[test]
    fn a_message_says_what_happened_and_a_ping_that_nothing_did() {
        let (account, webhook) = ("12345678".parse().unwrap(), "w".parse().unwrap());
        let change = HandoffChange {
            sequence: 7,
            at: Timestamp::EPOCH,
            by: "anna".to_owned(),
            kind: ChangeKind::Published,
            handoff: HandoffId::from_random(1),
            version: 2,
        };
        let ping = Delivery {
            number: 3,
            change: None,
            created_at: Timestamp::EPOCH,
            delivered_at: None,
            attempts: 1,
            last_attempt: None,
            next_attempt_at: None,
        };
        let told = body(&account, &webhook, &Delivery { change: Some(change), ..ping.clone() });
        assert_eq!(
            told,
            r#"{"type":"handoff.published","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","sequence":7,"handoff":"H000000000000001","version":2,"by":"anna"}}"#
        );
        assert_eq!(
            body(&account, &webhook, &ping),
            r#"{"type":"webhook.ping","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","webhook":"w"}}"#
        );
        assert_eq!(id(&webhook, 3), "msg_w_3");
    }
}
