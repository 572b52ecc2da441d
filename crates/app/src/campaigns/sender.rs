//! The interface for requests to providers. The `outbound` crate implements it with HTTP.

use async_trait::async_trait;
use outbound_connectors::{ProviderRequest, TransportFailure};
use outbound_model::AccountId;

/// A request to a provider.
#[derive(Clone, Debug)]
pub struct ProviderCall {
    /// The account that sends.
    pub account: AccountId,
    /// The id of its connection. Network connections are reused for the same one only.
    pub connection: String,
    /// The request.
    pub request: ProviderRequest,
    /// Whether the provider may be on this machine: only sandboxes may.
    pub permits_loopback: bool,
}

/// A provider's response.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ReceivedResponse {
    /// The status.
    pub status: u16,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body, at most [`outbound_connectors::MAX_RESPONSE_BYTES`] and one byte.
    pub body: Vec<u8>,
}

/// Why there is no response, with the reason for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SendFailure {
    /// Whether the request was sent.
    pub failure: TransportFailure,
    /// What failed, such as `the host name cannot be resolved`. Empty if nothing is known.
    pub reason: String,
}

impl From<TransportFailure> for SendFailure {
    fn from(failure: TransportFailure) -> Self {
        Self { failure, reason: String::new() }
    }
}

/// Sends requests to providers.
#[async_trait]
pub trait ProviderSender: Send + Sync {
    /// Sends a request once and returns the response, whatever its status is. Waits 2 seconds at most for a connection and
    /// 30 seconds for the response, and follows no redirects. [`TransportFailure::NotSent`] is certain; every other failure is
    /// [`TransportFailure::ResponseLost`].
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure>;
}

/// Sends nothing, for commands and tests that send no messages.
pub struct NoProviders;

#[async_trait]
impl ProviderSender for NoProviders {
    async fn send(&self, _: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        Err(TransportFailure::NotSent.into())
    }
}
