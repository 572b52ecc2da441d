//! What happens to a message, from its attempt to the end of its conversation.

use std::ops::RangeInclusive;

use outbound_model::Timestamp;
use outbound_reporting::{App, ErrorKey, Event, HOUR, Occurrence, ReportingChannel, ReportingError};

use super::addresses::address;
use super::errors;
use super::incident::Incident;
use super::message::Message;
use super::random::Random;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// When a message that was not sent expires.
const EXPIRY: i64 = 24 * HOUR;
const SCORES: &[(i64, u8)] = &[(45, 5), (30, 4), (13, 3), (6, 2), (6, 1)];

/// How consumers of a channel behave, in thousandths.
struct Habits {
    /// Consumers who cannot receive messages on the channel.
    ineligible: i64,
    delivered: i64,
    /// Of those that were delivered. SMS have no report of it.
    read: i64,
    /// Replies of those who read the message; of SMS, of those who received it.
    replied: i64,
    /// Opt-outs of those who received the message.
    opted_out: i64,
}

/// The events of `message`, some of which may be in the future.
pub(super) fn events(
    message: Message,
    incident: &Incident,
    random: &mut Random,
) -> Result<Vec<Event>, ReportingError> {
    let habits = habits(message.attempt.route.channel);
    let address = Some(address(message.attempt.route.channel, random)?);
    let attempted = Occurrence::Attempted { attempt: Box::new(message.attempt.clone()), address };
    let is_affected = incident.affects(&message);
    let mut life = Life { time: message.attempted_at, message, random, events: Vec::new() };
    life.add(0, attempted);
    if life.send(&habits, is_affected)? && life.deliver(&habits)? {
        life.reply(&habits)?;
    }
    Ok(life.events)
}

fn habits(channel: ReportingChannel) -> Habits {
    let [ineligible, delivered, read, replied, opted_out] = match channel {
        ReportingChannel::WhatsApp => [25, 960, 780, 150, 3],
        ReportingChannel::Sms => [5, 970, 0, 60, 6],
        ReportingChannel::InApp => [45, 880, 620, 120, 1],
        ReportingChannel::GoogleRcs => [70, 930, 650, 110, 4],
        ReportingChannel::Apple => [40, 950, 740, 200, 2],
    };
    Habits { ineligible, delivered, read, replied, opted_out }
}

struct Life<'r> {
    message: Message,
    random: &'r mut Random,
    /// The time of the last event.
    time: Timestamp,
    events: Vec<Event>,
}

impl Life<'_> {
    /// Adds what happens `after` milliseconds.
    fn add(&mut self, after: i64, occurrence: Occurrence) {
        self.time = self.time.plus_millis(after);
        let (message_id, attempted_at) = (self.message.id.clone(), self.message.attempted_at);
        self.events.push(Event { message_id, attempted_at, time: self.time, occurrence });
    }

    fn add_within(&mut self, after: RangeInclusive<i64>, occurrence: Occurrence) {
        let after = self.random.within(after);
        self.add(after, occurrence);
    }

    fn add_skewed(&mut self, after: RangeInclusive<i64>, occurrence: Occurrence) {
        let after = self.random.skewed(after);
        self.add(after, occurrence);
    }

    fn fail(&mut self, after: i64, error: ErrorKey) {
        self.add(after, Occurrence::Failed(error));
    }

    /// Everything up to `sent`. Returns whether the message was sent.
    fn send(&mut self, habits: &Habits, is_affected: bool) -> Result<bool, ReportingError> {
        let route = &self.message.attempt.route;
        let (app, channel) = (route.app, route.channel);
        let checked = self.random.within(80..=400);
        if self.random.chance(15) {
            self.add(checked, Occurrence::Skipped);
            return Ok(false);
        }
        if self.random.chance(habits.ineligible) {
            self.fail(checked, errors::ineligible(app)?);
            return Ok(false);
        }
        self.add(checked, Occurrence::Eligible);
        if app == App::ConnectToMessaging {
            self.add_within(50..=200, Occurrence::Invited);
        }
        let Some(queued) = self.message.queued else { return Ok(false) };
        let is_campaign = self.message.attempt.campaign_id.is_some();
        if is_campaign && self.random.chance(6) {
            self.add_within(SECOND..=MINUTE, Occurrence::Cancelled);
            return Ok(false);
        }
        if is_campaign && self.random.chance(5) {
            self.fail(EXPIRY, ErrorKey::expired());
            return Ok(false);
        }
        let handed_over = queued + self.random.within(300..=2500);
        let media = if is_affected && self.random.chance(920) { Some(errors::media()?) } else { None };
        match media
            .map_or_else(|| errors::before_sending(app, channel, self.random), |error| Ok(Some(error)))?
        {
            Some(error) => self.fail(handed_over, error),
            None => self.add(handed_over, Occurrence::Sent),
        }
        Ok(matches!(self.events.last(), Some(Event { occurrence: Occurrence::Sent, .. })))
    }

    /// Everything up to `read`. Returns whether the consumer saw the message.
    fn deliver(&mut self, habits: &Habits) -> Result<bool, ReportingError> {
        let channel = self.message.attempt.route.channel;
        if let Some(error) = errors::after_sending(channel, self.random)? {
            self.add_skewed(5 * SECOND..=10 * MINUTE, Occurrence::Failed(error));
            return Ok(false);
        }
        let is_delivered = self.random.chance(habits.delivered);
        if is_delivered {
            let after = self.delivery_delay();
            self.add(after, Occurrence::Delivered);
            if self.random.chance(habits.opted_out) {
                self.add_skewed(MINUTE..=HOUR, Occurrence::OptOut);
                return Ok(false);
            }
        }
        // Gateways leave out some delivery reports.
        let may_read = is_delivered || self.random.chance(100);
        if may_read && self.random.chance(habits.read) {
            let after = self.reading_delay();
            self.add(after, Occurrence::Read);
            return Ok(true);
        }
        Ok(is_delivered && channel == ReportingChannel::Sms)
    }

    /// The conversation.
    fn reply(&mut self, habits: &Habits) -> Result<(), ReportingError> {
        if !self.random.chance(habits.replied) {
            return Ok(());
        }
        let conversation = self.random.id(22)?;
        let created = Occurrence::ConversationCreated(conversation.clone());
        self.add_skewed(20 * SECOND..=2 * HOUR, created);
        if self.random.chance(30) {
            self.add_within(SECOND..=10 * MINUTE, Occurrence::OptIn);
        }
        if !self.random.chance(930) {
            return Ok(());
        }
        self.add_skewed(4 * MINUTE..=20 * HOUR, Occurrence::ConversationClosed(conversation));
        if self.random.chance(350) {
            let score = self.random.weighted(SCORES).copied().unwrap_or(5);
            self.add_skewed(20 * SECOND..=HOUR, Occurrence::Csat(score));
        }
        Ok(())
    }

    /// Most messages arrive at once; others when the phone is on again.
    fn delivery_delay(&mut self) -> i64 {
        if self.random.chance(930) {
            self.random.skewed(SECOND..=30 * SECOND)
        } else {
            self.random.skewed(10 * MINUTE..=30 * HOUR)
        }
    }

    /// Some messages are read days later.
    fn reading_delay(&mut self) -> i64 {
        let range = match self.random.within(1..=100) {
            1..=80 => 10 * SECOND..=2 * HOUR,
            81..=95 => 2 * HOUR..=24 * HOUR,
            _ => 24 * HOUR..=96 * HOUR,
        };
        self.random.skewed(range)
    }
}
