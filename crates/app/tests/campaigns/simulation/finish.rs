//! The end of a simulation: without faults, everything ends.

use std::time::Duration;

use outbound_app::Resolution;
use outbound_campaigns::{CampaignStatus, Decision};
use outbound_model::Timestamp;
use outbound_store::RecipientQuery;

use super::Simulation;
use super::schedule::proceed;
use super::work::{Order, Repeated, signed_status};
use super::world::{PROCESSES, Process};

/// The number of rounds after which every campaign must have ended.
const MAX_ROUNDS: usize = 2000;
/// The time after a round with messages.
const BUSY_ROUND: Duration = Duration::from_millis(350);
/// The time after a round without a message. A lane that was taken over waits for a second.
const IDLE_ROUND: Duration = Duration::from_millis(1050);
/// The number of rounds without a message after which time jumps.
const IDLE_ROUNDS: usize = 2;

impl Simulation {
    pub(super) async fn finish(&mut self) {
        self.world.stop_faults();
        self.end_tasks().await;
        self.receive_everything().await;
        self.permit_sending().await;
        self.run_until_ended().await;
        self.deliver_callbacks().await;
        self.resolve_unknown().await;
        self.run_until_ended().await;
        self.deliver_callbacks().await;
        while self.world.processes[0].app.record_campaign_events().await.unwrap() {}
    }

    /// Runs until nothing is left to do, what has begun first.
    async fn end_tasks(&mut self) {
        while let Some(mut task) = self.tasks.pop() {
            self.world.advance(self.world.wait_until(task.start_at));
            match proceed(&mut task.work).await {
                Some(done) => self.end(task.process, done).await,
                // Another transaction is open.
                None => self.tasks.insert(0, task),
            }
        }
    }

    /// Requests and replies that were not received yet.
    async fn receive_everything(&mut self) {
        for number in std::mem::take(&mut self.unaccepted) {
            self.start_repeated(0, Repeated::Accept(number));
        }
        for reply in std::mem::take(&mut self.replies) {
            self.start_repeated(1, Repeated::Reply(reply));
        }
        self.end_tasks().await;
        assert!(self.unaccepted.is_empty() && self.replies.is_empty(), "not received");
    }

    /// People permit everything that was stopped, or nothing: then it expires.
    async fn permit_sending(&mut self) {
        if self.random.one_in(4) {
            return;
        }
        for campaign in 0..self.campaigns.len() {
            let id = self.campaigns[campaign].id.clone().unwrap();
            self.start_order(0, Order::Decide(id, Decision::Resume));
        }
        self.start_order(0, Order::ResumeLanes);
        self.end_tasks().await;
    }

    async fn run_until_ended(&mut self) {
        let mut idle = 0;
        for _ in 0..MAX_ROUNDS {
            if self.world.processes[0].app.sending_held_at().await.unwrap().is_some() {
                self.world.processes[0].app.confirm_sending().await.unwrap();
            }
            let mut is_idle = true;
            for process in 0..PROCESSES {
                self.start_step(process);
                self.end_tasks().await;
                let outcomes = std::mem::take(&mut self.world.processes[process].outcomes);
                is_idle &= outcomes.is_empty();
                self.world.processes[process].app.settle_messages(outcomes).await.unwrap();
            }
            idle = if is_idle { idle + 1 } else { 0 };
            self.world.advance(if is_idle { IDLE_ROUND } else { BUSY_ROUND });
            if idle >= IDLE_ROUNDS {
                if self.has_ended().await {
                    return;
                }
                self.jump_to_next().await;
                idle = 0;
            }
        }
        panic!("a campaign does not end: {:?}", self.campaigns_stored().await);
    }

    /// Jumps to the next time at which something happens.
    async fn jump_to_next(&self) {
        let reader = self.world.store.read_campaigns(&self.world.account);
        let lanes = reader.lanes().await.unwrap();
        let next = lanes.iter().filter_map(|lane| lane.due_at).min();
        let now = self.world.processes.iter().map(Process::now).min().unwrap_or(Timestamp::EPOCH);
        let millis = next.map_or(0, |next| next.millis() - now.millis());
        // A lease of a process that has crashed ends.
        let millis = u64::try_from(millis.max(31_000)).unwrap();
        self.world.advance(Duration::from_millis(millis));
    }

    async fn campaigns_stored(&self) -> Vec<outbound_app::Campaign> {
        self.world.store.read_campaigns(&self.world.account).campaigns(None, 100).await.unwrap()
    }

    /// Whether nothing more happens by itself.
    async fn has_ended(&self) -> bool {
        self.campaigns_stored().await.iter().all(|campaign| {
            let is_waiting = campaign.counts.waiting > 0 || campaign.counts.in_flight > 0;
            let status = CampaignStatus::of(campaign.control, &campaign.counts);
            !is_waiting && matches!(status, CampaignStatus::Finished | CampaignStatus::Cancelled)
        })
    }

    async fn deliver_callbacks(&mut self) {
        while let Some(callback) = self.world.provider.take_callback(&mut self.random) {
            let signed = signed_status(&self.world, &callback);
            signed.deliver(&self.world.processes[0].app).await.unwrap();
        }
    }

    /// A person decides about each unknown outcome. A campaign that has ended cannot send again.
    async fn resolve_unknown(&mut self) {
        for campaign in self.campaigns_stored().await {
            let id = campaign.ids.proactive;
            let reader = self.world.store.read_campaigns(&self.world.account);
            let query = RecipientQuery { campaign: &id, state: Some("unknown"), after: None, limit: 1000 };
            for recipient in reader.recipients(query).await.unwrap() {
                let order = self.resolution(id.clone(), recipient.number);
                self.start_order(0, order);
                self.end_tasks().await;
                self.counted_as_sent.insert((id.clone(), recipient.number));
                let resolution = Resolution::CountAsSent;
                if self.unknown(&id).await == Some(recipient.number) {
                    self.start_order(0, Order::Resolve(id.clone(), recipient.number, resolution));
                    self.end_tasks().await;
                }
            }
        }
    }
}
