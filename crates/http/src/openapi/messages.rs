//! Describes messages to webhooks (the document's `webhooks`) and the events of the change stream.

use outbound_model::{AccountId, ChangeDetails, ChangeKind, HandoffId, Timestamp, WebhookId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// JSON pointer to the stream response of `listChanges`.
const STREAM: &str =
    "/paths/~1manage~1v1~1accounts~1{accountId}~1changes/get/responses/200/content/text~1event-stream";

/// Message to a webhook about a change.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(super) struct ChangeMessage {
    r#type: ChangeKind,
    /// The time of the change.
    timestamp: Timestamp,
    data: ChangeMessageData,
}

/// The change, and what was changed. Fields that do not belong to the type are missing.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangeMessageData {
    account: AccountId,
    /// The number of the change in the account.
    #[schema(example = 42)]
    sequence: i64,
    /// The id of the handoff.
    handoff: Option<HandoffId>,
    /// The version that was saved or published, or the newest one.
    #[schema(example = 3)]
    version: Option<i64>,
    /// Who made the change: a login name, a client id, `command line`, `consumer`, or `outbound` for changes that
    /// happen by themselves.
    #[schema(example = "anna")]
    by: String,
    #[serde(flatten)]
    details: ChangeDetails,
}

/// Message to a webhook that was requested with `pingWebhook`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(super) struct PingMessage {
    r#type: PingType,
    /// The time of the request.
    timestamp: Timestamp,
    data: PingMessageData,
}

/// The type of a ping.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(super) enum PingType {
    #[schema(rename = "webhook.ping")]
    Ping,
}

/// The webhook that is tested.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(super) struct PingMessageData {
    account: AccountId,
    webhook: WebhookId,
}

/// Adds the webhook messages and the events of the stream to the document.
pub(super) fn complete(document: &mut Value) {
    document["webhooks"] = json!({
        "handoffChanged": message(
            "handoffChanged",
            "Something has changed",
            "Sent at least once for each change of a kind that the webhook subscribes to. The order is not guaranteed.",
            "ChangeMessage",
        ),
        "webhookPing": message(
            "webhookPing",
            "A webhook is tested",
            "Sent once for each `pingWebhook`.",
            "PingMessage",
        ),
    });
    document["components"]["schemas"]["ChangeEvent"] = event();
    if let Some(stream) = document.pointer_mut(STREAM) {
        stream["schema"]["description"] = "Server-sent events: first the reconnection time \
            (`retry: 2000`, in milliseconds), then an event for each change. Lines with only a colon keep the \
            connection open."
            .into();
        stream["x-item-schema"] = json!({ "$ref": "#/components/schemas/ChangeEvent" });
    }
}

/// Returns the schema of an event, for `itemSchema` of OpenAPI 3.2. OpenAPI 3.1 has no equivalent.
fn event() -> Value {
    json!({
        "type": "object",
        "description": "An event of the change stream.",
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
                "The id of the message. It stays the same when the message is sent again",
                json!({ "type": "string", "pattern": "^msg_[A-Za-z0-9-]+_[1-9][0-9]*$" }),
            ),
            header(
                "webhook-timestamp",
                "The time of sending, in seconds since 1970-01-01T00:00:00Z",
                json!({ "type": "integer", "format": "int64", "minimum": 0 }),
            ),
            header(
                "webhook-signature",
                "`v1,` followed by the Base64-encoded HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`. The \
                 key is the part of the webhook's secret after `whsec_`, decoded from Base64. For a day after \
                 `rotateWebhookSecret`, a second signature with the old secret follows, separated by a space",
                json!({ "type": "string", "pattern": "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)?$" }),
            ),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{body}") } } },
        },
        "responses": {
            "2XX": { "description": "Received; the message is not sent again" },
            "410": { "description": "The receiver wants no more messages; the webhook is disabled" },
            "default": {
                "description": "Not received; messages about changes are sent again later, up to ten times within \
                    three days",
            },
        },
    } })
}
