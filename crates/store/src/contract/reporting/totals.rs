//! Totals and lists of transactions.

use futures::future::join_all;
use outbound_reporting::{App, EnabledChannels, Filters, Grouping, HOUR, Occurrence, TransactionId};

use super::super::{Outcome, sample};
use super::traffic::{self, Model, time};
use crate::{HourDifference, NewEvent, RecordOutcome, Store};

behaviours! {
    totals_equal_a_recount_of_all_messages,
    concurrent_callers_count_each_message_once,
    transactions_are_listed_by_pages,
    repeated_events_change_nothing,
    accounts_never_see_messages_of_each_other,
}

/// In any order, with repetitions, in any batches, for intervals that start and end anywhere.
async fn totals_equal_a_recount_of_all_messages(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(300)?;
    traffic::record(store, &account, &traffic::shuffled(&events, 1), 97).await?;
    let model = Model::of(&account, &events);
    let filters = [
        "{}",
        r#"{"channels":["sms","apple"]}"#,
        r#"{"skills":["sales","unknown"]}"#,
        r#"{"source":["API"]}"#,
        r#"{"handoffids":["H0000000001","H0000000003"],"skills":["support"]}"#,
        r#"{"skills":["unknown"]}"#,
    ];
    let intervals = [
        (0, 4 * HOUR),
        (1, 4 * HOUR - 1),
        (30 * 60_000, 31 * 60_000),
        (HOUR, 2 * HOUR),
        (-400 * HOUR, 400 * HOUR),
        (2 * HOUR, 2 * HOUR + 1),
        (5, 5),
        (90 * 60_000, 150 * 60_000),
    ];
    for filters in filters {
        let filters = traffic::filters(filters)?;
        for (start, end) in intervals {
            for app in App::ALL {
                let interval = time(start)..time(end);
                let expected = model.analytics(*app, &interval, &filters, Grouping::of(&filters));
                let found = traffic::analytics(store, &account, *app, interval, &filters).await?;
                assert_eq!(found, expected, "{app} {start} {end} {filters:?}");
            }
        }
    }
    assert_no_difference(store, &account).await
}

async fn assert_no_difference(store: &dyn Store, account: &outbound_model::AccountId) -> Outcome {
    let first = traffic::START / HOUR;
    for hour in first..first + 4 {
        assert_eq!(store.audit_hour(account, hour, false).await?, HourDifference::default(), "hour {hour}");
    }
    Ok(())
}

/// Two callers record the same messages at the same time, in another order and other batches.
async fn concurrent_callers_count_each_message_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(120)?;
    let (one, other) = (traffic::shuffled(&events, 2), traffic::shuffled(&events, 3));
    let callers = [(&one, 50), (&other, 31), (&events, 7)];
    let recorded = callers.map(|(events, batch)| traffic::record(store, &account, events, batch));
    for result in join_all(recorded).await {
        result?;
    }
    let filters = Filters::none(EnabledChannels::All);
    let interval = time(-HOUR)..time(5 * HOUR);
    let model = Model::of(&account, &events);
    for app in App::ALL {
        let expected = model.analytics(*app, &interval, &filters, Grouping::default());
        assert_eq!(traffic::analytics(store, &account, *app, interval.clone(), &filters).await?, expected);
        let ids = TransactionId::range(interval.start, interval.end);
        let expected = model.transactions(*app, &ids, &filters);
        assert_eq!(traffic::transactions(store, &account, *app, &ids, &filters, 1000).await?, expected);
    }
    assert_no_difference(store, &account).await
}

/// In the order of their attempts, with every filter.
async fn transactions_are_listed_by_pages(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(200)?;
    traffic::record(store, &account, &events, 1000).await?;
    let model = Model::of(&account, &events);
    // Pages of intervals that start at an hour are found by the totals of hours.
    let intervals = [time(1000)..time(3 * HOUR), time(0)..time(2 * HOUR + 300_000)];
    let intervals = intervals.map(|interval| TransactionId::range(interval.start, interval.end));
    let some_id = traffic::id(&account, &traffic::attempted(3)?);
    for body in [
        "{}".to_owned(),
        r#"{"channels":["wa"],"skills":["support"]}"#.to_owned(),
        r#"{"messagestatus":["FAILED","RESPONDED"]}"#.to_owned(),
        format!(r#"{{"transactionids":["{some_id}","00000000-0000-7000-8000-000000000000"]}}"#),
    ] {
        let (filters, _) = Filters::for_transactions_v2(body.as_bytes(), EnabledChannels::All)?;
        for (app, ids) in App::ALL.iter().flat_map(|app| intervals.iter().map(move |ids| (*app, ids))) {
            let expected = model.transactions(app, ids, &filters);
            for limit in [3, 1000] {
                let found = traffic::transactions(store, &account, app, ids, &filters, limit).await?;
                assert_eq!(found, expected, "{body} {app}");
            }
        }
    }
    for body in [
        r#"{"errors":["twilio_30003","outbound_cancelled"],"handoffids":["H0000000001"],"source":["UI"]}"#,
        r#"{"errors":["nowhere_1"]}"#,
        r#"{"errors":["without"]}"#,
    ] {
        let [_, ids] = &intervals;
        let filters = Filters::for_transaction_list(body.as_bytes(), EnabledChannels::All)?;
        let expected = model.transactions(App::Proactive, ids, &filters);
        assert_eq!(expected.is_empty(), !body.contains("twilio"), "{body}");
        let found = traffic::transactions(store, &account, App::Proactive, ids, &filters, 2).await?;
        assert_eq!(found, expected, "{body}");
    }
    Ok(())
}

/// The outcome says what each event changed.
async fn repeated_events_change_nothing(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(9)?;
    let new: Vec<_> = events
        .iter()
        .map(|event| NewEvent { id: traffic::id(&account, event), event, consumer: None })
        .collect();
    assert!(!store.has_transactions(&account).await?);
    let (early, rest): (Vec<_>, Vec<_>) =
        new.iter().cloned().partition(|new| matches!(new.event.occurrence, Occurrence::Delivered));
    let outcomes = store.record_events(&account, &early).await?;
    assert!(outcomes.iter().all(|outcome| *outcome == RecordOutcome::AttemptMissing), "{outcomes:?}");
    let first = store.record_events(&account, &rest).await?;
    assert!(first.iter().all(|outcome| *outcome == RecordOutcome::Recorded), "{first:?}");
    let second = store.record_events(&account, &new).await?;
    assert!(second.iter().all(|outcome| *outcome == RecordOutcome::Duplicate), "{second:?}");
    assert!(store.has_transactions(&account).await?);
    Ok(())
}

/// Not even if they send messages with the same ids.
async fn accounts_never_see_messages_of_each_other(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    traffic::prepare(store).await?;
    let events = traffic::events(40)?;
    traffic::record(store, &ours, &events, 1000).await?;
    traffic::record(store, &theirs, &events[..20], 1000).await?;
    let filters = Filters::none(EnabledChannels::All);
    let ids = TransactionId::range(time(-HOUR), time(5 * HOUR));
    for (account, events) in [(&ours, &events[..]), (&theirs, &events[..20])] {
        let expected = Model::of(account, events).transactions(App::Proactive, &ids, &filters);
        let found = traffic::transactions(store, account, App::Proactive, &ids, &filters, 1000).await?;
        assert_eq!(found, expected);
        for id in found.iter().map(|row| row.id) {
            let other = if account == &ours { &theirs } else { &ours };
            assert_eq!(store.transaction(other, id).await?, None);
        }
    }
    Ok(())
}
