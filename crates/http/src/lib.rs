//! The HTTP door: routes, what each needs (extractors), how answers and errors look, and the
//! OpenAPI file derived from it all. No decision about handoffs is made here.

mod bad_head;
mod conditions;
mod connection;
mod credential;
mod domains;
mod edge;
mod error;
mod extract;
mod handoffs;
mod health;
mod jwks;
mod limits;
mod list_query;
mod login;
mod login_error;
mod login_request;
mod manage;
mod oauth_error;
mod openapi;
mod page_response;
mod pages;
mod quality;
mod query;
mod request_id;
mod router;
mod serve;
mod stream;
mod tls;
mod token;
mod token_request;
mod workers;

pub use edge::{Caller, Edge, EdgeOptions, Guarded, Rate};
pub use error::ApiError;
pub use limits::Limits;
pub use openapi::document as openapi_document;
pub use pages::{ErrorPage, Pages, Problem};
pub use router::{router, router_with_pages};
pub use serve::serve;
pub use tls::{Tls, TlsError};
