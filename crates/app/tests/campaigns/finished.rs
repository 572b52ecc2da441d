//! Finished campaigns cost nothing: the work in the background executes as many statements for many as for one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use outbound_app::CampaignEngine;
use tracing::span::{Attributes, Id};
use tracing::{Instrument, Subscriber, debug_span, subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

use crate::fixture::Fixture;

/// Counts the statements that are executed inside of a span.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Statements {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == "statement" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Fixture {
    /// Sends to a new consumer, until the campaign has finished.
    async fn finish_campaign(&self, engine: &mut CampaignEngine, number: usize) {
        let id = self.accept_sms(&[&format!("1212555{:04}", 100 + number)]).await;
        self.run(engine, 15).await;
        assert_eq!(self.states(&id).await, ["sent"]);
        self.work(engine, 15).await;
    }

    /// Everything that a process does for campaigns in the background.
    async fn work(&self, engine: &mut CampaignEngine, steps: usize) {
        self.run(engine, steps).await;
        self.record_events().await;
        self.app().publish_waiting_changes().await.unwrap();
    }

    /// The number of statements of the background work in a minute in which no campaign sends.
    async fn idle_statements(&self, engine: &mut CampaignEngine) -> usize {
        let statements = Statements::default();
        let counting = subscriber::set_default(Registry::default().with(statements.clone()));
        self.work(engine, 600).instrument(debug_span!("background work")).await;
        drop(counting);
        statements.0.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn finished_campaigns_need_no_statements() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.finish_campaign(&mut engine, 0).await;
    let after_one = fixture.idle_statements(&mut engine).await;
    assert!(after_one > 0, "statements are counted");
    for number in 1..=20 {
        fixture.finish_campaign(&mut engine, number).await;
    }
    assert_eq!(fixture.idle_statements(&mut engine).await, after_one);
}
