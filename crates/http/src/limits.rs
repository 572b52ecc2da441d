//! All limits of connections and requests (design §5). docs/limits.md explains them to users.

use std::time::Duration;

/// The part of all connections that one network may have: a quarter.
const NETWORK_SHARE: usize = 4;

/// How long before the timeout of a request its response must be ready.
const RESPONSE_MARGIN: Duration = Duration::from_secs(2);

/// Limits of connections and requests. The service runs with the default values; tests use shorter times.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Open connections. Further ones wait in the operating system's accept queue.
    pub connections: usize,
    /// Timeout of the TLS handshake.
    pub handshake: Duration,
    /// Maximum size of request line and headers together, in bytes. hyper requires at least 8 KiB.
    pub head_bytes: usize,
    /// Timeout for receiving request line and headers. It starts with the connection, or with the first byte of a
    /// later request.
    pub head: Duration,
    /// Maximum length of path and query together, in bytes.
    pub target_bytes: usize,
    /// Maximum length of a body, in bytes.
    pub body_bytes: u64,
    /// Maximum length of the body of an import, in bytes.
    pub import_bytes: u64,
    /// Concurrent imports with a body of more than `body_bytes`, from the start of the request to the response.
    /// Each uses a temporary file of up to `import_bytes`.
    pub uploads: usize,
    /// Concurrent large imports of one account.
    pub account_uploads: usize,
    /// Maximum size of all kept results of imports in bytes, most of it in temporary files. Further ones replace the
    /// oldest.
    pub import_result_bytes: u64,
    /// Timeout for receiving a body. It starts when the headers are complete.
    pub body: Duration,
    /// Timeout from the end of the body to the start of the response.
    pub request: Duration,
    /// How long a client may stop reading while a response is sent.
    pub stall: Duration,
    /// How long a connection may be idle between two requests.
    pub idle: Duration,
    /// How long the server waits at the end of a connection, so that the client can read the last response before
    /// the connection is reset.
    pub linger: Duration,
    /// Open event streams of the process.
    pub streams: usize,
    /// Open event streams of one account.
    pub account_streams: usize,
    /// How long open requests may continue when the server stops.
    pub drain: Duration,
}

impl HttpLimits {
    /// Open connections of one network, except of trusted proxies. Further ones are closed at once.
    pub fn network_connections(&self) -> usize {
        (self.connections / NETWORK_SHARE).max(1)
    }

    /// How long a request waits for work that continues without it.
    pub(crate) fn work_wait(&self) -> Duration {
        self.request.saturating_sub(RESPONSE_MARGIN)
    }
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            handshake: Duration::from_secs(10),
            head_bytes: 16 * 1024,
            head: Duration::from_secs(10),
            target_bytes: 8 * 1024,
            body_bytes: 1024 * 1024,
            import_bytes: 32 * 1024 * 1024,
            uploads: 64,
            account_uploads: 4,
            import_result_bytes: 1 << 30,
            body: Duration::from_secs(30),
            request: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            linger: Duration::from_secs(1),
            streams: 500,
            account_streams: 20,
            drain: Duration::from_secs(10),
        }
    }
}
