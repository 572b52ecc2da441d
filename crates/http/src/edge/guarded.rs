//! The calls around a request, one in another.

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
use super::{Edge, body_limit, budget, library_errors, request_validation};
use crate::error::ApiError;

/// Routes with the edge around them: the whole service; cheap to clone.
///
/// Plain calls, one in another, instead of a tower of layers: axum boxes and copies a request anew
/// for each layer, which together cost more than answering it (docs/performance.md).
#[derive(Clone)]
pub struct Guarded {
    edge: Edge,
    handlers: Router,
    table: Arc<RouteTable>,
    error_page: Option<ErrorPage>,
    continue_trace: Option<ContinueTrace>,
}

/// Makes a request's span part of the trace that the request's headers name.
pub type ContinueTrace = fn(&Span, &HeaderMap);

impl Guarded {
    /// What is not among `routes` is answered 404 and 405.
    pub(super) fn new(edge: Edge, routes: Routes, error_page: Option<ErrorPage>) -> Self {
        let (handlers, table) = routes.split();
        let handlers = handlers.method_not_allowed_fallback(async |caller: Caller| {
            ApiError::no_such_method(caller.policy().read_only)
        });
        Self { edge, handlers, table: Arc::new(table), error_page, continue_trace: None }
    }

    /// Continues the traces that trusted proxies name, by `continue_trace`.
    #[must_use]
    pub fn continuing_traces(mut self, continue_trace: ContinueTrace) -> Self {
        self.continue_trace = Some(continue_trace);
        self
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Answers a request that came over no connection, as tests make them.
    pub async fn handle(&self, request: Request) -> Response {
        self.handle_from(None, request).await
    }

    /// Answers a request, from its id to its log line.
    pub(crate) async fn handle_from(&self, origin: Option<Origin>, mut request: Request) -> Response {
        let route = self.table.find(request.uri().path());
        let caller = Caller::of(&request, origin, &self.edge, route);
        let seen = RequestContext::of(&request, &caller, origin, self.error_page);
        // Not for strangers, who could have all of their requests recorded, or none.
        if let (Some(continue_trace), Some(origin)) = (self.continue_trace, origin)
            && self.edge.trusts(origin.peer.ip())
        {
            continue_trace(&seen.span(), request.headers());
        }
        request.extensions_mut().insert(caller.clone());
        if request.method().is_safe() {
            return self.finished(&caller, seen, request).await;
        }
        // What changes something goes on when the client disconnects: hyper then drops this future, but not
        // the task. Its time limit holds all the same.
        let guarded = self.clone();
        let task = tokio::spawn(async move { guarded.finished(&caller, seen, request).await });
        task.await.unwrap_or_else(|_| ApiError::internal().into_response())
    }

    /// To its log line, also where a handler panics.
    async fn finished(&self, caller: &Caller, seen: RequestContext, request: Request) -> Response {
        let answered = self.bounded(caller, request).instrument(seen.span());
        let response = AssertUnwindSafe(answered).catch_unwind().await.unwrap_or_else(|_| {
            self.edge.metrics().panicked();
            ApiError::internal().into_response()
        });
        seen.span().in_scope(|| seen.finish(response))
    }

    async fn bounded(&self, caller: &Caller, request: Request) -> Response {
        let limits = &self.edge.0.limits;
        let most = caller.policy().body.bytes(limits);
        match request_validation::refuse(&request, limits) {
            Err(refused) => refused.into_response(),
            Ok(()) => {
                body_limit::answer_within(limits, most, request, |request| self.paid(caller, request)).await
            }
        }
    }

    async fn paid(&self, caller: &Caller, request: Request) -> Response {
        let policy = caller.policy();
        let charged = policy.budget == BudgetClass::Charged;
        if charged && let Err(spent) = caller.begin() {
            return budget::settle(caller, spent.into_response());
        }
        let response = if caller.has_route() {
            self.handled(policy, request).await
        } else {
            // Also where a router has a handler for the path, but no policy was declared.
            ApiError::nothing_here().into_response()
        };
        if charged { budget::settle(caller, response) } else { response }
    }

    async fn handled(&self, policy: RoutePolicy, request: Request) -> Response {
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
    async fn a_handler_that_panics_is_answered_and_counted() {
        let edge = Edge::new(sample(None));
        let policy = RoutePolicy::API;
        let routes = Routes::new(policy).route("/panic", policy, any(async || -> () { panic!("a handler") }));
        let guarded = edge.around(routes);
        for method in ["GET", "POST"] {
            let request = Request::builder().method(method).uri("/panic").header(header::HOST, "localhost");
            let answer = guarded.handle(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status().as_u16(), 500, "{method}");
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
            let answer = guarded.handle(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status().as_u16(), expected, "{path}");
        }
    }
}
