//! The interface for sending webhook messages. The `outbound` crate implements it with HTTP.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp, WebhookId};

use crate::WebhookUrl;

/// A signed message to send.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookRequest {
    /// The account that the webhook belongs to.
    pub account: AccountId,
    /// The webhook.
    pub webhook: WebhookId,
    /// The receiver.
    pub url: WebhookUrl,
    /// Header `webhook-id`: the same in every attempt.
    pub id: String,
    /// Header `webhook-timestamp`, in whole seconds: the time of the attempt.
    pub at: Timestamp,
    /// Header `webhook-signature`.
    pub signature: String,
    /// The JSON body.
    pub body: String,
}

/// Sends messages.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Checks that this installation may send to the URL. A host name that cannot be resolved yet is accepted; it is
    /// checked again whenever a connection is opened. The lookup uses the share of `account`.
    async fn check(&self, account: &AccountId, url: &WebhookUrl) -> Result<(), SendError>;

    /// Sends a message and returns the status of the response, including error statuses. Waits 15 seconds at most
    /// and follows no redirects. The connection may be reused for messages of the same webhook.
    async fn post(&self, request: WebhookRequest) -> Result<u16, SendError>;

    /// Closes the idle connections of a webhook.
    fn disconnect(&self, _account: &AccountId, _webhook: &WebhookId) {}
}

/// Why there was no response to a message. Users who manage webhooks see these messages, so they contain no
/// address of the installation's network.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SendError {
    /// The host name cannot be resolved.
    #[error("the host name cannot be resolved")]
    Unresolved,
    /// The host is in a network to which this installation sends nothing.
    #[error("the host is in a private or reserved network, where this installation sends no webhooks")]
    Forbidden,
    /// The connection failed.
    #[error("cannot connect: {0}")]
    Connect(std::io::ErrorKind),
    /// The TLS handshake failed, mostly because of an untrusted certificate.
    #[error("TLS failed: check that the certificate is valid for this host")]
    Tls,
    /// There was no response in time.
    #[error("no response within 15 seconds")]
    TimedOut,
    /// The connection ended before a response, or the response is not valid HTTP/1.1.
    #[error("no valid HTTP/1.1 response")]
    InvalidResponse,
}

/// A sender that rejects all messages, for commands and tests that send nothing.
pub struct NoWebhooks;

#[async_trait]
impl WebhookSender for NoWebhooks {
    async fn check(&self, _: &AccountId, _: &WebhookUrl) -> Result<(), SendError> {
        Err(SendError::Forbidden)
    }

    async fn post(&self, _: WebhookRequest) -> Result<u16, SendError> {
        Err(SendError::Forbidden)
    }
}
