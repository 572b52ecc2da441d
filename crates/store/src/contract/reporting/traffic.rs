//! Events for the tests of reporting, and the model.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;

use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{
    App, Attempt, Cell, EnabledChannels, ErrorKey, Event, Filters, Grouping, HOUR, Occurrence,
    ReportingChannel, ReportingKey, Route, Source, Text, Totals, Transaction, TransactionId, apply, cell,
    group,
};

use crate::{AnalyticsQuery, NewEvent, Store, TransactionQuery};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The start of the traffic: 2026-09-29T22:00:00Z, so that it spans two days, or a day later two months. In the past,
/// because storage is not dropped by a clock that is ahead of the database.
pub(super) const START: i64 = 1_790_719_200_000;
/// A time some milliseconds after the start.
pub(super) fn time(millis: i64) -> Timestamp {
    Timestamp::EPOCH.plus_millis(START + millis)
}

fn text(text: &str) -> Result<Text> {
    Ok(Text::new("text", text.to_owned())?)
}

/// The id of a message of an account.
pub(super) fn id(account: &AccountId, event: &Event) -> TransactionId {
    event.transaction_id(&ReportingKey::new(&[7; 32]), account)
}

/// Prepares storage for the traffic.
pub(super) async fn prepare(store: &dyn Store) -> Result<()> {
    Ok(store.maintain_storage(time(-400 * 24 * HOUR), time(0)).await?)
}

/// The `attempted` event of message `number`, at an odd time of one of four hours.
pub(super) fn attempted(number: usize) -> Result<Event> {
    let pick = |values: &[&str]| text(values[number % values.len()]);
    let channel = [ReportingChannel::Sms, ReportingChannel::WhatsApp, ReportingChannel::Apple][number % 3];
    let route = Route {
        app: if number.is_multiple_of(7) { App::ConnectToMessaging } else { App::Proactive },
        channel,
        skill: pick(&["sales", "support", "billing"])?,
        source: [Source::Api, Source::Ui][number % 2],
        initial_channel: channel,
        initial_skill: pick(&["sales", "support"])?,
    };
    let attempt = Attempt {
        route,
        handoff_id: if number.is_multiple_of(4) {
            None
        } else {
            Some(format!("H{:010}", number % 4).parse()?)
        },
        campaign_id: if number.is_multiple_of(5) { Some(text("autumn")?) } else { None },
        ivr_number: None,
    };
    let attempted_at = time(attempted_millis(number));
    let occurrence = Occurrence::Attempted { attempt: Box::new(attempt), address: None };
    Ok(Event { message_id: text(&format!("m{number}"))?, attempted_at, time: attempted_at, occurrence })
}

fn attempted_millis(number: usize) -> i64 {
    i64::try_from(number * 7_919_003).unwrap_or(0) % (4 * HOUR)
}

/// All events of messages 0 to `messages`: some read, some failed before or after sending, some cancelled or
/// skipped, some with conversations. Some messages have no `attempted` event.
pub(super) fn events(messages: usize) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for number in 0..messages {
        let attempted = attempted(number)?;
        let mut add = |seconds: i64, occurrence: Occurrence| {
            let time = attempted.attempted_at.plus_seconds(seconds);
            events.push(Event { time, occurrence, ..attempted.clone() });
        };
        let error = |source: &str, code: &str| ErrorKey::new(source.to_owned(), code.to_owned());
        match number % 11 {
            0 => add(1, Occurrence::Failed(error("twilio", "30003")?)),
            1 => add(1, Occurrence::Skipped),
            2 => add(9, Occurrence::Cancelled),
            3 => {}
            4 => add(2, Occurrence::Failed(error("c2m", "1001")?)),
            kind => {
                add(1, Occurrence::Sent);
                add(2, Occurrence::Delivered);
                if kind > 6 {
                    add(60, Occurrence::Read);
                }
                if kind > 8 {
                    add(90, Occurrence::ConversationCreated(text(&format!("c{number}"))?));
                    add(400, Occurrence::ConversationClosed(text(&format!("c{number}"))?));
                    add(500, Occurrence::Csat(4));
                }
                if kind == 5 {
                    add(100_000, Occurrence::Failed(error("twilio", "5008")?));
                }
            }
        }
        if number % 13 != 12 {
            events.push(attempted);
        }
    }
    Ok(events)
}

/// The events in another order that depends on `seed`, some of them twice.
pub(super) fn shuffled(events: &[Event], seed: u64) -> Vec<Event> {
    let mut shuffled = events.to_vec();
    shuffled.extend(events.iter().step_by(17).cloned());
    let mut state = seed;
    for place in (1..shuffled.len()).rev() {
        // Numerical Recipes' linear congruential generator.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % (1 << 32);
        let other = usize::try_from(state).unwrap_or(0) % (place + 1);
        shuffled.swap(place, other);
    }
    shuffled
}

/// Records events in batches.
pub(super) async fn record(
    store: &dyn Store,
    account: &AccountId,
    events: &[Event],
    batch: usize,
) -> Result<()> {
    for events in events.chunks(batch) {
        let new: Vec<_> =
            events.iter().map(|event| NewEvent { id: id(account, event), event, consumer: None }).collect();
        assert_eq!(store.record_events(account, &new).await?.len(), events.len());
    }
    Ok(())
}

/// The transactions that the events lead to.
pub(super) struct Model(BTreeMap<TransactionId, Transaction>);

impl Model {
    pub(super) fn of(account: &AccountId, events: &[Event]) -> Self {
        let mut rows = BTreeMap::new();
        for event in events {
            let id = id(account, event);
            let row = rows.remove(&id).unwrap_or_else(|| Transaction::new(id));
            rows.insert(id, apply(row, event));
        }
        Self(rows)
    }

    pub(super) fn analytics(
        &self,
        app: App,
        interval: &Range<Timestamp>,
        filters: &Filters,
        grouping: Grouping,
    ) -> Vec<Totals> {
        let rows = self.0.values().filter(|row| interval.contains(&row.id.attempted_at()));
        let cells =
            rows.filter_map(cell).filter(|Cell { key, .. }| key.app == app && filters.match_cell(key));
        group(cells.map(|cell| grouping.cell(cell)))
    }

    pub(super) fn transactions(
        &self,
        app: App,
        ids: &Range<TransactionId>,
        filters: &Filters,
    ) -> Vec<Transaction> {
        let rows = self.0.values().filter(|row| ids.contains(&row.id) && filters.match_row(row));
        rows.filter(|row| row.attempt.as_ref().is_some_and(|attempt| attempt.route.app == app))
            .cloned()
            .collect()
    }
}

/// Reads the totals of an interval.
pub(super) async fn analytics(
    store: &dyn Store,
    account: &AccountId,
    app: App,
    interval: Range<Timestamp>,
    filters: &Filters,
) -> Result<Vec<Totals>> {
    let grouping = Grouping::of(filters);
    Ok(group(
        store.analytics(account, &AnalyticsQuery { app, interval, filters, grouping, limit: 10_000 }).await?,
    ))
}

/// Reads all transactions of an interval by pages.
pub(super) async fn transactions(
    store: &dyn Store,
    account: &AccountId,
    app: App,
    ids: &Range<TransactionId>,
    filters: &Filters,
    limit: u32,
) -> Result<Vec<Transaction>> {
    let mut all = Vec::new();
    loop {
        let offset = u64::try_from(all.len())?;
        let query = TransactionQuery { app, ids: ids.clone(), filters, offset, limit };
        let page = store.transactions(account, &query).await?;
        let is_last = page.len() < usize::try_from(limit)?;
        all.extend(page.into_iter().map(|stored| stored.transaction));
        if is_last {
            return Ok(all);
        }
    }
}

/// Filters from a JSON body.
pub(super) fn filters(body: &str) -> Result<Filters> {
    Ok(Filters::for_analytics(body.as_bytes(), EnabledChannels::All)?)
}
