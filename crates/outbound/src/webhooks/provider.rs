//! Sends requests to messaging providers, with the same checks of addresses as webhooks. A request is never sent a second
//! time, not even if the idle connection was closed, unless it certainly was not sent.

use std::fmt;
use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{HOST, USER_AGENT};
use outbound_app::{ProviderCall, ProviderSender, ReceivedResponse, SendError, SendFailure, WebhookUrl};
use outbound_connectors::TransportFailure;
use tokio::time::timeout;

use super::connection::WebhookResponse;
use super::pool::Destination;
use super::resolver::LookupKey;
use super::{Sender, USER_AGENT_VALUE};
use crate::traces;

/// To resolve the host and open a connection. Short, because the message has used its permit, and the checks before it must
/// still hold when it is sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// From the first byte of the request to the end of the response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);
/// The reason of an address in a network that is not permitted.
const FORBIDDEN: &str = "the host is in a private or reserved network, where this installation sends nothing (--webhooks-to-private-networks)";

#[async_trait::async_trait]
impl ProviderSender for Sender {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        let url: WebhookUrl = call.request.url().as_str().parse().map_err(|error| not_sent(&error))?;
        let destination = Destination::new(&call.account, &call.connection, url.origin());
        let mut request = request(call, &url).ok_or(TransportFailure::NotSent)?;
        if let Some(idle) = self.pool.take(&destination) {
            match timeout(RESPONSE_TIMEOUT, idle.try_send(request)).await {
                Ok(Ok(response)) => return self.received(destination, response).await,
                Ok(Err(Some(unsent))) => request = *unsent,
                Ok(Err(None)) | Err(_) => return Err(TransportFailure::ResponseLost.into()),
            }
        }
        let key = LookupKey::Providers(call.account.clone());
        let open = timeout(CONNECT_TIMEOUT, self.open(key, &url, call.permits_loopback)).await;
        let connection = match open {
            Ok(Ok(connection)) => connection,
            Ok(Err(SendError::Forbidden)) => return Err(not_sent(&FORBIDDEN)),
            Ok(Err(error)) => return Err(not_sent(&error)),
            Err(_) => return Err(not_sent(&"cannot connect within 2 seconds")),
        };
        match timeout(RESPONSE_TIMEOUT, connection.try_send(request)).await {
            Ok(Ok(response)) => self.received(destination, response).await,
            Ok(Err(Some(_))) => Err(not_sent(&"the connection was closed")),
            Ok(Err(None)) | Err(_) => Err(TransportFailure::ResponseLost.into()),
        }
    }
}

impl Sender {
    /// Reads the response, and keeps the connection if it can be reused.
    async fn received(
        &self,
        destination: Destination,
        response: WebhookResponse,
    ) -> Result<ReceivedResponse, SendFailure> {
        let (received, connection) = response.read().await;
        if let Some(connection) = connection {
            self.pool.keep(destination, connection);
        }
        Ok(received)
    }
}

fn not_sent(reason: &dyn fmt::Display) -> SendFailure {
    SendFailure { failure: TransportFailure::NotSent, reason: reason.to_string() }
}

fn request(call: &ProviderCall, url: &WebhookUrl) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::builder()
        .method(call.request.method())
        .uri(url.target())
        .header(HOST, url.authority())
        .header(USER_AGENT, USER_AGENT_VALUE);
    for (name, value) in call.request.headers() {
        request = request.header(*name, value);
    }
    let mut request = request.body(Full::from(call.request.body().to_vec())).ok()?;
    traces::inject_trace_context(request.headers_mut());
    Some(request)
}

#[cfg(test)]
mod tests {
    use outbound_auth::Secret;
    use outbound_connectors::{Content, OutgoingMessage, meta};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn call(port: u16, permits_loopback: bool) -> ProviderCall {
        call_to(&format!("http://127.0.0.1:{port}"), permits_loopback)
    }

    fn call_to(base_url: &str, permits_loopback: bool) -> ProviderCall {
        let base_url = base_url.parse().unwrap();
        let connection =
            meta::Connection::new(base_url, "v23.0", "14155550170", Secret::new("token")).unwrap();
        let message = OutgoingMessage {
            id: "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f".parse().unwrap(),
            recipient: "+16001234567".parse().unwrap(),
            content: Content::Text("Hi".to_owned()),
            valid_for: None,
        };
        let request = meta::request(&connection, &message).unwrap();
        ProviderCall { account: "A".parse().unwrap(), connection: "c".to_owned(), request, permits_loopback }
    }

    /// A server that answers each request of its connections with the next response, and closes the connection after the
    /// last one.
    async fn server(responses: Vec<&'static str>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for response in responses {
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    stream.read_buf(&mut request).await.unwrap();
                }
                stream.write_all(response.as_bytes()).await.unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn responses_are_read_and_connections_reused() {
        let first = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}";
        let second = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
        let port = server(vec![first, second]).await;
        let sender = Sender::new(false, None).unwrap();
        let received = sender.send(&call(port, true)).await.unwrap();
        let expected =
            ReceivedResponse { status: 429, retry_after: Some("7".to_owned()), body: b"{}".to_vec() };
        assert_eq!(received, expected);
        // The server accepts one connection only.
        let received = sender.send(&call(port, true)).await.unwrap();
        assert_eq!((received.status, &*received.body), (200, b"body".as_slice()));
    }

    #[tokio::test]
    async fn it_is_known_whether_a_request_was_sent() {
        let sender = Sender::new(false, None).unwrap();
        // The connection is closed after the request was read.
        let port = server(vec![""]).await;
        assert_eq!(sender.send(&call(port, true)).await, Err(TransportFailure::ResponseLost.into()));
        // Nothing listens any more.
        let refused = sender.send(&call(port, true)).await.unwrap_err();
        assert_eq!(refused, not_sent(&"cannot connect: connection refused"));
        let port = server(vec!["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]).await;
        // Not a sandbox.
        assert_eq!(sender.send(&call(port, false)).await.unwrap_err(), not_sent(&FORBIDDEN));
    }

    #[tokio::test]
    async fn connecting_is_given_up_before_a_response_would_be() {
        // The system accepts connections to a listener, but no server answers the TLS handshake.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let call = call_to(&format!("https://{}", listener.local_addr().unwrap()), true);
        let sender = Sender::new(false, None).unwrap();
        let sent = timeout(RESPONSE_TIMEOUT / 2, sender.send(&call)).await;
        assert_eq!(sent.unwrap().unwrap_err(), not_sent(&"cannot connect within 2 seconds"));
    }
}
