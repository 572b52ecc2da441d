//! How a message leaves the house: implemented where HTTP is known.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp, WebhookId};

use crate::WebhookUrl;

/// A message to be posted, signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookRequest {
    /// The account that the webhook belongs to.
    pub account: AccountId,
    /// The webhook.
    pub webhook: WebhookId,
    /// Where to.
    pub url: WebhookUrl,
    /// `webhook-id`: the same each time this message is sent.
    pub id: String,
    /// `webhook-timestamp`, in whole seconds: when it is sent.
    pub at: Timestamp,
    /// `webhook-signature`.
    pub signature: String,
    /// JSON.
    pub body: String,
}

/// Posts messages.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Whether this installation would send to that address, as far as it can be known now. A host
    /// that is not known yet is none that is forbidden.
    async fn check(&self, url: &WebhookUrl) -> Result<(), SendError>;

    /// Posts a message and answers the status that the receiver gave, whatever it is. Waits 15 seconds for it;
    /// follows no redirect. The connection may be kept for the next message of the same webhook.
    async fn post(&self, request: WebhookRequest) -> Result<u16, SendError>;

    /// Closes the connections that are kept for a webhook.
    fn disconnect(&self, _account: &AccountId, _webhook: &WebhookId) {}
}

/// Why a message was not answered. The sentences are shown to who manages the webhook, so they name no
/// address inside the installation's network.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SendError {
    /// The name of the host is not known.
    #[error("the host is not known")]
    Unresolved,
    /// The host is in a network that this installation does not send to.
    #[error("the host is in a private or reserved network, where this installation sends no webhooks")]
    Forbidden,
    /// Nobody takes connections there.
    #[error("no connection: {0}")]
    Connect(std::io::ErrorKind),
    /// TLS failed: mostly for a certificate that nobody known has signed.
    #[error("TLS failed: is the certificate good for this host?")]
    Tls,
    /// It took too long.
    #[error("no answer within 15 seconds")]
    TimedOut,
    /// The connection ended before there was an answer, or what came is none.
    #[error("no answer that is HTTP/1.1")]
    NoAnswer,
}

/// For installations, and tests, that send nothing.
pub struct NoWebhooks;

#[async_trait]
impl WebhookSender for NoWebhooks {
    async fn check(&self, _: &WebhookUrl) -> Result<(), SendError> {
        Err(SendError::Forbidden)
    }

    async fn post(&self, _: WebhookRequest) -> Result<u16, SendError> {
        Err(SendError::Forbidden)
    }
}
