//! Deletion of old messages.

use outbound_reporting::{App, EnabledChannels, Filters, Grouping, HOUR, TransactionId};

use super::super::{Outcome, sample};
use super::traffic::{self, Model, time};
use crate::{HourDifference, Store};

behaviours! {
    old_messages_are_deleted_with_their_totals,
}

/// The traffic spans the end of a month. What was attempted before is deleted with its totals, and the rest is
/// unchanged.
async fn old_messages_are_deleted_with_their_totals(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(200)?;
    let shift = |mut event: outbound_reporting::Event| {
        event.attempted_at = event.attempted_at.plus_millis(24 * HOUR);
        event.time = event.time.plus_millis(24 * HOUR);
        event
    };
    // Two hours before and after 1 October.
    let events: Vec<_> = events.into_iter().map(shift).collect();
    traffic::record(store, &account, &events, 500).await?;
    let october = time(26 * HOUR);
    store.maintain_storage(october, october).await?;
    // Whole days are deleted, so that the totals of the first kept day are complete.
    let first_kept = time(27 * HOUR + 5 * 60_000 + 1);
    while store.delete_transactions(&account, first_kept, 10).await? > 0 {}
    for hour in 0..48 {
        let hour = (traffic::START + 26 * HOUR) / HOUR + hour;
        assert_eq!(store.audit_hour(&account, hour, false).await?, HourDifference::default());
    }

    let filters = Filters::none(EnabledChannels::All);
    let all = time(0)..time(60 * HOUR);
    let model = Model::of(&account, &events);
    for app in App::ALL {
        let kept = model.analytics(*app, &(october..all.end), &filters, Grouping::default());
        assert!(!kept.is_empty());
        assert_eq!(traffic::analytics(store, &account, *app, all.clone(), &filters).await?, kept);
        let ids = TransactionId::range(all.start, all.end);
        let kept = model.transactions(*app, &TransactionId::range(october, all.end), &filters);
        assert_eq!(traffic::transactions(store, &account, *app, &ids, &filters, 1000).await?, kept);
    }
    Ok(())
}
