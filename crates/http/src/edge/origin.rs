//! The connection on which a request arrived.

use std::net::SocketAddr;

/// The connection of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The other end of the connection: the client or a proxy.
    pub(crate) peer: SocketAddr,
    /// Whether this server terminates TLS.
    pub(crate) tls: bool,
}
