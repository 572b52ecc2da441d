//! Metrics of campaigns: requests to providers, and their callbacks.

use std::sync::atomic::Ordering;

use outbound_app::App;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ResultLabels {
    result: &'static str,
}

/// The metrics.
#[derive(Default)]
pub(super) struct CampaignMetrics {
    messages: Family<ResultLabels, Counter>,
    callbacks: Family<ResultLabels, Counter>,
    events: Family<ResultLabels, Counter>,
}

impl CampaignMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        let messages = self.messages.clone();
        registry.register(
            "campaign_messages",
            "Requests to providers to send a message, by result",
            messages,
        );
        let callbacks = self.callbacks.clone();
        registry.register("provider_callbacks", "Callbacks of providers, by result", callbacks);
        let events = self.events.clone();
        registry.register("provider_callback_events", "Events in callbacks of providers, by result", events);
    }

    /// Copies values that are counted elsewhere.
    pub(super) fn update(&self, app: &App) {
        copy(&self.messages, app.message_counts().by_result());
        copy(&self.callbacks, app.callback_counts().callbacks());
        copy(&self.events, app.callback_counts().events());
    }
}

fn copy<const N: usize>(family: &Family<ResultLabels, Counter>, counts: [(&'static str, u64); N]) {
    for (result, count) in counts {
        family.get_or_create(&ResultLabels { result }).inner().store(count, Ordering::Relaxed);
    }
}
