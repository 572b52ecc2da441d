//! Metrics of the caches, copied from the app when metrics are requested.

use std::sync::atomic::Ordering;

use outbound_app::App;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The metrics of all caches.
#[derive(Default)]
pub(super) struct CacheMetrics {
    bytes: Family<CacheLabels, Gauge>,
    entries: Family<CacheLabels, Gauge>,
    hits: Family<CacheLabels, Counter>,
    misses: Family<CacheLabels, Counter>,
    pages_read: Counter,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct CacheLabels {
    cache: &'static str,
}

impl CacheMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_with_unit("cache_used", "Size of a cache", Unit::Bytes, self.bytes.clone());
        registry.register("cache_entries", "Entries in a cache", self.entries.clone());
        registry.register("cache_hits", "Lookups that found an entry", self.hits.clone());
        registry.register("cache_misses", "Lookups that found no entry", self.misses.clone());
        registry.register("pages_read", "Pages read from the database", self.pages_read.clone());
    }

    pub(super) fn update(&self, app: &App) {
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
