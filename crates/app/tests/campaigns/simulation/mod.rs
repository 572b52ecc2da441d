//! A deterministic simulation: two processes, a store, a provider and clocks under a seeded scheduler. It decides at each
//! call of the store and of the provider which work continues, crashes and freezes processes, cuts them from the
//! database, lets calls of the store fail before or after their commit, loses requests and responses, repeats and
//! reorders callbacks, steps clocks, and lets people and consumers decide. At the end, the ledger of the provider, the
//! recipients and the reports must agree.
//!
//! `OUTBOUND_SIMULATION_SEEDS=10000..20000` runs other seeds, each of which is always the same. A failing seed is printed.

mod finish;
mod people;
mod provider;
mod random;
mod run;
mod schedule;
mod verify;
mod work;
mod world;

use std::collections::BTreeSet;
use std::time::Duration;

use outbound_campaigns::CampaignId;
use serde_json::json;

use crate::fixture::{sms, with};
use random::Random;
use schedule::proceed;
use work::{Repeated, Reply, Task};
use world::{Engine, PROCESSES, World};

/// The number of steps with faults.
const STEPS: usize = 900;
/// The maximum number of campaigns and of their recipients.
const MAX_CAMPAIGNS: usize = 2;
const MAX_RECIPIENTS: usize = 12;
/// How much the clock of a process may be ahead of the slowest one, in seconds: less than half of a lease.
const MAX_OFFSET: usize = 15;
/// The number of phones. Several campaigns send to the same ones.
const PHONES: usize = 30;

/// A campaign that a client requests.
struct Campaign {
    name: String,
    body: String,
    /// The phones of its recipients.
    phones: Vec<usize>,
    /// `None` until the client has an answer.
    id: Option<CampaignId>,
}

struct Simulation {
    world: World,
    random: Random,
    campaigns: Vec<Campaign>,
    /// Campaigns whose requests got no answer.
    unaccepted: Vec<usize>,
    tasks: Vec<Task>,
    /// Replies that were not received.
    replies: Vec<Reply>,
    /// The number of replies.
    said: u32,
    /// The replies that were received.
    received: BTreeSet<u32>,
    /// Phones with a reply that was not received.
    talking: BTreeSet<usize>,
    /// Phones that may be skipped, because they replied.
    skippable: BTreeSet<usize>,
    /// Recipients (campaign and number) to whom a person sent a message again, and whose message counts as sent.
    sent_again: BTreeSet<(CampaignId, u32)>,
    counted_as_sent: BTreeSet<(CampaignId, u32)>,
}

/// The digits of a phone in New York that is free for fiction.
fn phone(number: usize) -> String {
    format!("1212555{:04}", 100 + number)
}

impl Simulation {
    async fn new(seed: u64, engine: Engine) -> Self {
        Self {
            world: World::new(seed, engine).await,
            random: Random::new(seed),
            campaigns: Vec::new(),
            unaccepted: Vec::new(),
            tasks: Vec::new(),
            replies: Vec::new(),
            said: 0,
            received: BTreeSet::new(),
            talking: BTreeSet::new(),
            skippable: BTreeSet::new(),
            sent_again: BTreeSet::new(),
            counted_as_sent: BTreeSet::new(),
        }
    }

    /// A campaign by SMS, or by RCS with SMS as fallback.
    fn request_campaign(&mut self) {
        let number = self.campaigns.len();
        let count = 1 + self.random.below(MAX_RECIPIENTS);
        let first = self.random.below(PHONES);
        let phones: Vec<_> = (0..count).map(|offset| (first + offset) % PHONES).collect();
        let is_plain = self.random.one_in(2);
        let consumer = |(place, index): (usize, &usize)| {
            let start = if is_plain { "Hi" } else { "" };
            let phone = phone(*index);
            json!({ "consumerContent": { "sms": phone, "googlercs": phone },
                "variables": { "1": format!("{start}c{number}n{place}") } })
        };
        let consumers = json!(phones.iter().enumerate().map(consumer).collect::<Vec<_>>());
        let name = format!("Campaign {number}");
        let mut request = with(with(sms(&[]), "consumers", consumers), "campaignName", name.as_str().into());
        if !is_plain {
            request = with(request, "templateId", "H1".into());
        }
        self.campaigns.push(Campaign { name, body: request.to_string(), phones, id: None });
        self.unaccepted.push(number);
    }

    /// One step of the scheduler: mostly, work continues.
    async fn step(&mut self) {
        let process = self.random.below(PROCESSES);
        match self.random.below(200) {
            0 => self.crash(process),
            1 => self.freeze(process),
            2..=3 => {
                let is_cut = self.random.one_in(3);
                self.world.processes[process].disturbance.cut(is_cut);
            }
            4 => {
                let seconds = i64::try_from(self.random.below(MAX_OFFSET)).unwrap();
                self.world.processes[process].set_clock(seconds * 1000);
            }
            5..=6 => self.jump(),
            7..=8 => self.order(process).await,
            9..=10 => self.reply(),
            11..=12 => self.start_outbox(process),
            13..=16 if self.campaigns.len() < MAX_CAMPAIGNS => self.request_campaign(),
            17..=24 => self.start_settling(process),
            25..=36 => self.deliver(process),
            37..=48 => {
                let millis = self.random.millis(700);
                self.world.advance(Duration::from_millis(millis));
            }
            49..=60 => self.start_step(process),
            _ => self.proceed().await,
        }
    }

    /// Continues the work of a process that is not frozen.
    async fn proceed(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let place = self.random.below(self.tasks.len());
        let process = self.tasks[place].process;
        let is_frozen = self.world.processes[process].frozen_until > self.world.monotonic();
        if is_frozen || !self.world.wait_until(self.tasks[place].start_at).is_zero() {
            return;
        }
        if let Some(done) = proceed(&mut self.tasks[place].work).await {
            drop(self.tasks.swap_remove(place));
            self.end(process, done).await;
        }
    }

    /// All work of a process is lost. Others repeat their requests.
    fn crash(&mut self, process: usize) {
        let (lost, kept) =
            std::mem::take(&mut self.tasks).into_iter().partition(|task| task.process == process);
        self.tasks = kept;
        let lost: Vec<Task> = lost;
        for request in lost.into_iter().filter_map(|task| task.request) {
            match request {
                Repeated::Callback(callback) => self.world.provider.repeat(callback),
                Repeated::Reply(reply) => self.replies.push(reply),
                Repeated::Accept(number) => self.unaccepted.push(number),
            }
        }
        self.world.processes[process].crash();
    }

    /// A process does nothing for a while. The database may end its transaction.
    fn freeze(&mut self, process: usize) {
        let millis = [200, 1200, 1800, 5000, 40_000][self.random.below(5)];
        if millis > 2000 || self.random.one_in(2) {
            self.world.processes[process].lose_transaction();
        }
        let until = self.world.monotonic() + i64::try_from(self.random.millis(millis)).unwrap();
        self.world.processes[process].frozen_until = until;
    }

    /// Sometimes much time passes.
    fn jump(&mut self) {
        let seconds = [2, 35, 70, 1000, 1000, 12 * 3600][self.random.below(6)];
        self.world.advance(Duration::from_secs(seconds));
    }

    /// A request of others arrives.
    fn deliver(&mut self, process: usize) {
        if !self.unaccepted.is_empty() && self.random.one_in(2) {
            let place = self.random.below(self.unaccepted.len());
            let number = self.unaccepted.swap_remove(place);
            return self.start_repeated(process, Repeated::Accept(number));
        }
        if !self.replies.is_empty() && self.random.one_in(2) {
            let place = self.random.below(self.replies.len());
            let reply = self.replies.swap_remove(place);
            return self.start_repeated(process, Repeated::Reply(reply));
        }
        if let Some(callback) = self.world.provider.take_callback(&mut self.random) {
            self.start_repeated(process, Repeated::Callback(callback));
        }
    }
}
