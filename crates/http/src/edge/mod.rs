//! The steps that apply to every request, independent of its route: request id, log line, limits, budgets,
//! headers. A handler cannot skip any of them.

mod background;
mod buckets;
mod budget;
#[cfg(test)]
mod budget_tests;
mod cache_metrics;
mod caller;
mod campaign_metrics;
mod edge_errors;
mod error_page;
mod forwarded;
mod guarded;
mod job_metrics;
mod library_errors;
pub(crate) mod metrics;
mod origin;
mod policy;
mod request_id;
mod request_limits;
mod request_validation;
mod reservation;
mod routes;
mod security_headers;
mod streams;
mod verified_credentials;

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use ipnet::IpNet;
use outbound_fair_queue::{FairQueue, Permit, Shares};
use outbound_model::{AccountId, Clock, Generator};
use tokio::sync::watch;

pub use background::BackgroundWork;
pub use buckets::Rate;
pub use caller::Caller;
pub use error_page::{ErrorPage, Problem};
pub use guarded::{ContinueTrace, Guarded};
pub(crate) use metrics::Metrics;
pub(crate) use origin::Origin;
pub(crate) use policy::LimitedApi;
pub use policy::{BodyLimit, BudgetClass, ContentPolicy, RoutePolicy, TrailingSlash};
pub use routes::Routes;
pub(crate) use streams::OpenStream;

use crate::edge::budget::Budgets;
use crate::edge::forwarded::TrustedProxies;
use crate::edge::streams::Streams;
use crate::edge::verified_credentials::VerifiedCredentials;
use crate::error::ApiError;
use crate::limits::HttpLimits;

/// The settings of an [`Edge`].
pub struct EdgeOptions {
    /// Limits of connections and requests.
    pub limits: HttpLimits,
    /// The request budget of each account and each address; `None` for no limit.
    pub rate: Option<Rate>,
    /// The proxies whose headers about the client's address are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The clock that refills the budgets.
    pub clock: Arc<dyn Clock>,
    /// Generates request ids.
    pub generator: Arc<dyn Generator>,
}

/// The edge of one process; cheap to clone.
#[derive(Clone)]
pub struct Edge(Arc<EdgeState>);

struct EdgeState {
    limits: HttpLimits,
    budgets: Budgets,
    verified: VerifiedCredentials,
    trusted: RwLock<TrustedProxies>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    metrics: Metrics,
    streams: Streams,
    uploads: FairQueue<AccountId>,
    background: background::Background,
    stopping: watch::Sender<bool>,
}

impl Edge {
    /// Creates an edge whose budgets are all full.
    pub fn new(options: EdgeOptions) -> Self {
        let EdgeOptions { limits, rate, trusted_proxies, clock, generator } = options;
        let upload_shares =
            Shares { total: limits.uploads, per_key: limits.account_uploads, ..Shares::default() };
        Self(Arc::new(EdgeState {
            limits,
            budgets: Budgets::new(rate),
            verified: VerifiedCredentials::new(),
            trusted: RwLock::new(TrustedProxies(trusted_proxies)),
            clock,
            generator,
            metrics: Metrics::new(),
            streams: Streams::default(),
            uploads: FairQueue::new(upload_shares),
            background: background::Background::default(),
            stopping: watch::Sender::new(false),
        }))
    }

    /// Replaces the rate and the trusted proxies. Requests that accounts and addresses have already spent remain
    /// spent.
    pub fn reload(&self, rate: Option<Rate>, trusted_proxies: Vec<IpNet>) {
        self.0.budgets.set_rate(rate);
        *self.0.trusted.write().unwrap_or_else(PoisonError::into_inner) = TrustedProxies(trusted_proxies);
    }

    /// Returns the client's address for a request on a connection from `peer`.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.0.trusted.read().unwrap_or_else(PoisonError::into_inner).client(peer, headers)
    }

    /// Returns whether `peer` is a trusted proxy.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.0.trusted.read().unwrap_or_else(PoisonError::into_inner).trusts(peer.to_canonical())
    }

    /// Wraps `routes` in the edge. Other paths are answered with 404, other methods with 405.
    pub fn around(&self, routes: Routes) -> Guarded {
        self.around_pages(routes, None)
    }

    /// Like [`around`](Self::around); browsers receive errors as `error_page`.
    pub(crate) fn around_pages(&self, routes: Routes, error_page: Option<ErrorPage>) -> Guarded {
        Guarded::new(self.clone(), routes, error_page)
    }

    pub(crate) fn limits(&self) -> HttpLimits {
        self.0.limits
    }

    /// Tells open streams and background work to end.
    pub(crate) fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Returns a receiver that changes to `true` when the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// Reserves one of the event streams of `account`.
    pub(crate) fn open_stream(&self, account: &AccountId) -> Result<OpenStream, ApiError> {
        self.0.streams.open(account, &self.0.limits)
    }

    /// Reserves one of the large uploads of `account`.
    pub(crate) fn reserve_upload(&self, account: &AccountId) -> Result<Permit<AccountId>, ApiError> {
        self.0.uploads.try_acquire(account.clone()).map_err(|_| ApiError::too_many_imports())
    }

    /// Registers work that may outlast its request.
    pub(crate) fn background_work(&self) -> BackgroundWork {
        self.0.background.begin()
    }

    /// Waits until all background work has ended.
    pub(crate) async fn background_done(&self) {
        self.0.background.done().await;
    }

    /// Returns the number of open event streams.
    pub(crate) fn open_streams(&self) -> usize {
        self.0.streams.count()
    }

    /// Returns the metrics of this process in Prometheus' text format.
    pub fn metrics_text(&self) -> Result<String, std::fmt::Error> {
        self.0.metrics.text()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn generator(&self) -> &dyn Generator {
        &*self.0.generator
    }
}

/// Options for tests, with a stopped clock. `rate` is requests per second, and burst.
#[cfg(test)]
pub(crate) fn sample(rate: Option<(u32, u32)>) -> EdgeOptions {
    use outbound_model::testing::{ManualClock, SequenceGenerator};

    let positive = |n: u32| n.try_into().unwrap();
    let rate = rate.map(|(each, burst)| Rate { per_second: positive(each), burst: positive(burst) });
    let (clock, generator) = (Arc::new(ManualClock::default()), Arc::new(SequenceGenerator::default()));
    EdgeOptions { limits: HttpLimits::default(), rate, trusted_proxies: Vec::new(), clock, generator }
}
