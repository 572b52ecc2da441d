//! The state of a sandbox, and what it does with a message.

mod callbacks;
mod replies;
mod submission;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use outbound_model::{Generator, Timestamp};
use tokio::sync::{Notify, Semaphore, watch};
use url::Url;

pub use replies::Reply;
pub(crate) use submission::{Refusal, Submission, Submitted};

use crate::api_name::ApiName;
use crate::clock::SandboxClock;
use crate::config::SandboxConfig;
use crate::error::SandboxError;
use crate::http_client::HttpClient;
use crate::ledger::{Ledger, LedgerEntry, LedgerFilter, PhoneSummary};
use crate::queue::{Job, Queue};
use crate::rates::Rates;
use crate::receiver::CallbackReceiver;

/// The header of requests that names the address of callbacks about the message and about replies to it. The real APIs
/// have a setting of the sender instead.
const CALLBACK_URL: &str = "sandbox-callback-url";
/// The number of callbacks that are sent at the same time.
const MAX_CONCURRENT_CALLBACKS: usize = 64;
/// The number of phones whose opt-outs and throttled requests are remembered.
const MAX_PHONES: usize = 100_000;

/// A sandbox. All parts share it.
pub(crate) struct Simulator {
    pub(crate) config: SandboxConfig,
    clock: Arc<dyn SandboxClock>,
    generator: Arc<dyn Generator>,
    receiver: Arc<dyn CallbackReceiver>,
    state: Mutex<State>,
    queue_changed: Notify,
    permits: Arc<Semaphore>,
    /// The number of messages whose callbacks are not all sent.
    pending: watch::Sender<usize>,
}

struct State {
    ledger: Ledger,
    rates: Rates,
    queue: Queue,
    phones: Phones,
}

/// What phones did. If a list is full, further opt-outs are ignored, and the numbers of throttled requests are forgotten.
#[derive(Default)]
struct Phones {
    /// Sender and phone of consumers who replied STOP to a Twilio number.
    opted_out: HashSet<(String, String)>,
    /// The number of requests that [`Fault::ThrottledTwice`](crate::Fault::ThrottledTwice) refused.
    throttled: HashMap<(ApiName, String, String), u32>,
}

impl Simulator {
    pub(crate) fn new(
        config: SandboxConfig,
        clock: Arc<dyn SandboxClock>,
        generator: Arc<dyn Generator>,
    ) -> Self {
        let state = State {
            ledger: Ledger::new(config.ledger_messages),
            rates: Rates::new(config.rate),
            queue: Queue::default(),
            phones: Phones::default(),
        };
        let receiver = config.receiver.clone().unwrap_or_else(|| Arc::new(HttpClient::default()));
        Self {
            config,
            clock,
            generator,
            receiver,
            state: Mutex::new(state),
            queue_changed: Notify::new(),
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT_CALLBACKS)),
            pending: watch::Sender::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.generator.fill(&mut bytes);
        bytes
    }

    /// Up to `limit` entries of the ledger.
    pub(crate) fn read_ledger(&self, filter: &LedgerFilter, limit: usize) -> Vec<LedgerEntry> {
        self.lock().ledger.read(filter).take(limit).cloned().collect()
    }

    /// The address of callbacks about a message: the one that the request names, if it is permitted, or that of the
    /// sender.
    pub(crate) fn callback_url(&self, api: ApiName, headers: &HeaderMap, sender: &str) -> Option<Url> {
        let named = headers.get(CALLBACK_URL).and_then(|value| Url::parse(value.to_str().ok()?).ok());
        let named = named.filter(|url| self.config.permits_callback(api, url));
        named.or_else(|| self.config.callback_url(api, sender).cloned())
    }

    /// The phones that received messages, newest first.
    pub(crate) fn phones(&self, limit: usize) -> Vec<PhoneSummary> {
        self.lock().ledger.phones(limit)
    }

    /// The numbers of the phones that received messages.
    pub(crate) fn numbers(&self) -> HashSet<String> {
        self.lock().ledger.numbers()
    }

    /// The newest entries of a phone, newest first. Refused messages are not among them.
    pub(crate) fn phone(&self, phone: &str, limit: usize) -> Vec<LedgerEntry> {
        self.lock().ledger.phone(phone, limit)
    }

    /// The message with this id of an API.
    pub(crate) fn message(&self, provider_id: &str) -> Option<LedgerEntry> {
        self.lock().ledger.by_provider_id(provider_id).cloned()
    }

    /// The largest number of requests of each sender in any second.
    pub(crate) fn busiest_seconds(&self) -> BTreeMap<String, usize> {
        self.lock().rates.busiest()
    }

    /// Removes everything about a phone, except callbacks that still wait.
    pub(crate) fn erase(&self, phone: &str) {
        let mut state = self.lock();
        state.ledger.erase(phone);
        state.phones.opted_out.retain(|(_, other)| other != phone);
        state.phones.throttled.retain(|(_, _, other), _| other != phone);
    }

    /// Returns when no callback waits.
    pub(crate) async fn idle(&self) {
        let mut pending = self.pending.subscribe();
        // Only an error if the sender is dropped, which lives as long as `self`.
        let _ = pending.wait_for(|pending| *pending == 0).await;
    }

    /// Adds a job that is new, so that it counts as pending.
    fn start_job(&self, job: Job) -> Result<(), SandboxError> {
        let mut state = self.lock();
        state.queue.add(job)?;
        // Before the queue is unlocked, because another thread may take the job and finish it at once.
        self.pending.send_modify(|pending| *pending += 1);
        drop(state);
        self.queue_changed.notify_one();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use outbound_auth::Secret;
    use outbound_model::testing::SequenceGenerator;

    use super::*;
    use crate::clock::VirtualClock;
    use crate::config::{CallbackRoute, SigningSecrets};

    /// Otherwise, another thread could finish the job first, and the number of pending jobs would never be 0 again.
    #[test]
    fn a_job_is_counted_before_it_can_be_taken() {
        let secrets = SigningSecrets::all(&Secret::new("5ec7e7"));
        let route = CallbackRoute::new(ApiName::Meta, "http://127.0.0.1:9/").unwrap();
        let config = SandboxConfig::new("127.0.0.1:0".parse().unwrap(), secrets).with_callbacks(route);
        let clock = Arc::new(VirtualClock::starting_at(Timestamp::EPOCH));
        let simulator = Arc::new(Simulator::new(config, clock, Arc::new(SequenceGenerator::default())));
        let reply = Reply::text(ApiName::Meta, "+16001230001", "Hi").unwrap().to_sender("1");
        // While the number is read, it cannot change.
        let pending = simulator.pending.borrow();
        let replying = thread::spawn({
            let simulator = simulator.clone();
            move || simulator.reply(reply)
        });
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(1));
            if let Ok(state) = simulator.state.try_lock() {
                assert!(state.queue.next_due().is_none(), "a job that is not counted can be taken");
            }
        }
        drop(pending);
        replying.join().unwrap().unwrap();
        assert_eq!(*simulator.pending.borrow(), 1);
    }
}
