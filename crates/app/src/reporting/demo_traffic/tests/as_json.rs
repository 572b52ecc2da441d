//! Events as JSON.

use outbound_reporting::{Address, Event, Occurrence};
use serde_json::{Value, json};

/// The event as a sender would report it.
pub(super) fn as_json(event: &Event) -> Value {
    let mut json = json!({
        "messageId": event.message_id, "attemptedTime": event.attempted_at, "time": event.time,
    });
    let fields = match &event.occurrence {
        Occurrence::Attempted { attempt, address } => json!({
            "type": "attempted", "app": attempt.route.app, "channel": attempt.route.channel,
            "skill": attempt.route.skill, "source": attempt.route.source,
            "initialChannel": attempt.route.initial_channel, "initialSkill": attempt.route.initial_skill,
            "handoffId": attempt.handoff_id, "proactiveCampaignId": attempt.campaign_id,
            "ivrNumber": attempt.ivr_number, "address": address.as_ref().map(Address::reveal),
        }),
        Occurrence::Failed(error) => json!({
            "type": "failed", "errorSource": error.source(), "errorCode": error.code(),
        }),
        Occurrence::ConversationCreated(id) => {
            json!({"type": "conversationCreated", "conversationId": id})
        }
        Occurrence::ConversationClosed(id) => {
            json!({"type": "conversationClosed", "conversationId": id})
        }
        Occurrence::Csat(score) => json!({"type": "csat", "score": score}),
        Occurrence::Eligible => json!({"type": "eligible"}),
        Occurrence::Invited => json!({"type": "invited"}),
        Occurrence::Sent => json!({"type": "sent"}),
        Occurrence::Delivered => json!({"type": "delivered"}),
        Occurrence::Read => json!({"type": "read"}),
        Occurrence::Skipped => json!({"type": "skipped"}),
        Occurrence::Cancelled => json!({"type": "cancelled"}),
        Occurrence::OptIn => json!({"type": "optIn"}),
        Occurrence::OptOut => json!({"type": "optOut"}),
    };
    json.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json
}
