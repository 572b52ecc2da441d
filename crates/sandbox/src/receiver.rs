//! Where callbacks go: to an address over HTTP, or to a receiver in the same process.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use url::Url;

use crate::http_client::HttpClient;

/// A callback, ready to be sent. `Debug` shows neither its path nor its body, which contain ids and phone numbers.
#[derive(Clone)]
pub struct CallbackRequest {
    /// The address.
    pub url: Url,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl CallbackRequest {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for CallbackRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallbackRequest").field("headers", &names).finish_non_exhaustive()
    }
}

/// Receives callbacks.
#[async_trait]
pub trait CallbackReceiver: fmt::Debug + Send + Sync {
    /// Receives a callback and returns the status of the response; `None` if there is none.
    async fn receive(&self, callback: CallbackRequest) -> Option<u16>;
}

/// Sends callbacks to their addresses.
#[async_trait]
impl CallbackReceiver for HttpClient {
    async fn receive(&self, callback: CallbackRequest) -> Option<u16> {
        let CallbackRequest { url, headers, body } = callback;
        match self.send(Method::POST, &url, &headers, body).await {
            Ok(response) => Some(response.status),
            Err(error) => {
                tracing::debug!(%error, "a callback failed");
                None
            }
        }
    }
}
