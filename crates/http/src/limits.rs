//! The numbers of the edge (design §5), in one place; docs/limits.md explains each to users.

use std::time::Duration;

/// What a client may use of a connection. The default is what the service runs with; tests take
/// shorter times.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Connections open at a time; more wait in the system's queue.
    pub connections: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// Request line and headers together, in bytes. hyper takes no less than 8 KiB.
    pub head_bytes: usize,
    /// From a connection's start, or a later request's first byte, until its head is whole.
    pub head: Duration,
    /// Path and query together, in bytes.
    pub target_bytes: usize,
    /// A body, in bytes.
    pub body_bytes: u64,
    /// The body of an import, in bytes.
    pub import_bytes: u64,
    /// Imports at a time with more than `body_bytes`, from the head of the request to the answer. Each has a
    /// temporary file of up to `import_bytes`.
    pub uploads: usize,
    /// The same of one account.
    pub account_uploads: usize,
    /// From the end of a head until its body is whole.
    pub body: Duration,
    /// From the end of the body until the answer begins.
    pub request: Duration,
    /// Without a single byte taken by the client while an answer is sent.
    pub stall: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// For the client to read the last answer before a connection is reset.
    pub linger: Duration,
    /// Answers at a time that do not end by themselves, in the process.
    pub streams: usize,
    /// The same of one account.
    pub account_streams: usize,
    /// For open requests when the server stops.
    pub drain: Duration,
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
