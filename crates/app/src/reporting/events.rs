//! Takes in a body of events.

use std::collections::BTreeMap;
use std::io::Read;

use bytes::Bytes;
use flate2::read::GzDecoder;
use outbound_fair_queue::{FairQueue, Permit, Shares};
use outbound_model::AccountId;
use outbound_reporting::{Batch, Event, Incoming, Item, Occurrence, Position, Window};
use outbound_store::{RecordOutcome, ValueKind};

use super::intake::QueuedEvent;
use crate::{App, AppError, Grant, WriteEvents};

/// The maximum size of a body in bytes.
pub const MAX_EVENTS_BYTES: usize = 8 << 20;

/// Bodies that are in memory at the same time, in total and of one account, and those that wait.
const BODIES: Shares = Shares { total: 16, per_key: 4, max_waiting: 1024, max_waiting_per_key: 64 };

/// Permission to hold a body of events in memory.
pub struct EventPermit(#[expect(dead_code, reason = "held until it is dropped")] Permit<AccountId>);

/// The queue of bodies.
pub(crate) fn event_bodies() -> FairQueue<AccountId> {
    FairQueue::new(BODIES)
}

/// At most this many unknown types are reported by name.
const MAX_UNKNOWN_TYPES: usize = 20;

/// The results of the events of a body.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EventResults {
    /// Events that changed something.
    pub recorded: u64,
    /// Events that were known already.
    pub duplicates: u64,
    /// Recorded events of messages that are not reported until their `attempted` event arrives.
    pub without_attempt: u64,
    /// Events of types that this version does not know, by type.
    pub unknown_types: BTreeMap<String, u64>,
    /// Events that were not recorded, and why, in the order of the body.
    pub problems: Vec<EventProblem>,
}

/// An event that was not recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EventProblem {
    /// Where the event is.
    pub position: Position,
    /// What is wrong.
    pub message: String,
}

/// A body with events.
#[derive(Clone, Debug)]
pub enum EventBody {
    /// Uncompressed.
    Plain(Bytes),
    /// Compressed with gzip.
    Gzip(Bytes),
}

impl EventBody {
    /// The uncompressed body. Stops at the maximum size, so a small body cannot fill the memory.
    fn decompress(self) -> Result<Bytes, AppError> {
        let compressed = match self {
            Self::Plain(body) => return Ok(body),
            Self::Gzip(compressed) => compressed,
        };
        let mut body = Vec::new();
        let limit = u64::try_from(MAX_EVENTS_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let read = GzDecoder::new(&*compressed).take(limit).read_to_end(&mut body);
        read.map_err(|_| AppError::invalid("the body is not valid gzip data"))?;
        if body.len() > MAX_EVENTS_BYTES {
            return Err(AppError::EventsTooLarge);
        }
        Ok(body.into())
    }
}

impl App {
    /// Waits for permission to hold a body of events in memory. Accounts take turns.
    pub async fn event_permit(&self, grant: &Grant<WriteEvents>) -> Result<EventPermit, AppError> {
        let permit = self.event_bodies.acquire(grant.account().clone()).await;
        permit.map(EventPermit).map_err(|_| AppError::Busy)
    }

    /// Records the events of a body, a JSON array or NDJSON. Events with errors are left out and reported. Returns
    /// after the commit. The permit of a large body is held until its events are recorded, even if the caller stops
    /// waiting. A body without one is refused while too many events of the account wait.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn record_events(
        &self,
        grant: &Grant<WriteEvents>,
        body: EventBody,
        permit: Option<EventPermit>,
    ) -> Result<EventResults, AppError> {
        let (mut results, events) = self.read_events(grant, body).await?;
        let (positions, events): (Vec<_>, Vec<_>) = events.into_iter().unzip();
        let closed: Vec<_> = events.iter().filter_map(QueuedEvent::closed_conversation).collect();
        if permit.is_none() && !self.intake.has_room(grant.account()) {
            return Err(AppError::Busy);
        }
        let outcomes = self.take_in(grant.account(), events, permit).await?;
        self.close_reported_conversations(grant.account(), &closed).await?;
        for (position, outcome) in positions.into_iter().zip(outcomes) {
            results.add(position, outcome);
        }
        results.problems.sort_by_key(|problem| problem.position.number());
        Ok(results)
    }

    /// Checks the events of a body without recording them. Those without errors count as recorded.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn check_events(
        &self,
        grant: &Grant<WriteEvents>,
        body: EventBody,
    ) -> Result<EventResults, AppError> {
        let (mut results, events) = self.read_events(grant, body).await?;
        results.recorded = u64::try_from(events.len()).unwrap_or(u64::MAX);
        Ok(results)
    }

    /// Reads a body: the results of events that cannot be recorded, and the others with their positions.
    async fn read_events(
        &self,
        grant: &Grant<WriteEvents>,
        body: EventBody,
    ) -> Result<(EventResults, Vec<(Position, QueuedEvent)>), AppError> {
        let window = Window::at(self.clock.now());
        let (app, account) = (self.clone(), grant.account().clone());
        let read = move || {
            let mut results = EventResults::default();
            let mut events = Vec::new();
            for Item { position, event } in Batch::read(&body.decompress()?, window)?.items {
                match event {
                    Ok(Incoming::Event(event)) => events.push((position, app.queued(&account, event)?)),
                    Ok(Incoming::UnknownType(name)) => results.count_unknown(name),
                    Err(error) => {
                        results.problems.push(EventProblem { position, message: error.to_string() });
                    }
                }
            }
            Ok((results, events))
        };
        self.compute(grant.account(), read).await?
    }

    /// Records events of this installation's own campaigns. Returns after the commit.
    pub(crate) async fn record_own_events(
        &self,
        account: &AccountId,
        events: Vec<Event>,
    ) -> Result<(), AppError> {
        if events.is_empty() {
            return Ok(());
        }
        let queued = events.into_iter().map(|event| self.queued(account, event)).collect::<Result<_, _>>()?;
        let outcomes = self.take_in(account, queued, None).await?;
        for outcome in outcomes {
            if let RecordOutcome::TooManyValues(kind) = outcome {
                tracing::warn!(%account, problem = too_many(kind), "an event of a campaign was not recorded");
            }
        }
        Ok(())
    }

    pub(super) fn queued(&self, account: &AccountId, event: Event) -> Result<QueuedEvent, AppError> {
        let id = event.transaction_id(&self.reporting_key, account);
        let consumer = match &event.occurrence {
            Occurrence::Attempted { address: Some(address), .. } => Some(self.consumer(account, address)?),
            _ => None,
        };
        Ok(QueuedEvent { id, event, consumer })
    }
}

impl EventResults {
    fn count_unknown(&mut self, name: String) {
        if self.unknown_types.len() < MAX_UNKNOWN_TYPES || self.unknown_types.contains_key(&name) {
            *self.unknown_types.entry(name).or_default() += 1;
        } else {
            *self.unknown_types.entry("…".to_owned()).or_default() += 1;
        }
    }

    fn add(&mut self, position: Position, outcome: RecordOutcome) {
        match outcome {
            RecordOutcome::Recorded => self.recorded += 1,
            RecordOutcome::AttemptMissing => {
                self.recorded += 1;
                self.without_attempt += 1;
            }
            RecordOutcome::Duplicate => self.duplicates += 1,
            RecordOutcome::TooManyValues(kind) => {
                self.problems.push(EventProblem { position, message: too_many(kind) });
            }
        }
    }
}

fn too_many(kind: ValueKind) -> String {
    let maximum = kind.maximum().unwrap_or_default();
    let what = match kind {
        ValueKind::Skill => "skills",
        ValueKind::Handoff => "handoffs",
        ValueKind::Campaign => "campaigns",
        ValueKind::IvrNumber => "IVR numbers",
        ValueKind::Error => "errors",
    };
    format!(
        "the account already has {maximum} different {what}; check whether the field contains the right value"
    )
}
