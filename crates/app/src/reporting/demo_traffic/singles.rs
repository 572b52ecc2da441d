//! Messages that are sent one by one, when an order ships or a customer calls.

use outbound_model::Timestamp;
use outbound_reporting::{App, DAY, HOUR, ReportingChannel, ReportingError, Source, Text};

use super::DemoHandoff;
use super::addresses::us_number;
use super::message::{Message, channel_and_handoff, message};
use super::random::Random;

const MINUTE: i64 = HOUR / 60;
/// How many messages each hour of a day has, in UTC.
const HOURS: &[(i64, i64)] = &[
    (1, 6),
    (4, 7),
    (9, 8),
    (12, 9),
    (13, 10),
    (12, 11),
    (9, 12),
    (10, 13),
    (12, 14),
    (12, 15),
    (11, 16),
    (8, 17),
    (5, 18),
    (3, 19),
    (1, 20),
];
const SOURCES: &[(i64, Source)] = &[(65, Source::Api), (25, Source::Workflow), (10, Source::Ui)];

/// Whether `day`, in days since 1970, is a Saturday or Sunday.
pub(super) fn is_weekend(day: i64) -> bool {
    // 1970-01-01 was a Thursday.
    matches!((day + 4).rem_euclid(7), 0 | 6)
}

/// The messages of a day.
pub(super) fn of_day(
    day: i64,
    handoffs: &[DemoHandoff],
    random: &mut Random,
) -> Result<Vec<Message>, ReportingError> {
    let number = if is_weekend(day) { random.within(90..=140) } else { random.within(375..=455) };
    (0..number).map(|_| single(business_time(day, random), handoffs, random)).collect()
}

/// The few messages of the last minutes that wait until they are sent.
pub(super) fn waiting(
    now: Timestamp,
    handoffs: &[DemoHandoff],
    random: &mut Random,
) -> Result<Vec<Message>, ReportingError> {
    let since_midnight = now.millis().rem_euclid(DAY);
    (0..random.within(5..=9))
        .map(|_| {
            let ago = random.within(0..=20 * MINUTE).min(since_midnight);
            let message = single(now.plus_millis(-ago), handoffs, random)?;
            Ok(Message { queued: None, ..message })
        })
        .collect()
}

fn business_time(day: i64, random: &mut Random) -> Timestamp {
    let hour = random.weighted(HOURS).copied().unwrap_or(10);
    Timestamp::EPOCH.plus_millis(day * DAY + hour * HOUR + random.within(0..=HOUR - 1))
}

fn single(
    attempted_at: Timestamp,
    handoffs: &[DemoHandoff],
    random: &mut Random,
) -> Result<Message, ReportingError> {
    if random.chance(70) {
        return after_call(attempted_at, random);
    }
    let (channel, handoff) = channel_and_handoff(handoffs, random);
    let source = random.weighted(SOURCES).copied().unwrap_or(Source::Api);
    message(attempted_at, channel, handoff, source, random)
}

/// A message of Connect To Messaging: a caller prefers to write.
fn after_call(attempted_at: Timestamp, random: &mut Random) -> Result<Message, ReportingError> {
    let channel = if random.chance(600) { ReportingChannel::Sms } else { ReportingChannel::WhatsApp };
    let mut message = message(attempted_at, channel, None, Source::Api, random)?;
    message.attempt.route.app = App::ConnectToMessaging;
    message.attempt.ivr_number = Some(Text::new("ivrNumber", us_number(random))?);
    Ok(message)
}
