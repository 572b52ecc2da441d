//! A sandbox that runs.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use outbound_model::Generator;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::SandboxClock;
use crate::config::SandboxConfig;
use crate::error::SandboxError;
use crate::ledger::{LedgerEntry, LedgerFilter, PhoneSummary};
use crate::server::{router, serve};
use crate::simulator::{Reply, Simulator};

/// Starts sandboxes.
pub struct Sandbox;

impl Sandbox {
    /// Starts a sandbox on the current runtime.
    ///
    /// # Errors
    ///
    /// [`SandboxError::TokenRequired`], [`SandboxError::Empty`] or [`SandboxError::Listen`].
    pub async fn start(
        config: SandboxConfig,
        clock: Arc<dyn SandboxClock>,
        generator: Arc<dyn Generator>,
    ) -> Result<RunningSandbox, SandboxError> {
        config.check()?;
        let address = config.listen;
        let listen = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let request_timeout = config.request_timeout;
        let simulator = Arc::new(Simulator::new(config, clock, generator));
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(serve(listener, router(simulator.clone()), request_timeout, stopped));
        let callbacks = tokio::spawn(simulator.clone().send_callbacks());
        Ok(RunningSandbox { address, simulator, stop, tasks: [server, callbacks] })
    }
}

/// A sandbox that runs until it is dropped.
pub struct RunningSandbox {
    address: SocketAddr,
    simulator: Arc<Simulator>,
    stop: watch::Sender<bool>,
    tasks: [JoinHandle<()>; 2],
}

impl RunningSandbox {
    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the APIs, such as `http://127.0.0.1:4000`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The first `limit` entries of the ledger that match, oldest first.
    pub fn messages(&self, filter: &LedgerFilter, limit: usize) -> Vec<LedgerEntry> {
        self.simulator.read_ledger(filter, limit)
    }

    /// Up to `limit` phones that received messages, by their newest message or reply.
    pub fn phones(&self, limit: usize) -> Vec<PhoneSummary> {
        self.simulator.phones(limit)
    }

    /// The numbers of all phones that received messages.
    pub fn phone_numbers(&self) -> HashSet<String> {
        self.simulator.numbers()
    }

    /// Up to `limit` messages and replies of a phone, newest first. Refused messages are not among them.
    pub fn phone(&self, phone: &str, limit: usize) -> Vec<LedgerEntry> {
        self.simulator.phone(phone, limit)
    }

    /// The largest number of requests of each sender in any second since the start.
    pub fn busiest_seconds(&self) -> BTreeMap<String, usize> {
        self.simulator.busiest_seconds()
    }

    /// Sends a reply of a phone.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoConversation`], [`SandboxError::NoCallbackAddress`] or [`SandboxError::Busy`].
    pub fn reply(&self, reply: Reply) -> Result<(), SandboxError> {
        self.simulator.reply(reply)
    }

    /// Removes everything about a phone. Callbacks that wait are still sent.
    pub fn erase(&self, phone: &str) {
        self.simulator.erase(phone);
    }

    /// Returns when all callbacks are sent. With a virtual clock, this is at once.
    pub async fn idle(&self) {
        self.simulator.idle().await;
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
