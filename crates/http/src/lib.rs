//! The HTTP API: routes, extractors, responses, errors, and the OpenAPI document that is generated from them.
//! It contains no business rules; handlers call the use cases of `outbound_app`.
//!
//! Each concern has a file or folder, named as in the other crates (`accounts`, `campaigns`, `catalogue`,
//! `credentials`, `reporting`, `sessions`, `webhooks`). `edge` contains the steps that apply to every request, `extract` the extractors,
//! and `server` the handling of connections.
//!
//! Modules import only those to their left; `cargo xtask layers` rejects cycles:
//! `limits`, `error` → `edge` → `extract`, `error_responses` → the concerns, `health` → `routes` → `openapi` →
//! `router`; `server` imports only `edge`.

mod accounts;
mod campaigns;
mod catalogue;
mod credentials;
mod edge;
mod error;
mod error_responses;
mod extract;
mod health;
mod limits;
mod openapi;
mod reporting;
mod router;
mod routes;
mod server;
mod sessions;
mod webhooks;

pub use edge::{
    BackgroundWork, BodyLimit, BudgetClass, Caller, ContentPolicy, ContinueTrace, Edge, EdgeOptions,
    ErrorPage, Guarded, Problem, Rate, RoutePolicy, Routes, TrailingSlash,
};
pub use error::{ApiError, ErrorFormat};
pub use limits::HttpLimits;
pub use openapi::document as openapi_document;
pub use router::{Pages, api_routes, router, router_with_pages};
pub use server::{Tls, TlsError, serve};
