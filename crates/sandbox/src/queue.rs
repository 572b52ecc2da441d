//! The callbacks that wait for their time.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use outbound_model::Timestamp;
use url::Url;

use crate::api_name::{ApiName, ChannelName};
use crate::error::SandboxError;
use crate::plan::Step;

/// The number of messages whose callbacks may wait.
const MAX_JOBS: usize = 200_000;

/// What the callbacks of one message have in common.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// The message's position in the ledger; `None` for a reply without a message.
    pub(crate) sequence: Option<u64>,
    pub(crate) api: ApiName,
    pub(crate) channel: ChannelName,
    pub(crate) sender: String,
    pub(crate) phone: String,
    pub(crate) message_id: Option<String>,
    pub(crate) provider_id: Option<String>,
    /// Random bytes for the id of the phone's reply, which is the same in every attempt.
    pub(crate) reply_id: [u8; 16],
    /// The address of status callbacks.
    pub(crate) status_url: Option<Url>,
    /// The address of callbacks about replies.
    pub(crate) reply_url: Option<Url>,
    /// How often a callback is repeated if it fails.
    pub(crate) retries: u32,
    pub(crate) copies: u32,
    pub(crate) has_wrong_signature: bool,
}

/// The remaining callbacks of a message. They are sent one after the other.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) conversation: Arc<Conversation>,
    pub(crate) steps: VecDeque<Step>,
    /// When the first of `steps` is due.
    pub(crate) due: Timestamp,
    /// The number of failed attempts of the first step.
    pub(crate) failures: u32,
}

/// Jobs by their time, then by the order in which they were added.
#[derive(Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<Queued>>,
    added: u64,
}

struct Queued {
    order: (Timestamp, u64),
    job: Job,
}

impl Queue {
    /// Adds a job.
    pub(crate) fn add(&mut self, job: Job) -> Result<(), SandboxError> {
        if self.heap.len() >= MAX_JOBS {
            return Err(SandboxError::Busy);
        }
        self.added += 1;
        self.heap.push(Reverse(Queued { order: (job.due, self.added), job }));
        Ok(())
    }

    /// Whether no message can be accepted, because its callbacks could not wait. Half of the room is for jobs that
    /// continue.
    pub(crate) fn is_full(&self) -> bool {
        self.heap.len() >= MAX_JOBS / 2
    }

    /// When the first job is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.heap.peek().map(|Reverse(queued)| queued.order.0)
    }

    /// Removes the first job that is due `now`.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<Job> {
        self.next_due().filter(|due| *due <= now)?;
        self.heap.pop().map(|Reverse(queued)| queued.job)
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order.cmp(&other.order)
    }
}
