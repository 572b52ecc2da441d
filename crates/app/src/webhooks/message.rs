//! Webhook messages as defined by the Standard Webhooks specification.

use outbound_model::{AccountId, WebhookId};
use outbound_store::{ChangeSubject, Delivery, FeedEntry};
use serde_json::{Value, json};

/// The type of a test message.
const PING: &str = "webhook.ping";

/// The message id: unique per delivery and the same in every attempt, so that receivers can detect duplicates.
pub(super) fn id(webhook: &WebhookId, number: i64) -> String {
    format!("msg_{webhook}_{number}")
}

/// The message body: the same in every attempt.
pub(super) fn body(account: &AccountId, webhook: &WebhookId, delivery: &Delivery) -> String {
    let message = match &delivery.change {
        Some(FeedEntry { sequence, at, by, kind, subject: ChangeSubject::Handoff { handoff, version } }) => {
            json!({
                "type": kind,
                "timestamp": at,
                "data": {
                    "account": account, "sequence": sequence, "handoff": handoff, "version": version, "by": by,
                },
            })
        }
        Some(FeedEntry { sequence, at, by, kind, subject: ChangeSubject::Campaign(details) }) => {
            let mut data = json!({ "account": account, "sequence": sequence, "by": by });
            if let (Some(data), Value::Object(details)) = (data.as_object_mut(), json!(details)) {
                data.extend(details);
            }
            json!({ "type": kind, "timestamp": at, "data": data })
        }
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
    use outbound_model::{ChangeDetails, ChangeKind, HandoffId, Timestamp};

    use super::*;

    #[test]
    fn messages_describe_the_change_and_pings_the_webhook() {
        let (account, webhook) = ("12345678".parse().unwrap(), "w".parse().unwrap());
        let change = FeedEntry {
            sequence: 7,
            at: Timestamp::EPOCH,
            by: "anna".to_owned(),
            kind: ChangeKind::Published,
            subject: ChangeSubject::Handoff { handoff: HandoffId::from_random(1), version: 2 },
        };
        let details = ChangeDetails { campaign: Some("a9cRASfbQ".to_owned()), ..ChangeDetails::default() };
        let started = FeedEntry {
            kind: ChangeKind::CampaignStarted,
            subject: ChangeSubject::Campaign(Box::new(details)),
            ..change.clone()
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
        let message = body(&account, &webhook, &Delivery { change: Some(started), ..ping.clone() });
        assert_eq!(
            message,
            r#"{"type":"campaign.started","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","sequence":7,"by":"anna","campaign":"a9cRASfbQ"}}"#
        );
        assert_eq!(
            body(&account, &webhook, &ping),
            r#"{"type":"webhook.ping","timestamp":"1970-01-01T00:00:00.000Z","data":{"account":"12345678","webhook":"w"}}"#
        );
        assert_eq!(id(&webhook, 3), "msg_w_3");
    }
}
