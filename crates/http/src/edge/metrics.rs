//! Metrics for Prometheus. The set of label values is fixed: if clients could create new values, they could exhaust
//! the memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use outbound_app::{App, PoolUsage};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Caller;
use super::cache_metrics::CacheMetrics;
use super::campaign_metrics::CampaignMetrics;
use super::job_metrics::JobMetrics;
use super::routes::MatchedRoute;
use crate::error::ApiError;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Histogram buckets in seconds, from a cached page to the timeout of a request.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The metrics of one process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    authentications: Family<OutcomeLabels, Counter>,
    granted: Counter,
    rejections: Family<BudgetLabels, Counter>,
    connections: Gauge,
    broken: Family<BrokenConnectionLabels, Counter>,
    streams: Gauge,
    caches: CacheMetrics,
    database: Family<PoolLabels, Gauge>,
    webhook_attempts: Family<OutcomeLabels, Counter>,
    jobs: JobMetrics,
    campaigns: CampaignMetrics,
    panics: Counter,
    task_restarts: Family<TaskLabels, Counter>,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct PoolLabels {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct RequestLabels {
    route: Arc<str>,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct RouteLabels {
    route: Arc<str>,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct TaskLabels {
    task: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct BrokenConnectionLabels {
    reason: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct BudgetLabels {
    budget: &'static str,
}

impl Metrics {
    /// Creates the registry with all counters at zero.
    pub(super) fn new() -> Self {
        let authentications = Family::<OutcomeLabels, Counter>::default();
        let granted = authentications.get_or_create(&OutcomeLabels { outcome: "granted" }).clone();
        let mut metrics = Self {
            registry: Registry::with_prefix("outbound"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            authentications,
            granted,
            rejections: Family::default(),
            connections: Gauge::default(),
            broken: Family::default(),
            streams: Gauge::default(),
            caches: CacheMetrics::default(),
            database: Family::default(),
            webhook_attempts: Family::default(),
            jobs: JobMetrics::default(),
            campaigns: CampaignMetrics::default(),
            panics: Counter::default(),
            task_restarts: Family::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from the end of a request's headers to the start of its response",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "authentications",
            "Authentications of callers, by outcome",
            metrics.authentications.clone(),
        );
        registry.register(
            "rate_limited",
            "Requests rejected by a rate limit, by budget",
            metrics.rejections.clone(),
        );
        registry.register("http_connections", "Open connections", metrics.connections.clone());
        let broken = metrics.broken.clone();
        registry.register("http_connections_broken", "Connections that ended in an error, by reason", broken);
        registry.register("http_streams", "Open event streams of changes", metrics.streams.clone());
        registry.register("database_connections", "Connections to the database", metrics.database.clone());
        let attempts = metrics.webhook_attempts.clone();
        registry.register("webhook_attempts", "Attempts to deliver a webhook, by outcome", attempts);
        registry.register("request_panics", "Requests that ended in a panic", metrics.panics.clone());
        let restarts = metrics.task_restarts.clone();
        registry.register(
            "task_restarts",
            "Background tasks restarted after a panic or an early end",
            restarts,
        );
        metrics.caches.register(registry);
        metrics.jobs.register(registry);
        metrics.campaigns.register(registry);
        metrics.export_zeros();
        metrics
    }

    /// Exports counters as 0 from the start, so that alerts can detect the first increase.
    fn export_zeros(&self) {
        for budget in ["account", "session", "address"] {
            drop(self.rejections.get_or_create(&BudgetLabels { budget }));
        }
        for reason in ["malformed_head", "head_too_large", "head_too_slow", "answer_unread", "network_limit"]
        {
            drop(self.broken.get_or_create(&BrokenConnectionLabels { reason }));
        }
    }

    /// Copies values that are counted elsewhere (caches, streams, pools, jobs).
    fn update(&self, app: &App, streams: usize) {
        self.caches.update(app);
        self.streams.set(i64::try_from(streams).unwrap_or(i64::MAX));
        self.jobs.update(app.job_counts());
        self.campaigns.update(app);
        let attempts = app.webhook_attempts();
        for (outcome, count) in [("delivered", attempts.delivered()), ("failed", attempts.failed())] {
            let counter = self.webhook_attempts.get_or_create(&OutcomeLabels { outcome });
            counter.inner().store(count, Ordering::Relaxed);
        }
        for (task, count) in app.task_restarts() {
            self.task_restarts.get_or_create(&TaskLabels { task }).inner().store(count, Ordering::Relaxed);
        }
        for PoolUsage { pool, idle, used } in app.database_pools() {
            for (state, connections) in [("idle", idle), ("used", used)] {
                let gauge = self.database.get_or_create(&PoolLabels { pool, state });
                gauge.set(i64::try_from(connections).unwrap_or(i64::MAX));
            }
        }
    }

    /// Returns all metrics in Prometheus' text format.
    pub(super) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Counts a handled request.
    pub(super) fn count_request(
        &self,
        route: &MatchedRoute,
        method: &'static str,
        status: u16,
        duration: Duration,
    ) {
        let labels = || RouteLabels { route: route.shared_label() };
        let durations = route.durations.get_or_init(|| self.durations.get_or_create(&labels()).clone());
        durations.observe(duration.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { route: route.shared_label(), method, status }).inc();
    }

    /// Counts a successful authentication.
    pub(crate) fn count_authentication(&self) {
        self.granted.inc();
    }

    /// Counts an authentication that failed with the error of this code.
    pub(crate) fn count_failed_authentication(&self, code: &'static str) {
        self.authentications.get_or_create(&OutcomeLabels { outcome: code }).inc();
    }

    /// Counts a request that exceeded a budget: `account`, `session` or `address`.
    pub(super) fn count_rate_limited(&self, budget: &'static str) {
        self.rejections.get_or_create(&BudgetLabels { budget }).inc();
    }

    /// Counts a restart of a task that `App::supervise` does not run.
    pub(crate) fn count_task_restart(&self, task: &'static str) {
        self.task_restarts.get_or_create(&TaskLabels { task }).inc();
    }

    /// Counts a request or a connection that ended in a panic.
    pub(crate) fn count_panic(&self) {
        self.panics.inc();
    }

    /// Counts a connection that failed before its next request was read or its response was written, or that was not
    /// served.
    pub(crate) fn count_broken_connection(&self, reason: &'static str) {
        self.broken.get_or_create(&BrokenConnectionLabels { reason }).inc();
    }

    /// Sets the number of open connections.
    pub(crate) fn set_connections(&self, open: usize) {
        self.connections.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
}

/// Get the metrics of this process in Prometheus' format
#[utoipa::path(get, operation_id = "getMetrics", path = "/metrics", tag = "Health", responses(
    (status = 200, description = "The metrics", body = str, content_type = OPENMETRICS),
))]
pub(crate) async fn metrics(caller: Caller, State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    let edge = caller.edge();
    edge.metrics().update(&app, edge.open_streams());
    let body = edge.metrics_text().map_err(|_| ApiError::internal())?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], body))
}
