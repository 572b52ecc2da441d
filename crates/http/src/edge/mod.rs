//! What happens to every request, whatever its route: an id, a log line, limits, budgets, headers.
//! A route cannot leave any of it out, for it does not know of it.

mod bounds;
mod buckets;
mod budget;
mod caller;
mod forwarded;
pub(crate) mod metrics;
mod oddities;
mod refusals;
pub(crate) mod security_headers;

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use ipnet::IpNet;
use outbound_model::{Clock, Generator};

pub use buckets::Rate;
pub use caller::Caller;
pub(crate) use metrics::Metrics;

use crate::edge::budget::Budgets;
use crate::edge::forwarded::TrustedProxies;
use crate::limits::Limits;
use crate::pages::ErrorPage;
use crate::{error, request_id};

/// The settings of an [`Edge`].
pub struct EdgeOptions {
    /// What a client may use of a connection.
    pub limits: Limits,
    /// Each account's and each address's requests; `None`: as many as they like.
    pub rate: Option<Rate>,
    /// The proxies whose word about a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Tells the time to the budgets.
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
    trusted: TrustedProxies,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    metrics: Metrics,
}

impl Edge {
    /// With budgets that nobody has spent of.
    pub fn new(options: EdgeOptions) -> Self {
        let EdgeOptions { limits, rate, trusted_proxies, clock, generator } = options;
        let (budgets, trusted) = (Budgets::new(rate), TrustedProxies(trusted_proxies));
        Self(Arc::new(Parts { limits, budgets, trusted, clock, generator, metrics: Metrics::new() }))
    }

    /// `routes` with everything around them; what is not among them is answered 404 and 405.
    pub fn around(&self, routes: Router) -> Router {
        self.around_pages(routes, None)
    }

    /// The same, where browsers are shown `error_page`.
    pub(crate) fn around_pages(&self, routes: Router, error_page: Option<ErrorPage>) -> Router {
        let routes = routes
            .method_not_allowed_fallback(error::method_not_allowed)
            .route_layer(from_fn(request_id::note_route))
            .fallback(error::not_found);
        Router::new()
            .fallback_service(oddities::without_trailing_slash(routes))
            .layer(from_fn(budget::spend))
            .layer(from_fn_with_state(self.limits(), bounds::bound))
            .layer(from_fn_with_state(self.limits(), oddities::refuse))
            .layer(from_fn_with_state((self.clone(), error_page), request_id::identify))
            .layer(Extension(self.clone()))
    }

    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn generator(&self) -> &dyn Generator {
        &*self.0.generator
    }
}

/// Options for tests: the clock stands still, `rate` is requests a second and at once.
#[cfg(test)]
pub(crate) fn sample(rate: Option<(u32, u32)>) -> EdgeOptions {
    struct Still;
    impl Clock for Still {
        fn now(&self) -> outbound_model::Timestamp {
            outbound_model::Timestamp::EPOCH
        }
    }
    impl Generator for Still {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }
    let positive = |n: u32| n.try_into().unwrap();
    let rate = rate.map(|(each, burst)| Rate { per_second: positive(each), burst: positive(burst) });
    let (clock, generator) = (Arc::new(Still), Arc::new(Still));
    EdgeOptions { limits: Limits::default(), rate, trusted_proxies: Vec::new(), clock, generator }
}
