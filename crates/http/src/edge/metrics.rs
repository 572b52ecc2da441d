//! What is counted, for Prometheus. A label has few values, all of them ours: a client that could
//! make new ones could fill the memory.

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
use super::job_metrics::JobMetrics;
use crate::error::ApiError;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds: from a cached page to the longest that a request may take.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The counters of one process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    authentications: Family<OutcomeLabels, Counter>,
    refusals: Family<BudgetLabels, Counter>,
    connections: Gauge,
    broken: Family<BrokenConnectionLabels, Counter>,
    streams: Gauge,
    caches: CacheMetrics,
    database: Family<PoolLabels, Gauge>,
    webhook_attempts: Family<OutcomeLabels, Counter>,
    jobs: JobMetrics,
    panics: Counter,
    task_restarts: Family<TaskLabels, Counter>,
}

/// What is in memory to be served again; read off when somebody asks.
#[derive(Default)]
struct CacheMetrics {
    bytes: Family<CacheLabels, Gauge>,
    entries: Family<CacheLabels, Gauge>,
    hits: Family<CacheLabels, Counter>,
    misses: Family<CacheLabels, Counter>,
    pages_read: Counter,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct PoolLabels {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct CacheLabels {
    cache: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct RouteLabels {
    route: String,
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
    /// All at nought.
    pub(super) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("outbound"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            authentications: Family::default(),
            refusals: Family::default(),
            connections: Gauge::default(),
            broken: Family::default(),
            streams: Gauge::default(),
            caches: CacheMetrics::default(),
            database: Family::default(),
            webhook_attempts: Family::default(),
            jobs: JobMetrics::default(),
            panics: Counter::default(),
            task_restarts: Family::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "From the end of a request's head until its answer began",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register("authentications", "Callers let in and refused", metrics.authentications.clone());
        registry.register("rate_limited", "Requests refused, by whose budget", metrics.refusals.clone());
        registry.register("http_connections", "Connections that are open", metrics.connections.clone());
        let broken = metrics.broken.clone();
        registry.register("http_connections_broken", "Connections that ended in an error, by reason", broken);
        registry.register("http_streams", "Answers that go on: streams of changes", metrics.streams.clone());
        registry.register("database_connections", "Connections to the database", metrics.database.clone());
        let attempts = metrics.webhook_attempts.clone();
        registry.register("webhook_attempts", "Tries to deliver a webhook", attempts);
        registry.register("request_panics", "Requests that ended in a panic", metrics.panics.clone());
        let restarts = metrics.task_restarts.clone();
        registry.register(
            "task_restarts",
            "Background tasks restarted after a panic or an early end",
            restarts,
        );
        metrics.caches.register(registry);
        metrics.jobs.register(registry);
        // Exported as 0 from the start, so that the first refusal is a change that alerts can see.
        for budget in ["account", "session", "address"] {
            drop(metrics.refusals.get_or_create(&BudgetLabels { budget }));
        }
        for reason in ["malformed_head", "head_too_large", "head_too_slow", "answer_unread"] {
            drop(metrics.broken.get_or_create(&BrokenConnectionLabels { reason }));
        }
        drop(metrics.authentications.get_or_create(&OutcomeLabels { outcome: "granted" }));
        metrics
    }

    /// Takes what others count.
    fn update(&self, app: &App, streams: usize) {
        self.caches.update(app);
        self.streams.set(i64::try_from(streams).unwrap_or(i64::MAX));
        self.jobs.update(app.job_counts());
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

    /// All of it, as Prometheus reads it.
    pub(super) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations.get_or_create(&RouteLabels { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { route, method, status }).inc();
    }

    /// Somebody was let in (`granted`), or not: why, as the error's code.
    pub(crate) fn authentication(&self, outcome: &'static str) {
        self.authentications.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// A request was refused for want of this budget: `account`, `session` or `address`.
    pub(super) fn refused(&self, budget: &'static str) {
        self.refusals.get_or_create(&BudgetLabels { budget }).inc();
    }

    /// A task that `App::supervise` does not run was restarted.
    pub(crate) fn task_restarted(&self, task: &'static str) {
        self.task_restarts.get_or_create(&TaskLabels { task }).inc();
    }

    /// A request or a connection ended in a panic.
    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    /// A connection ended in an error before its next request could be read or its answer written.
    pub(crate) fn connection_broken(&self, reason: &'static str) {
        self.broken.get_or_create(&BrokenConnectionLabels { reason }).inc();
    }

    /// How many connections are open.
    pub(crate) fn connections(&self, open: usize) {
        self.connections.set(i64::try_from(open).unwrap_or(i64::MAX));
    }
}

impl CacheMetrics {
    fn register(&self, registry: &mut Registry) {
        registry.register_with_unit("cache_used", "What a cache holds", Unit::Bytes, self.bytes.clone());
        registry.register("cache_entries", "Things in a cache", self.entries.clone());
        registry.register("cache_hits", "Look-ups that found something", self.hits.clone());
        registry.register("cache_misses", "Look-ups that did not", self.misses.clone());
        registry.register("pages_read", "Pages read from the database", self.pages_read.clone());
    }

    fn update(&self, app: &App) {
        for (cache, usage) in
            [("pages", app.page_cache()), ("elements", app.element_cache()), ("tokens", app.token_cache())]
        {
            let label = CacheLabels { cache };
            self.bytes.get_or_create(&label).set(i64::try_from(usage.bytes).unwrap_or(i64::MAX));
            self.entries.get_or_create(&label).set(i64::try_from(usage.entries).unwrap_or(i64::MAX));
            self.hits.get_or_create(&label).inner().store(usage.hits, Ordering::Relaxed);
            self.misses.get_or_create(&label).inner().store(usage.misses, Ordering::Relaxed);
        }
        self.pages_read.inner().store(app.pages_read(), Ordering::Relaxed);
    }
}

/// What this process has counted, for Prometheus
#[utoipa::path(get, operation_id = "getMetrics", path = "/metrics", tag = "Health", responses(
    (status = 200, description = "The counters", body = str, content_type = OPENMETRICS),
))]
pub(crate) async fn metrics(caller: Caller, State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    let edge = caller.edge();
    edge.metrics().update(&app, edge.open_streams());
    let body = edge.metrics_text().map_err(|_| ApiError::internal())?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], body))
}
