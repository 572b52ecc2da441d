//! The connection that a request came on.

use std::net::SocketAddr;

/// Where a request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The other end of the connection: the client, or a proxy before it.
    pub(crate) peer: SocketAddr,
    /// Whether this server ended the TLS.
    pub(crate) tls: bool,
}
