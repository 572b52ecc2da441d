//! Metrics of background jobs, copied from the app when metrics are requested.

use std::sync::atomic::Ordering;

use outbound_app::JobCounts;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The metrics of jobs.
#[derive(Default)]
pub(super) struct JobMetrics {
    runs: Family<JobRunLabels, Counter>,
    running: Gauge,
    lag: Gauge,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct JobRunLabels {
    kind: &'static str,
    outcome: &'static str,
}

impl JobMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("job_runs", "Completed runs of background jobs", self.runs.clone());
        registry.register("jobs_running", "Background jobs that are running", self.running.clone());
        registry.register_with_unit(
            "job_lag",
            "Waiting time of the account that has waited longest for its turn",
            Unit::Seconds,
            self.lag.clone(),
        );
    }

    pub(super) fn update(&self, counts: &JobCounts) {
        for (kind, runs) in counts.runs() {
            for (outcome, count) in [("succeeded", runs.succeeded), ("failed", runs.failed)] {
                self.runs
                    .get_or_create(&JobRunLabels { kind, outcome })
                    .inner()
                    .store(count, Ordering::Relaxed);
            }
        }
        self.running.set(i64::try_from(counts.running()).unwrap_or(i64::MAX));
        self.lag.set(counts.lag_millis() / 1000);
    }
}
