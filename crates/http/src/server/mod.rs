//! The server: listens, accepts connections, and speaks TLS and HTTP/1.1 on each.

mod admission;
mod connection;
mod serve;
mod stream;
mod tls;
mod workers;

pub use serve::serve;
pub use tls::{Tls, TlsError};
