//! An HTTP/1.1 connection to the receiver of a webhook. It is reused for the next message if the response was read
//! completely.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::RETRY_AFTER;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use outbound_app::{ReceivedResponse, SendError};
use outbound_connectors::MAX_RESPONSE_BYTES;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How long a connection is kept open without a request in progress.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// The age at which a connection is no longer reused, so that changes of the receiver's DNS take effect.
const MAX_AGE: Duration = Duration::from_mins(5);
/// The maximum size of a response head. hyper requires at least 8 KiB.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// The maximum size of a response body. Bodies are only read to reuse the connection; after a larger or slower
/// one, the connection is closed.
const MAX_BODY_BYTES: usize = 16 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(1);
/// The same for bodies of providers, whose content matters.
const RESPONSE_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection. Closed when it is dropped.
pub(super) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    opened_at: Instant,
    /// Whether a request is in progress, from its first byte to the end of the response. Otherwise, the idle timeout
    /// runs. Closes the connection when it is dropped.
    in_use: watch::Sender<bool>,
}

impl Connection {
    /// Starts HTTP on a stream.
    pub(super) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, SendError> {
        Self::open_for(stream, IDLE_TIMEOUT).await
    }

    /// Like [`open`](Self::open), with another idle timeout.
    async fn open_for(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        idle_timeout: Duration,
    ) -> Result<Self, SendError> {
        let handshake = Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(stream)).await;
        let (requests, connection) = handshake.map_err(|_| SendError::InvalidResponse)?;
        let (in_use, mut usage) = watch::channel(false);
        tokio::spawn(async move {
            tokio::pin!(connection);
            loop {
                // Senders have their own timeouts, after which they drop the connection.
                let limit = if *usage.borrow_and_update() { Duration::MAX } else { idle_timeout };
                tokio::select! {
                    _ = &mut connection => return,
                    changed = timeout(limit, usage.changed()) => {
                        if !matches!(changed, Ok(Ok(()))) {
                            return;
                        }
                    }
                }
            }
        });
        Ok(Self { requests, opened_at: Instant::now(), in_use })
    }

    /// Whether another message may be sent on this connection.
    pub(super) fn is_reusable(&self) -> bool {
        !self.requests.is_closed() && self.opened_at.elapsed() < MAX_AGE
    }

    /// Starts the idle timeout.
    fn into_idle(self) -> Self {
        self.in_use.send_replace(false);
        self
    }

    /// Sends a request and waits for the head of the response.
    pub(super) async fn send(mut self, request: Request<Full<Bytes>>) -> Result<WebhookResponse, SendError> {
        self.in_use.send_replace(true);
        let response = self.requests.send_request(request).await.map_err(|_| SendError::InvalidResponse)?;
        Ok(WebhookResponse { response, connection: self })
    }
}

/// A request that was certainly not sent; `None` if it may have been.
type Unsent = Option<Box<Request<Full<Bytes>>>>;

impl Connection {
    /// Like [`send`](Self::send), but an error says whether the request was sent.
    pub(super) async fn try_send(mut self, request: Request<Full<Bytes>>) -> Result<WebhookResponse, Unsent> {
        self.in_use.send_replace(true);
        match self.requests.try_send_request(request).await {
            Ok(response) => Ok(WebhookResponse { response, connection: self }),
            Err(mut error) => Err(error.take_message().map(Box::new)),
        }
    }
}

/// A response whose body is not read yet.
pub(super) struct WebhookResponse {
    response: Response<Incoming>,
    connection: Connection,
}

impl WebhookResponse {
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Reads the body of a provider's response. It is empty if it is too large or does not end. Also returns the
    /// connection if it can be reused.
    pub(super) async fn read(self) -> (ReceivedResponse, Option<Connection>) {
        let Self { response, mut connection } = self;
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let mut received = ReceivedResponse {
            status: response.status().as_u16(),
            retry_after: retry_after.map(str::to_owned),
            body: Vec::new(),
        };
        let read_body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES).collect();
        let Ok(Ok(body)) = timeout(RESPONSE_BODY_TIMEOUT, read_body).await else { return (received, None) };
        received.body = body.to_bytes().to_vec();
        let ready = timeout(BODY_TIMEOUT, connection.requests.ready()).await;
        (received, matches!(ready, Ok(Ok(()))).then(|| connection.into_idle()))
    }

    /// Reads the body. Returns the connection if it can be reused.
    pub(super) async fn finish(self) -> Option<Connection> {
        let Self { response, mut connection } = self;
        let read_body = async {
            Limited::new(response.into_body(), MAX_BODY_BYTES).collect().await.ok()?;
            connection.requests.ready().await.ok()
        };
        timeout(BODY_TIMEOUT, read_body).await.ok().flatten()?;
        Some(connection.into_idle())
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HOST;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::sleep;

    use super::*;

    /// Longer than any step of the test takes on a busy machine.
    const DEADLINE: Duration = Duration::from_mins(2);

    #[tokio::test]
    async fn a_connection_is_closed_when_it_is_idle_but_not_during_a_slow_response() {
        let idle_timeout = Duration::from_millis(50);
        let (stream, mut receiver) = duplex(1024);
        let connection = Connection::open_for(stream, idle_timeout).await.unwrap();
        let request = Request::builder().uri("/").header(HOST, "receiver.invalid").body(Full::default());
        let send = async { connection.send(request.unwrap()).await.unwrap().read().await };
        let receive = async {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                assert!(receiver.read_buf(&mut request).await.unwrap() > 0);
            }
            receiver.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").await.unwrap();
            sleep(4 * idle_timeout).await;
            receiver.write_all(b"{}").await.unwrap();
        };
        let ((answer, connection), ()) = tokio::join!(send, receive);
        assert_eq!(answer.body, b"{}");
        let closed = timeout(DEADLINE, receiver.read(&mut [0])).await.unwrap();
        assert_eq!(closed.unwrap(), 0);
        drop(connection);
    }
}
