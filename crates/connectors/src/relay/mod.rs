//! The relay: a signed POST of the rendered message to an address of the account. It is for channels without a
//! provider here, such as in-app and Apple messages. The account delivers the message, and reports what becomes of it and
//! what consumers answer with callbacks ([`callback`]).
//!
//! Messages are signed like webhooks (Standard Webhooks 1.0.0). `webhook-id` is the same in every attempt; receivers
//! have to ignore an id that they know. The body is
//! `{"type":"message.send","timestamp":…,"data":{"account":…,"messageId":…,"recipient":…,"message":…}}`: `messageId` is
//! the id of the transaction, `timestamp` its time, and `message` the preview of the channel, as the preview API
//! returns it.

mod callback;
mod error_codes;

use outbound_auth::WebhookSecret;
use outbound_model::{AccountId, Channel, Timestamp};
use outbound_render::{ChannelPreview, Values, render_channel};
use outbound_reporting::{Address, ErrorKey, TransactionId};
use serde_json::json;

pub use callback::callback;
pub(crate) use error_codes::ERROR_CLASSES;

use crate::error::ConnectorError;
use crate::error_class::class_of;
use crate::outcome::{Outcome, ProviderId, ProviderResponse, reported};
use crate::provider::Provider;
use crate::request::{BaseUrl, ProviderRequest};

/// The type of the message in the body.
const MESSAGE_TYPE: &str = "message.send";

/// The address of an account that sends its messages.
#[derive(Clone, Debug)]
pub struct Connection {
    url: BaseUrl,
    secret: WebhookSecret,
    old_secret: Option<WebhookSecret>,
}

impl Connection {
    /// Requests are signed with both secrets while the receiver changes to a new one.
    pub fn new(url: BaseUrl, secret: WebhookSecret, old_secret: Option<WebhookSecret>) -> Self {
        Self { url, secret, old_secret }
    }
}

/// A message whose variables are filled in.
#[derive(Clone)]
pub struct RelayMessage {
    id: TransactionId,
    account: AccountId,
    recipient: Address,
    content: ChannelPreview,
}

impl RelayMessage {
    /// Fills in the variables of a channel. All of its placeholders need values. `recipient` is a phone number, or
    /// the account's own id of the consumer.
    ///
    /// # Errors
    ///
    /// [`ConnectorError::MissingValues`]
    pub fn fill(
        id: TransactionId,
        account: AccountId,
        recipient: Address,
        channel: &Channel,
        values: &Values,
    ) -> Result<Self, ConnectorError> {
        let content = render_channel(channel, values);
        if content.missing.is_empty() {
            Ok(Self { id, account, recipient, content })
        } else {
            Err(ConnectorError::MissingValues { keys: content.missing })
        }
    }
}

/// The request that sends a message at the time `at`. Its body is the same in every attempt.
pub fn request(connection: &Connection, message: &RelayMessage, at: Timestamp) -> ProviderRequest {
    let id = format!("msg_{}", message.id);
    let body = json!({
        "type": MESSAGE_TYPE,
        "timestamp": message.id.attempted_at(),
        "data": {
            "account": message.account,
            "messageId": message.id,
            "recipient": message.recipient.reveal(),
            "message": message.content,
        },
    })
    .to_string();
    let secrets = [Some(&connection.secret), connection.old_secret.as_ref()];
    let signatures: Vec<_> =
        secrets.into_iter().flatten().map(|secret| secret.sign(&id, at.seconds(), &body)).collect();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", at.seconds().to_string()),
        ("webhook-signature", signatures.join(" ")),
    ];
    ProviderRequest::post(connection.url.join([]), headers, body.into_bytes())
}

/// What the receiver did with the message `id`. Only the status matters.
pub fn outcome(id: &TransactionId, response: ProviderResponse<'_>) -> Outcome {
    if response.is_success()
        && let Some(provider_id) = ProviderId::new(&id.to_string())
    {
        return Outcome::Accepted { provider_id };
    }
    let status = response.status();
    let error = ErrorKey::of_provider(Provider::Relay.error_source(), &status.to_string());
    reported(response, error, class_of(ERROR_CLASSES, status.into()))
}
