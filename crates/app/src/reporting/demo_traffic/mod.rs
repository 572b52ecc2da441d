//! Made-up traffic of the demo account: some 30 000 messages of the last 60 days with everything that happened to
//! them.
//!
//! The same seed, time and handoffs give the same events. Events are in the order of their times, as senders
//! and providers would have reported them, and only events of about a day are in memory.
//!
//! Most messages are sent in business hours, fewer on weekends, many by campaigns. Errors have plausible shares.
//! Yesterday afternoon, WhatsApp could not load the image of one handoff, so that users can find a cause in the
//! reports ([`incident`]).

mod addresses;
mod campaigns;
mod errors;
mod incident;
mod life;
mod message;
mod random;
mod singles;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use incident::Incident;
use message::Message;
use outbound_model::{HandoffId, Timestamp};
use outbound_reporting::{DAY, Event, MAX_BATCH_EVENTS, ReportingChannel, ReportingError};
use random::Random;

/// The days with traffic, with today. As many as an analytics request may span.
const DAYS: i64 = 60;
/// The number of events of a batch.
const BATCH_EVENTS: usize = 1000;
const _: () = assert!(BATCH_EVENTS <= MAX_BATCH_EVENTS);

/// A handoff that messages are sent with.
#[derive(Clone, Debug)]
pub struct DemoHandoff {
    /// Its id.
    pub id: HandoffId,
    /// Its channels, as reporting names them.
    pub channels: Vec<ReportingChannel>,
}

/// The events in batches of at most 1000, ordered by time.
pub struct DemoTraffic {
    seed: u64,
    now: Timestamp,
    handoffs: Vec<DemoHandoff>,
    incident: Incident,
    /// The next day whose messages are made up, in days since 1970.
    next_day: i64,
    /// Events that were not returned yet, by time. The number keeps events of the same time in order.
    events: BTreeMap<(Timestamp, u64), Event>,
    /// The number of events so far.
    number: u64,
}

impl DemoTraffic {
    /// Traffic of the 60 days that end at `now`.
    pub fn new(seed: u64, now: Timestamp, handoffs: Vec<DemoHandoff>) -> Self {
        let today = now.millis().div_euclid(DAY);
        let incident = Incident::on_day(today - 1, &handoffs);
        let next_day = today - DAYS + 1;
        Self { seed, now, handoffs, incident, next_day, events: BTreeMap::new(), number: 0 }
    }

    fn today(&self) -> i64 {
        self.now.millis().div_euclid(DAY)
    }

    fn has_more_days(&self) -> bool {
        self.next_day <= self.today()
    }

    /// Makes up the messages of a day.
    fn add_day(&mut self) -> Result<(), ReportingError> {
        let day = self.next_day;
        self.next_day += 1;
        let mut random = Random::of_day(self.seed, day);
        let mut messages = singles::of_day(day, &self.handoffs, &mut random)?;
        messages.extend(campaigns::of_day(day, &self.handoffs, &self.incident, &mut random)?);
        if day == self.today() {
            messages.extend(singles::waiting(self.now, &self.handoffs, &mut random)?);
        }
        for (index, message) in (0..).zip(messages) {
            self.add_message(message.with_id(day, index)?, &mut random)?;
        }
        Ok(())
    }

    /// Adds the events of a message that have happened by now.
    fn add_message(&mut self, message: Message, random: &mut Random) -> Result<(), ReportingError> {
        for event in life::events(message, &self.incident, random)? {
            if event.time <= self.now {
                self.events.insert((event.time, self.number), event);
                self.number += 1;
            }
        }
        Ok(())
    }

    /// The next event, if no day that is still missing can have an earlier one.
    fn pop(&mut self) -> Option<Event> {
        let missing = Timestamp::EPOCH.plus_millis(self.next_day * DAY);
        let first = self.events.first_entry().filter(|first| first.key().0 < missing)?;
        Some(first.remove())
    }
}

impl Iterator for DemoTraffic {
    type Item = Result<Vec<Event>, ReportingError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Vec::new();
        while batch.len() < BATCH_EVENTS {
            if let Some(event) = self.pop() {
                batch.push(event);
            } else if !self.has_more_days() {
                break;
            } else if let Err(error) = self.add_day() {
                return Some(Err(error));
            }
        }
        (!batch.is_empty()).then_some(Ok(batch))
    }
}
