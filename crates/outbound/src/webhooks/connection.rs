//! One HTTP/1.1 connection to the receiver of a webhook. After an answer that was read to its end it is
//! used for the next message.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use outbound_app::SendError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// A connection is closed when nothing was sent over it for this long. More than an attempt takes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// After this long a new connection is opened, so that a change of the receiver's DNS takes effect.
const MAX_AGE: Duration = Duration::from_mins(5);
/// The head of an answer, in bytes. hyper takes no less than 8 KiB.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// The body of an answer is read only to reuse the connection. A larger or slower one closes it.
const MAX_BODY_BYTES: usize = 16 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(1);

/// An open connection, which is closed when this is dropped.
pub(super) struct Connection {
    requests: SendRequest<Full<Bytes>>,
    opened_at: Instant,
    /// Restarts the idle timeout; closes the connection when it is dropped.
    used: watch::Sender<()>,
}

impl Connection {
    /// Speaks HTTP over a stream.
    pub(super) async fn open(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, SendError> {
        let handshake = Builder::new().max_buf_size(MAX_HEAD_BYTES).handshake(TokioIo::new(stream)).await;
        let (requests, connection) = handshake.map_err(|_| SendError::InvalidResponse)?;
        let (used, mut sent) = watch::channel(());
        tokio::spawn(async move {
            tokio::pin!(connection);
            loop {
                tokio::select! {
                    _ = &mut connection => return,
                    used = timeout(IDLE_TIMEOUT, sent.changed()) => {
                        if !matches!(used, Ok(Ok(()))) {
                            return;
                        }
                    }
                }
            }
        });
        Ok(Self { requests, opened_at: Instant::now(), used })
    }

    /// Whether another message may be sent over it.
    pub(super) fn is_reusable(&self) -> bool {
        !self.requests.is_closed() && self.opened_at.elapsed() < MAX_AGE
    }

    /// Sends a request and waits for the head of the answer.
    pub(super) async fn send(mut self, request: Request<Full<Bytes>>) -> Result<Answer, SendError> {
        self.used.send_replace(());
        let answer = self.requests.send_request(request).await;
        let response = answer.map_err(|_| SendError::InvalidResponse)?;
        Ok(Answer { response, connection: self })
    }
}

/// The answer to a request. Its body is not read yet.
pub(super) struct Answer {
    response: Response<Incoming>,
    connection: Connection,
}

impl Answer {
    /// The status.
    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Reads the rest of the answer. Returns the connection if it can be used for another message.
    pub(super) async fn finish(self) -> Option<Connection> {
        let Self { response, mut connection } = self;
        let finished = async {
            Limited::new(response.into_body(), MAX_BODY_BYTES).collect().await.ok()?;
            connection.requests.ready().await.ok()
        };
        timeout(BODY_TIMEOUT, finished).await.ok().flatten()?;
        Some(connection)
    }
}
