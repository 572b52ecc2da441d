//! The edge through real connections, with shorter timeouts than the service uses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bodies;
mod budgets;
mod connections;
mod documented;
mod heads;
mod server;
mod slow;
mod stop;
mod tls;
