//! The HTTP API: routes, extractors, answers and errors, and the OpenAPI document derived from them. No
//! decision about handoffs is made here.
//!
//! A folder for each concern, named as in the other crates (`accounts`, `catalogue`, `credentials`,
//! `sessions`, `webhooks`); `edge` is what happens to every request, `extract` what handlers read
//! from one, `server` the connections.

mod accounts;
mod catalogue;
mod credentials;
mod edge;
mod error;
mod extract;
mod health;
mod limits;
mod openapi;
mod pages;
mod refusals;
mod router;
mod routes;
mod server;
mod sessions;
mod webhooks;

pub use edge::{Caller, Edge, EdgeOptions, Guarded, Rate};
pub use error::ApiError;
pub use limits::Limits;
pub use openapi::document as openapi_document;
pub use pages::{ErrorPage, Pages, Problem};
pub use router::{router, router_with_pages};
pub use server::{Tls, TlsError, serve};
