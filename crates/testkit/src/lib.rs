//! What tests need and the standard library has not: a throw-away PostgreSQL server and the real
//! `outbound` binary, each in a temporary folder of its own, and the committed OpenAPI document, which
//! says of each answer whether it is as promised.
//!
//! The servers are gone, with their folder, when the value is dropped, and also when the test process
//! ends in any other way, `kill -9` included. The crate is for `[dev-dependencies]` only and uses
//! no other crate of the workspace, so that it can test each of them.
//!
//! ```no_run
//! use outbound_testkit::{Postgres, Server};
//!
//! let url = Postgres::shared()?.database()?; // a fresh database of a server that all tests share
//! let exe = std::path::Path::new("target/debug/outbound");
//! let mut server = Server::start(exe, &["--demo", "--database", &url])?;
//! println!("{}/healthz", server.base());
//! assert!(server.stop()?.success());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod guard;
mod postgres;
mod programs;
mod proxy;
mod server;
pub mod specification;

pub use error::Error;
pub use postgres::Postgres;
pub use proxy::{Fault, Proxy};
pub use server::Server;
