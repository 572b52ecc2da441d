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

/// How long a connection is kept open without a request. Longer than an attempt may take.
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
    /// Restarts the idle timeout. Closes the connection when it is dropped.
    activity: watch::Sender<()>,
}

impl Connection {
    /// Starts HTTP on a stream.
    pub(super) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, SendError> {
        let handshake = Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(stream)).await;
        let (requests, connection) = handshake.map_err(|_| SendError::InvalidResponse)?;
        let (activity, mut sent) = watch::channel(());
        tokio::spawn(async move {
            tokio::pin!(connection);
            loop {
                tokio::select! {
                    _ = &mut connection => return,
                    sent = timeout(IDLE_TIMEOUT, sent.changed()) => {
                        if !matches!(sent, Ok(Ok(()))) {
                            return;
                        }
                    }
                }
            }
        });
        Ok(Self { requests, opened_at: Instant::now(), activity })
    }

    /// Whether another message may be sent on this connection.
    pub(super) fn is_reusable(&self) -> bool {
        !self.requests.is_closed() && self.opened_at.elapsed() < MAX_AGE
    }

    /// Sends a request and waits for the head of the response.
    pub(super) async fn send(mut self, request: Request<Full<Bytes>>) -> Result<WebhookResponse, SendError> {
        self.activity.send_replace(());
        let response = self.requests.send_request(request).await.map_err(|_| SendError::InvalidResponse)?;
        Ok(WebhookResponse { response, connection: self })
    }
}

/// A request that was certainly not sent; `None` if it may have been.
type Unsent = Option<Box<Request<Full<Bytes>>>>;

impl Connection {
    /// Like [`send`](Self::send), but an error says whether the request was sent.
    pub(super) async fn try_send(mut self, request: Request<Full<Bytes>>) -> Result<WebhookResponse, Unsent> {
        self.activity.send_replace(());
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
        (received, matches!(ready, Ok(Ok(()))).then_some(connection))
    }

    /// Reads the body. Returns the connection if it can be reused.
    pub(super) async fn finish(self) -> Option<Connection> {
        let Self { response, mut connection } = self;
        let read_body = async {
            Limited::new(response.into_body(), MAX_BODY_BYTES).collect().await.ok()?;
            connection.requests.ready().await.ok()
        };
        timeout(BODY_TIMEOUT, read_body).await.ok().flatten()?;
        Some(connection)
    }
}
