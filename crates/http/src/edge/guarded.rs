//! The chain of calls through which the edge handles a request.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use tower::Service;
use tracing::{Instrument, Span};

use super::caller::Caller;
use super::error_page::ErrorPage;
use super::origin::Origin;
use super::policy::{BudgetClass, RoutePolicy, TrailingSlash};
use super::request_id::RequestContext;
use super::routes::{RouteTable, Routes};
use super::{Edge, budget, library_errors, request_limits, request_validation};
use crate::error::ApiError;

/// The complete service: routes wrapped in the edge. Cheap to clone.
///
/// The steps are plain nested calls instead of tower layers: axum boxes and copies a request for each layer, which
/// together costs more than handling it (docs/performance.md).
#[derive(Clone)]
pub struct Guarded {
    edge: Edge,
    handlers: Router,
    table: Arc<RouteTable>,
    error_page: Option<ErrorPage>,
    continue_trace: Option<ContinueTrace>,
}

/// Makes a request's span a child of the trace in the request's headers.
pub type ContinueTrace = fn(&Span, &HeaderMap);

impl Guarded {
    /// Wraps `routes`. Other paths are answered with 404, other methods with 405.
    pub(super) fn new(edge: Edge, routes: Routes, error_page: Option<ErrorPage>) -> Self {
        let (handlers, table) = routes.split();
        let handlers = handlers.method_not_allowed_fallback(async |caller: Caller| {
            ApiError::method_not_allowed(caller.policy().read_only)
        });
        Self { edge, handlers, table: Arc::new(table), error_page, continue_trace: None }
    }

    /// Continues the traces of trusted proxies with `continue_trace`.
    #[must_use]
    pub fn continuing_traces(mut self, continue_trace: ContinueTrace) -> Self {
        self.continue_trace = Some(continue_trace);
        self
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Handles a request without a connection; used by tests.
    pub async fn handle(&self, request: Request) -> Response {
        self.handle_from(None, request).await
    }

    /// Handles a request, from assigning its id to writing its log line.
    pub(crate) async fn handle_from(&self, origin: Option<Origin>, mut request: Request) -> Response {
        let route = self.table.find(request.uri().path());
        let caller = Caller::new(&request, origin, &self.edge, route);
        let context = RequestContext::new(&request, &caller, origin, self.error_page);
        // Not for other clients: they could force or prevent the recording of their requests.
        if let (Some(continue_trace), Some(origin)) = (self.continue_trace, origin)
            && self.edge.trusts(origin.peer.ip())
        {
            continue_trace(context.span(), request.headers());
        }
        request.extensions_mut().insert(caller.clone());
        if request.method().is_safe() {
            return self.handle_with_context(&caller, context, request).await;
        }
        // A request that changes something continues when the client disconnects: hyper drops this future, but not
        // the task. The task has the same time limit.
        let guarded = self.clone();
        let task = tokio::spawn(async move { guarded.handle_with_context(&caller, context, request).await });
        task.await.unwrap_or_else(|_| ApiError::internal().into_response())
    }

    /// Handles the request and writes its log line, even if a handler panics.
    async fn handle_with_context(
        &self,
        caller: &Caller,
        context: RequestContext,
        request: Request,
    ) -> Response {
        let span = context.span().clone();
        let handled = async {
            let handled = AssertUnwindSafe(self.handle_within_limits(caller, request)).catch_unwind().await;
            let response = handled.unwrap_or_else(|_| {
                self.edge.metrics().count_panic();
                ApiError::internal().into_response()
            });
            context.finish(response)
        };
        // The span is entered once for everything, because each entry looks it up.
        handled.instrument(span).await
    }

    async fn handle_within_limits(&self, caller: &Caller, request: Request) -> Response {
        let limits = &self.edge.0.limits;
        let max_bytes = caller.policy().body.bytes(limits);
        if let Err(error) = request_validation::validate(&request, limits) {
            return error.into_response();
        }
        let handle = |request| self.handle_within_budget(caller, request);
        request_limits::enforce(limits, max_bytes, request, handle).await
    }

    async fn handle_within_budget(&self, caller: &Caller, request: Request) -> Response {
        let policy = caller.policy();
        let charged = policy.budget != BudgetClass::Free;
        if charged && let Err(error) = caller.prepay_unless_verified() {
            return budget::add_headers(caller, error.into_response());
        }
        let response = if caller.has_route() {
            self.route(policy, request).await
        } else {
            // Also if a mounted router has a handler for the path, but no policy was declared.
            ApiError::path_not_found().into_response()
        };
        if charged { budget::add_headers(caller, response) } else { response }
    }

    async fn route(&self, policy: RoutePolicy, request: Request) -> Response {
        let request = match policy.trailing_slash {
            TrailingSlash::Ignored => request_validation::without_trailing_slash(request),
            TrailingSlash::Significant => request,
        };
        let Ok(response) = self.handlers.clone().call(request).await;
        library_errors::replace(policy, response)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use axum::routing::any;

    use super::*;
    use crate::edge::sample;

    #[tokio::test]
    async fn a_panic_in_a_handler_returns_500_and_is_counted() {
        let edge = Edge::new(sample(None));
        let policy = RoutePolicy::API;
        let routes = Routes::new(policy).route("/panic", policy, any(async || -> () { panic!("a handler") }));
        let guarded = edge.around(routes);
        for method in ["GET", "POST"] {
            let request = Request::builder().method(method).uri("/panic").header(header::HOST, "localhost");
            let response = guarded.handle(request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status().as_u16(), 500, "{method}");
        }
        assert!(edge.metrics().text().unwrap().contains("outbound_request_panics_total 2"));
    }

    #[tokio::test]
    async fn a_mounted_router_serves_only_paths_with_a_policy() {
        let policy = RoutePolicy::API;
        let library =
            Router::new().route("/known", any(async || "known")).route("/more", any(async || "more"));
        let guarded =
            Edge::new(sample(None)).around(Routes::new(policy).mount([("/known", policy)], library));
        for (path, expected) in [("/known", 200), ("/more", 404), ("/nowhere", 404)] {
            let request = Request::builder().uri(path).header(header::HOST, "localhost");
            let response = guarded.handle(request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status().as_u16(), expected, "{path}");
        }
    }
}
