//! What happens to every request, whatever its route: an id, a log line, limits, budgets, headers.
//! A route cannot leave any of it out, for it does not know of it.

mod background;
mod body_limit;
mod buckets;
mod budget;
mod caller;
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
mod request_validation;
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

pub(crate) use background::BackgroundWork;
pub use buckets::Rate;
pub use caller::Caller;
pub use error_page::{ErrorPage, Problem};
pub use guarded::{ContinueTrace, Guarded};
pub(crate) use metrics::Metrics;
pub(crate) use origin::Origin;
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
    /// What a client may use of a connection.
    pub limits: HttpLimits,
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
    /// With budgets that nobody has spent of.
    pub fn new(options: EdgeOptions) -> Self {
        let EdgeOptions { limits, rate, trusted_proxies, clock, generator } = options;
        let (budgets, trusted) = (Budgets::new(rate), RwLock::new(TrustedProxies(trusted_proxies)));
        let (metrics, streams, stopping) = (Metrics::new(), Streams::default(), watch::Sender::new(false));
        let uploads = Shares { total: limits.uploads, per_key: limits.account_uploads, ..Shares::default() };
        let uploads = FairQueue::new(uploads);
        Self(Arc::new(Parts {
            limits,
            budgets,
            verified: VerifiedCredentials::new(),
            trusted,
            clock,
            generator,
            metrics,
            streams,
            uploads,
            background: background::Background::default(),
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

    /// Whether `peer` is a trusted proxy.
    fn trusts(&self, peer: IpAddr) -> bool {
        self.0.trusted.read().unwrap_or_else(PoisonError::into_inner).trusts(peer.to_canonical())
    }

    /// `routes` with everything around them; what is not among them is answered 404 and 405.
    pub fn around(&self, routes: Routes) -> Guarded {
        self.around_pages(routes, None)
    }

    /// The same, where browsers are shown `error_page`.
    pub(crate) fn around_pages(&self, routes: Routes, error_page: Option<ErrorPage>) -> Guarded {
        Guarded::new(self.clone(), routes, error_page)
    }

    pub(crate) fn limits(&self) -> HttpLimits {
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

    /// A place for an upload of `account` that is longer than other requests.
    pub(crate) fn upload_place(&self, account: &AccountId) -> Result<Permit<AccountId>, ApiError> {
        self.0.uploads.try_acquire(account.clone()).map_err(|_| ApiError::too_many_imports())
    }

    /// Begins work that may outlast its request.
    pub(crate) fn background_work(&self) -> BackgroundWork {
        self.0.background.begin()
    }

    /// Waits until no such work is under way.
    pub(crate) async fn background_done(&self) {
        self.0.background.done().await;
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

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn generator(&self) -> &dyn Generator {
        &*self.0.generator
    }
}

/// Options for tests: the clock stands still, `rate` is requests a second and at once.
#[cfg(test)]
pub(crate) fn sample(rate: Option<(u32, u32)>) -> EdgeOptions {
    use outbound_model::testing::{ManualClock, SequenceGenerator};

    let positive = |n: u32| n.try_into().unwrap();
    let rate = rate.map(|(each, burst)| Rate { per_second: positive(each), burst: positive(burst) });
    let (clock, generator) = (Arc::new(ManualClock::default()), Arc::new(SequenceGenerator::default()));
    EdgeOptions { limits: HttpLimits::default(), rate, trusted_proxies: Vec::new(), clock, generator }
}
