//! Campaigns: many messages at once, which are sent one after the other.

use outbound_model::Timestamp;
use outbound_reporting::{DAY, HOUR, ReportingChannel, ReportingError, Source};

use super::DemoHandoff;
use super::incident::Incident;
use super::message::{Message, channel_and_handoff, message};
use super::random::Random;
use super::singles::is_weekend;

/// The recipients of a request to the API, which accepts them at once.
const REQUEST_RECIPIENTS: i64 = 100;
/// The pause between requests, in milliseconds.
const REQUEST_INTERVAL: i64 = 400;
/// The time that a message takes when the gateway accepts 9 a second, in milliseconds.
const SEND_INTERVAL: i64 = 111;

/// The messages of all campaigns of a day.
pub(super) fn of_day(
    day: i64,
    handoffs: &[DemoHandoff],
    incident: &Incident,
    random: &mut Random,
) -> Result<Vec<Message>, ReportingError> {
    let number = match (is_weekend(day), random.chance(150)) {
        (true, false) => 0,
        (true, true) | (false, false) => 1,
        (false, true) => 2,
    };
    let mut messages = Vec::new();
    for _ in 0..number {
        let (channel, handoff) = channel_and_handoff(handoffs, random);
        let start = day * DAY + random.within(9 * HOUR..=16 * HOUR);
        let recipients = if is_weekend(day) { random.within(40..=90) } else { random.within(140..=320) };
        let start = Timestamp::EPOCH.plus_millis(start);
        messages.extend(campaign(start, channel, handoff, recipients, random)?);
    }
    if let Some(start) = incident.campaign_start(day) {
        let (handoff, recipients) = (incident.handoff.as_ref(), random.within(220..=260));
        messages.extend(campaign(start, ReportingChannel::WhatsApp, handoff, recipients, random)?);
    }
    Ok(messages)
}

fn campaign(
    start: Timestamp,
    channel: ReportingChannel,
    handoff: Option<&DemoHandoff>,
    recipients: i64,
    random: &mut Random,
) -> Result<Vec<Message>, ReportingError> {
    let id = random.id(9)?;
    let source = if random.chance(600) { Source::Ui } else { Source::Api };
    let recipient = |number: i64| {
        let accepted = number / REQUEST_RECIPIENTS * REQUEST_INTERVAL + random.within(0..=80);
        let mut message = message(start.plus_millis(accepted), channel, handoff, source, random)?;
        message.attempt.campaign_id = Some(id.clone());
        message.queued = Some(number * SEND_INTERVAL);
        Ok(message)
    };
    (0..recipients).map(recipient).collect()
}
