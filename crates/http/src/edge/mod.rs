//! What happens to every request, whatever its route: an id, a log line, limits, budgets, headers.
//! A route cannot leave any of it out, for it does not know of it.

mod bounds;
mod buckets;
mod budget;
mod caller;
mod error_page;
mod forwarded;
mod job_metrics;
mod known;
mod library_errors;
pub(crate) mod metrics;
mod oddities;
mod origin;
mod policy;
mod refusals;
mod request_id;
mod routes;
mod security_headers;
mod streams;

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use ipnet::IpNet;
use outbound_model::{AccountId, Clock, Generator};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;
use tracing::Instrument;

pub use buckets::Rate;
pub use caller::Caller;
pub use error_page::{ErrorPage, Problem};
pub(crate) use metrics::Metrics;
pub(crate) use origin::Origin;
pub use policy::{BodyLimit, BudgetClass, ContentPolicy, RoutePolicy, TrailingSlash};
pub use routes::Routes;
pub(crate) use streams::OpenStream;

use crate::edge::budget::Budgets;
use crate::edge::forwarded::TrustedProxies;
use crate::edge::known::KnownCredentials;
use crate::edge::request_id::Seen;
use crate::edge::routes::RouteTable;
use crate::edge::streams::Streams;
use crate::error::ApiError;
use crate::limits::Limits;

/// The settings of an [`Edge`].
pub struct EdgeOptions {
    /// What a client may use of a connection.
    pub limits: Limits,
    /// Each account's and each address's requests; `None`: as many as they like.
    pub rate: Option<Rate>,
    /// The proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Times the budgets.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of requests.
    pub generator: Arc<dyn Generator>,
}

/// The edge of one process; cheap to clone.
#[derive(Clone)]
pub struct Edge(Arc<Parts>);

struct Parts {
    limits: Limits,
    budgets: Budgets,
    known: KnownCredentials,
    trusted: RwLock<TrustedProxies>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    metrics: Metrics,
    streams: Streams,
    imports: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

impl Edge {
    /// With budgets that nobody has spent of.
    pub fn new(options: EdgeOptions) -> Self {
        let EdgeOptions { limits, rate, trusted_proxies, clock, generator } = options;
        let (budgets, trusted) = (Budgets::new(rate), RwLock::new(TrustedProxies(trusted_proxies)));
        let (metrics, streams, stopping) = (Metrics::new(), Streams::default(), watch::Sender::new(false));
        let imports = Arc::new(Semaphore::new(limits.imports));
        Self(Arc::new(Parts {
            limits,
            budgets,
            known: KnownCredentials::new(),
            trusted,
            clock,
            generator,
            metrics,
            streams,
            imports,
            stopping,
        }))
    }

    /// Takes another rate and other proxies from now on. What accounts and addresses have spent stays.
    pub fn reload(&self, rate: Option<Rate>, trusted_proxies: Vec<IpNet>) {
        self.0.budgets.set_rate(rate);
        *self.0.trusted.write().unwrap_or_else(PoisonError::into_inner) = TrustedProxies(trusted_proxies);
    }

    /// The client's address for a connection from `peer`.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.0.trusted.read().unwrap_or_else(PoisonError::into_inner).client(peer, headers)
    }

    /// `routes` with everything around them; what is not among them is answered 404 and 405.
    pub fn around(&self, routes: Routes) -> Guarded {
        self.around_pages(routes, None)
    }

    /// The same, where browsers are shown `error_page`.
    pub(crate) fn around_pages(&self, routes: Routes, error_page: Option<ErrorPage>) -> Guarded {
        let (handlers, table) = routes.split();
        let handlers = handlers
            .method_not_allowed_fallback(async |caller: Caller| {
                ApiError::no_such_method(caller.policy().read_only)
            })
            .fallback(async || ApiError::nothing_here());
        Guarded { edge: self.clone(), handlers, table: Arc::new(table), error_page }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// From now on answers that would go on end.
    pub(crate) fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Whether the server is to end, and when it is.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// A place for an answer to `account` that does not end by itself.
    pub(crate) fn open_stream(&self, account: &AccountId) -> Result<OpenStream, ApiError> {
        self.0.streams.open(account, &self.0.limits)
    }

    /// A place for an import of so many bytes, if that is known; `None` where it is no longer than
    /// other requests, of which there may be any number at a time.
    pub(crate) fn import_place(&self, bytes: Option<u64>) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
        if bytes.is_some_and(|bytes| bytes <= self.0.limits.body_bytes) {
            return Ok(None);
        }
        self.0.imports.clone().try_acquire_owned().map(Some).map_err(|_| ApiError::too_many_imports())
    }

    /// How many such answers are open.
    pub(crate) fn open_streams(&self) -> usize {
        self.0.streams.count()
    }

    /// The counters of this process, as Prometheus reads them.
    pub fn metrics_text(&self) -> Result<String, std::fmt::Error> {
        self.0.metrics.text()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn generator(&self) -> &dyn Generator {
        &*self.0.generator
    }
}

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
}

impl Guarded {
    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Answers a request that came over no connection, as tests make them.
    pub async fn answer(&self, request: Request) -> Response {
        self.answer_from(None, request).await
    }

    /// Answers a request, from its id to its log line.
    pub(crate) async fn answer_from(&self, origin: Option<Origin>, mut request: Request) -> Response {
        let route = self.table.find(request.uri().path());
        let caller = Caller::of(&request, origin, &self.edge, route);
        let seen = Seen::of(&request, &caller, origin, self.error_page);
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
    async fn finished(&self, caller: &Caller, seen: Seen, request: Request) -> Response {
        let answered = self.bounded(caller, request).instrument(seen.span());
        let response = AssertUnwindSafe(answered).catch_unwind().await.unwrap_or_else(|_| {
            self.edge.metrics().panicked();
            ApiError::internal().into_response()
        });
        seen.finish(response)
    }

    async fn bounded(&self, caller: &Caller, request: Request) -> Response {
        let limits = &self.edge.0.limits;
        let most = caller.policy().body.bytes(limits);
        match oddities::refuse(&request, limits) {
            Err(refused) => refused.into_response(),
            Ok(()) => bounds::bound(limits, most, request, |request| self.paid(caller, request)).await,
        }
    }

    async fn paid(&self, caller: &Caller, request: Request) -> Response {
        let policy = caller.policy();
        let charged = policy.budget == BudgetClass::Charged;
        if charged && let Err(spent) = caller.begin() {
            return budget::settle(caller, spent.into_response());
        }
        let request = match policy.trailing_slash {
            TrailingSlash::Ignored => oddities::without_trailing_slash(request),
            TrailingSlash::Significant => request,
        };
        let Ok(response) = self.handlers.clone().call(request).await;
        let response = library_errors::replace(policy, response);
        if charged { budget::settle(caller, response) } else { response }
    }
}

/// Options for tests: the clock stands still, `rate` is requests a second and at once.
#[cfg(test)]
pub(crate) fn sample(rate: Option<(u32, u32)>) -> EdgeOptions {
    use outbound_model::testing::{ManualClock, SequenceGenerator};

    let positive = |n: u32| n.try_into().unwrap();
    let rate = rate.map(|(each, burst)| Rate { per_second: positive(each), burst: positive(burst) });
    let (clock, generator) = (Arc::new(ManualClock::default()), Arc::new(SequenceGenerator::default()));
    EdgeOptions { limits: Limits::default(), rate, trusted_proxies: Vec::new(), clock, generator }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use axum::routing::any;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_and_counted() {
        let edge = Edge::new(sample(None));
        let policy = RoutePolicy::API;
        let routes = Routes::new(policy).route("/panic", policy, any(async || -> () { panic!("a handler") }));
        let guarded = edge.around(routes);
        for method in ["GET", "POST"] {
            let request = Request::builder().method(method).uri("/panic").header(header::HOST, "localhost");
            let answer = guarded.answer(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status().as_u16(), 500, "{method}");
        }
        assert!(edge.metrics().text().unwrap().contains("outbound_request_panics_total 2"));
    }
}
