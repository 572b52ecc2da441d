//! The edge through real connections, with shorter times than the service's own.
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
