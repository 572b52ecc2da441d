//! Webhook messages as defined by the Standard Webhooks specification.

use outbound_model::{AccountId, WebhookId};
use outbound_store::{Delivery, HandoffChange};
use serde_json::json;

/// The type of a test message.
const PING: &str = "webhook.ping";

/// The message id: unique per delivery and the same in every attempt, so that receivers can detect duplicates.
pub(super) fn id(webhook: &WebhookId, number: i64) -> String {
    format!("msg_{webhook}_{number}")
}

/// The message body: the same in every attempt.
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
    fn messages_describe_the_change_and_pings_the_webhook() {
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
        let message = body(&account, &webhook, &Delivery { change: Some(change), ..ping.clone() });
        assert_eq!(
            message,
            r#"{"type":"handoff.published","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","sequence":7,"handoff":"H000000000000001","version":2,"by":"anna"}}"#
        );
        assert_eq!(
            body(&account, &webhook, &ping),
            r#"{"type":"webhook.ping","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","webhook":"w"}}"#
        );
        assert_eq!(id(&webhook, 3), "msg_w_3");
    }
}
