//! Sends callbacks when they are due.

use std::sync::Arc;

use super::Simulator;
use crate::callbacks::{CallbackBuilder, error_code};
use crate::ledger::CallbackRecord;
use crate::plan::{Event, Step};
use crate::queue::{Conversation, Job};

/// The wait after the first failed attempt of a callback. It doubles with each further one.
const FIRST_RETRY_MILLIS: i64 = 1000;

impl Simulator {
    /// Sends callbacks until the future is dropped.
    pub(crate) async fn send_callbacks(self: Arc<Self>) {
        loop {
            let due = self.lock().queue.next_due();
            match due {
                None => self.queue_changed.notified().await,
                // A timer takes a millisecond at least, which would limit the rate.
                Some(due) if due <= self.now() => self.start_due().await,
                Some(due) => tokio::select! {
                    () = self.clock.wait_until(due) => {}
                    () = self.queue_changed.notified() => {}
                },
            }
        }
    }

    /// Starts to send the first job that is due.
    async fn start_due(self: &Arc<Self>) {
        // The semaphore is never closed.
        let Ok(permit) = self.permits.clone().acquire_owned().await else { return };
        let Some(job) = self.lock().queue.pop_due(self.now()) else { return };
        let simulator = self.clone();
        tokio::spawn(async move {
            simulator.run_step(job).await;
            drop(permit);
        });
    }

    /// Sends the first callback of a job now, and queues the others. A task of its own, because the client may close its
    /// connection while it waits.
    pub(super) async fn start_after_first(self: &Arc<Self>, job: Job) {
        self.pending.send_modify(|pending| *pending += 1);
        let simulator = self.clone();
        // Only an error if the runtime ends.
        let _ = tokio::spawn(async move { simulator.run_step(job).await }).await;
    }

    /// Sends the first callback of a job, and queues it again if something remains to be sent.
    async fn run_step(&self, mut job: Job) {
        let Some(Step { event, .. }) = job.steps.front() else { return self.finish_job() };
        let is_received = self.send_event(&job.conversation, event, job.failures == 0).await;
        if is_received || job.failures >= job.conversation.retries {
            job.steps.pop_front();
            job.failures = 0;
            let Some(next) = job.steps.front() else { return self.finish_job() };
            job.due = job.due.plus_millis(next.after);
        } else {
            let wait = FIRST_RETRY_MILLIS.saturating_mul(1 << job.failures.min(16));
            job.failures += 1;
            job.due = self.now().plus_millis(wait);
        }
        let added = self.lock().queue.add(job);
        match added {
            Ok(()) => self.queue_changed.notify_one(),
            Err(error) => {
                tracing::warn!(%error, "dropped callbacks");
                self.finish_job();
            }
        }
    }

    fn finish_job(&self) {
        self.pending.send_modify(|pending| *pending = pending.saturating_sub(1));
    }

    /// Sends an event as often as its fault requires. Returns whether it was received or has no address.
    async fn send_event(&self, conversation: &Conversation, event: &Event, is_first_attempt: bool) -> bool {
        let request = if let Event::Reply(reply) = event {
            self.reply_request(conversation, reply, is_first_attempt)
        } else {
            self.set_status(conversation, event);
            self.callback_builder(conversation).status(event)
        };
        let Some(request) = request else { return true };
        let mut is_received = true;
        for _ in 0..conversation.copies {
            let status = self.receiver.receive(request.clone()).await;
            is_received &= status.is_some_and(|status| (200..300).contains(&status));
            let record = CallbackRecord { event: event.name(), at: self.now(), response: status };
            if let Some(sequence) = conversation.sequence {
                self.lock().ledger.record_callback(sequence, record);
            }
        }
        is_received
    }

    /// Before the callback, because its receiver may read the message at once.
    fn set_status(&self, conversation: &Conversation, event: &Event) {
        let error_code = error_code(conversation.api, event);
        if let Some(sequence) = conversation.sequence {
            self.lock().ledger.set_status(sequence, event.name(), error_code);
        }
    }

    pub(super) fn callback_builder<'c>(&'c self, conversation: &'c Conversation) -> CallbackBuilder<'c> {
        let secrets = &self.config.secrets;
        CallbackBuilder { secrets, now: self.now(), random: self.random(), conversation }
    }
}
