//! What this program sends without a request: the messages to webhooks (the document's `webhooks`) and the
//! events of a stream of changes.

use outbound_model::{AccountId, ChangeKind, HandoffId, Timestamp, WebhookId};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The answer to `listChanges` that is a stream.
const STREAM: &str =
    "/paths/~1manage~1v1~1accounts~1{accountId}~1changes/get/responses/200/content/text~1event-stream";

/// Message to a webhook: something happened to a handoff.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes")]
pub(super) struct ChangeMessage {
    r#type: ChangeKind,
    /// When it happened.
    timestamp: Timestamp,
    data: ChangeMessageData,
}

/// What happened to which handoff.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes")]
pub(super) struct ChangeMessageData {
    account: AccountId,
    /// The number of the change in the account.
    #[schema(example = 42)]
    sequence: i64,
    handoff: HandoffId,
    /// The version that was saved or published, or the newest one.
    #[schema(example = 3)]
    version: i64,
    /// Who did it: a login, a client id, or `command line`.
    #[schema(example = "anna")]
    by: String,
}

/// Message to a webhook that was asked for by `pingWebhook`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes")]
pub(super) struct PingMessage {
    r#type: PingType,
    /// When it was asked for.
    timestamp: Timestamp,
    data: PingMessageData,
}

/// The type of a ping.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes")]
pub(super) enum PingType {
    #[schema(rename = "webhook.ping")]
    Ping,
}

/// Which webhook is tried out.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes")]
pub(super) struct PingMessageData {
    account: AccountId,
    webhook: WebhookId,
}

/// Adds the messages and describes the events.
pub(super) fn complete(document: &mut Value) {
    document["webhooks"] = json!({
        "handoffChanged": message(
            "handoffChanged",
            "Something happened to a handoff",
            "Sent for each change of a kind that the webhook wants, at least once and in no promised order.",
            "ChangeMessage",
        ),
        "webhookPing": message(
            "webhookPing",
            "A webhook is tried out",
            "Sent once for each `pingWebhook`.",
            "PingMessage",
        ),
    });
    document["components"]["schemas"]["ChangeEvent"] = event();
    if let Some(stream) = document.pointer_mut(STREAM) {
        stream["schema"]["description"] = "Server-sent events: first the time to wait before coming back \
            (`retry: 2000`, milliseconds), then an event for each change. A line with a colon alone keeps the \
            connection open."
            .into();
        stream["x-item-schema"] = json!({ "$ref": "#/components/schemas/ChangeEvent" });
    }
}

/// An event as `itemSchema` of OpenAPI 3.2 describes it; 3.1 has no word for it.
fn event() -> Value {
    json!({
        "type": "object",
        "description": "An event of the stream of changes.",
        "required": ["id", "data"],
        "properties": {
            "id": {
                "type": "string", "pattern": "^[1-9][0-9]*$",
                "description": "The number of the change, for `Last-Event-ID`",
            },
            "data": {
                "type": "string", "contentMediaType": "application/json",
                "contentSchema": { "$ref": "#/components/schemas/Change" },
            },
        },
        "additionalProperties": false,
    })
}

fn message(operation_id: &str, summary: &str, description: &str, body: &str) -> Value {
    let header = |name: &str, description: &str, schema: Value| {
        json!({
            "name": name, "in": "header", "required": true, "description": description, "schema": schema,
        })
    };
    json!({ "post": {
        "tags": ["Webhooks"],
        "operationId": operation_id,
        "summary": summary,
        "description": description,
        "parameters": [
            header(
                "webhook-id",
                "The same for a message however often it is sent, and for no other",
                json!({ "type": "string", "pattern": "^msg_[A-Za-z0-9-]+_[1-9][0-9]*$" }),
            ),
            header(
                "webhook-timestamp",
                "When it was sent: seconds since 1970-01-01T00:00:00Z",
                json!({ "type": "integer", "format": "int64", "minimum": 0 }),
            ),
            header(
                "webhook-signature",
                "`v1,` and the Base64 of HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`. The key is \
                 what stands behind `whsec_` in the webhook's secret, decoded from Base64. For a day after \
                 `rotateWebhookSecret` a second one by the old secret follows, behind a blank",
                json!({ "type": "string", "pattern": "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)?$" }),
            ),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{body}") } } },
        },
        "responses": {
            "2XX": { "description": "Received; it is not sent again" },
            "410": { "description": "Nothing is wanted any more: the webhook is disabled" },
            "default": { "description": "Not received; a change is sent again later, up to ten times in three days" },
        },
    } })
}
