//! The error of this crate.

use std::io;

/// Error when a sandbox is started or used.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is not loopback, so that others could use the sandbox.
    #[error("listening on {0} needs a token, because others can reach this address")]
    TokenRequired(std::net::SocketAddr),
    /// The address is in use or not an address of this machine.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// A URL that callbacks cannot be sent to.
    #[error("callback URL {url}: expected an http:// URL with a host, without user, password and fragment")]
    CallbackUrl {
        /// The URL.
        url: String,
    },
    /// A secret or token that cannot sign anything.
    #[error("{0} must not be empty")]
    Empty(&'static str),
    /// A reply that no phone can send.
    #[error("{field}: expected {expected}")]
    Reply {
        /// The field.
        field: &'static str,
        /// The valid values.
        expected: &'static str,
    },
    /// A phone that got no message, so that the sender of a reply is unknown.
    #[error("this phone got no message through this API yet; name the sender that it replies to")]
    NoConversation,
    /// A sender whose callbacks have no address.
    #[error(
        "no callback address is known for this sender: name one when the sandbox is started, or let a message to this phone name it"
    )]
    NoCallbackAddress,
    /// Too many callbacks wait to be sent.
    #[error("too many callbacks are waiting")]
    Busy,
}
