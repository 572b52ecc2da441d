//! Test support: a temporary PostgreSQL server, the real `outbound` binary in a temporary folder, and checks
//! of responses against the committed OpenAPI document.
//!
//! The servers and their folders are removed when the value is dropped or when the test process ends in any
//! other way, including `kill -9`. The crate is for `[dev-dependencies]` only. It uses no other crate of the
//! workspace, so that every crate can use it.
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
