//! What the traffic contains, and that intake accepts it.

mod as_json;

use std::collections::{BTreeMap, HashMap};

use outbound_model::Timestamp;
use outbound_reporting::{
    App, Batch, Counts, DAY, Event, HOUR, Incoming, MessageStatus, ReportingChannel, ReportingKey, Source,
    Text, Transaction, Window, apply, counts, look_up,
};

use super::singles::is_weekend;
use super::{DAYS, DemoHandoff, DemoTraffic};
use as_json::as_json;

/// A Wednesday.
const NOW: &str = "2026-09-16T15:30:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn handoffs() -> Vec<DemoHandoff> {
    use ReportingChannel::{Apple, GoogleRcs, InApp, Sms, WhatsApp};
    let handoff = |id: &str, channels: &[ReportingChannel]| DemoHandoff {
        id: id.parse().unwrap(),
        channels: channels.to_vec(),
    };
    vec![
        handoff("H1", &[Sms, InApp]),
        handoff("H2", &[WhatsApp]),
        handoff("H3", &[WhatsApp, Sms, Apple]),
        handoff("H4", &[GoogleRcs]),
    ]
}

fn events_at(seed: u64, now: Timestamp) -> Vec<Event> {
    DemoTraffic::new(seed, now, handoffs()).flat_map(Result::unwrap).collect()
}

fn rows(events: &[Event]) -> Vec<Transaction> {
    let (key, account) = (ReportingKey::new(&[7; 32]), "12345678".parse().unwrap());
    let mut rows: HashMap<Text, Transaction> = HashMap::new();
    for event in events {
        let known = rows.remove(&event.message_id);
        let row = known.unwrap_or_else(|| Transaction::new(event.transaction_id(&key, &account)));
        rows.insert(event.message_id.clone(), apply(row, event));
    }
    rows.into_values().collect()
}

fn total<'r>(rows: impl IntoIterator<Item = &'r Transaction>) -> Counts {
    rows.into_iter().map(counts).sum()
}

fn day(row: &Transaction) -> i64 {
    row.id.attempted_at().millis().div_euclid(DAY)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

/// The share of `part` in `whole` in thousandths.
fn share(part: i64, whole: i64) -> i64 {
    part * 1000 / whole
}

#[test]
fn the_same_seed_and_time_give_the_same_events() {
    assert!(events_at(1, now()) == events_at(1, now()));
    assert!(events_at(1, now()) != events_at(2, now()));
}

#[test]
fn events_come_in_order_and_in_full_batches() {
    let batches: Vec<_> = DemoTraffic::new(1, now(), handoffs()).map(Result::unwrap).collect();
    let (last, full) = batches.split_last().unwrap();
    assert!(full.iter().all(|batch| batch.len() == 1000) && last.len() <= 1000);
    assert!(batches.concat().is_sorted_by_key(|event| event.time));
}

#[test]
fn memory_is_bounded() {
    let mut traffic = DemoTraffic::new(1, now(), handoffs());
    while traffic.next().is_some() {
        assert!(traffic.events.len() < 10_000);
    }
}

#[test]
fn intake_accepts_every_event() {
    for batch in DemoTraffic::new(1, now(), handoffs()) {
        let events = batch.unwrap();
        let body = serde_json::to_vec(&events.iter().map(as_json).collect::<Vec<_>>()).unwrap();
        let read: Vec<_> = Batch::read(&body, Window::at(now())).unwrap().items;
        let read = read.into_iter().map(|item| item.event.unwrap());
        assert!(read.eq(events.into_iter().map(Incoming::Event)));
    }
}

#[test]
fn traffic_covers_60_days_at_any_time_of_a_day() {
    for time in ["2026-09-16T00:00:00Z", "2026-09-16T00:01:00Z", "2026-09-16T23:59:59.999Z", NOW] {
        let now: Timestamp = time.parse().unwrap();
        let events = events_at(1, now);
        let today = now.millis().div_euclid(DAY);
        for event in &events {
            assert!(
                event.attempted_at.millis() >= (today - DAYS + 1) * DAY && event.time <= now,
                "{event:?}"
            );
            assert!(event.attempted_at <= event.time);
        }
        let rows = rows(&events);
        let days: BTreeMap<i64, i64> = rows.iter().fold(BTreeMap::new(), |mut days, row| {
            *days.entry(day(row)).or_default() += 1;
            days
        });
        assert_eq!(number(days.len()), DAYS, "{time}");
        assert!((27_000..33_000).contains(&rows.len()), "{} messages at {time}", rows.len());
        let pending = total(rows.iter().filter(|row| day(row) == today)).pending();
        assert!((1..40).contains(&pending), "{pending} pending at {time}");
    }
}

#[test]
fn funnels_are_plausible() {
    for seed in 0..2 {
        let rows = rows(&events_at(seed, now()));
        for channel in ReportingChannel::ALL {
            let of_channel = |row: &&Transaction| row.attempt.as_ref().unwrap().route.channel == *channel;
            let sum = total(rows.iter().filter(of_channel));
            let funnel = [sum.attempted, sum.eligible, sum.sent, sum.delivered, sum.read];
            assert!(funnel.is_sorted_by(|a, b| a >= b), "{channel}: {funnel:?}");
            assert!(sum.conversations_created > sum.conversations_closed && sum.conversations_closed > 0);
            assert!((800..990).contains(&share(sum.sent, sum.attempted)), "{channel}: {sum:?}");
            assert!((850..990).contains(&share(sum.delivered, sum.sent)), "{channel}: {sum:?}");
            assert_eq!(sum.read == 0, *channel == ReportingChannel::Sms, "{sum:?}");
        }
        let all = total(&rows);
        assert!((10..20).contains(&share(all.skipped, all.attempted)), "{all:?}");
        assert!((35..45).contains(&all.csat_tenths()), "{all:?}");
        assert!(all.csat_count > 300, "{all:?}");
    }
}

#[test]
fn all_kinds_of_messages_occur() {
    let rows = rows(&events_at(1, now()));
    let part = |condition: &dyn Fn(&Transaction) -> bool| {
        share(number(rows.iter().filter(|row| condition(row)).count()), number(rows.len()))
    };
    let attempt = |row: &Transaction| row.attempt.clone().unwrap();
    for (name, expected, share) in [
        ("wa", 400..520, part(&|row| attempt(row).route.channel == ReportingChannel::WhatsApp)),
        ("sms", 280..420, part(&|row| attempt(row).route.channel == ReportingChannel::Sms)),
        ("inapp", 90..190, part(&|row| attempt(row).route.channel == ReportingChannel::InApp)),
        ("googlercs", 10..80, part(&|row| attempt(row).route.channel == ReportingChannel::GoogleRcs)),
        ("apple", 5..50, part(&|row| attempt(row).route.channel == ReportingChannel::Apple)),
        ("c2m", 20..70, part(&|row| attempt(row).route.app == App::ConnectToMessaging)),
        ("API", 400..750, part(&|row| attempt(row).route.source == Source::Api)),
        ("UI", 150..450, part(&|row| attempt(row).route.source == Source::Ui)),
        ("LPWF", 50..250, part(&|row| attempt(row).route.source == Source::Workflow)),
        ("campaigns", 200..550, part(&|row| attempt(row).campaign_id.is_some())),
        ("fallback", 2..40, part(&|row| attempt(row).route.channel != attempt(row).route.initial_channel)),
        ("FAILED", 30..80, part(&|row| row.status() == Some(MessageStatus::Failed))),
    ] {
        assert!(expected.contains(&share), "{name}: {share} per mille");
    }
}

#[test]
fn errors_are_in_the_dictionary() {
    let mut errors: BTreeMap<String, i64> = BTreeMap::new();
    for error in rows(&events_at(1, now())).iter().filter_map(Transaction::reported_error) {
        assert!(look_up(&error).is_some(), "{error}");
        *errors.entry(error.to_string()).or_default() += 1;
    }
    for common in [
        "outbound_twilio_21610",
        "outbound_wa_470",
        "outbound_wa_400",
        "twilio_30003",
        "proactive_1001",
        "c2m_1001",
        "proactive_1400",
        "outbound_cancelled",
        "outbound_expired",
    ] {
        assert!(errors.get(common).is_some_and(|number| *number >= 5), "{common} in {errors:?}");
    }
}

#[test]
fn weekends_and_nights_are_quiet() {
    let rows = rows(&events_at(1, now()));
    let today = now().millis().div_euclid(DAY);
    let average = |weekend: bool| {
        let days = (today - DAYS + 1..today).filter(|day| is_weekend(*day) == weekend).count();
        let messages = rows.iter().filter(|row| day(row) < today && is_weekend(day(row)) == weekend);
        messages.count() / days
    };
    assert!(average(true) * 2 < average(false), "{} and {}", average(true), average(false));
    let hour = |row: &Transaction| row.id.attempted_at().millis().rem_euclid(DAY) / HOUR;
    assert!(rows.iter().all(|row| (6..=20).contains(&hour(row))));
}

/// A search for the reason of yesterday's failures finds one error, one handoff, and one afternoon.
#[test]
fn failures_of_yesterday_have_a_visible_cause() {
    // Also after a weekend.
    for now in
        [NOW, "2026-09-14T08:00:00Z", "2026-09-13T08:00:00Z"].map(|now| now.parse::<Timestamp>().unwrap())
    {
        let rows = rows(&events_at(1, now));
        let yesterday = now.millis().div_euclid(DAY) - 1;
        let media = |row: &&Transaction| {
            row.reported_error().is_some_and(|error| error.to_string() == "outbound_wa_400")
        };
        let failed: Vec<_> = rows.iter().filter(media).collect();
        assert!(failed.iter().all(|row| day(row) == yesterday
            && row.attempt.as_ref().unwrap().handoff_id == Some("H2".parse().unwrap())));
        let of_day = total(rows.iter().filter(|row| day(row) == yesterday));
        let media = number(failed.len());
        assert!(media > 180 && media * 2 > of_day.failed, "{media} of {of_day:?}");
    }
}

#[test]
fn demo_without_handoffs_has_traffic() {
    let events: Vec<_> = DemoTraffic::new(1, now(), Vec::new()).flat_map(Result::unwrap).collect();
    assert!(total(&rows(&events)).attempted > 25_000);
}
