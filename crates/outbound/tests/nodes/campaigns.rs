//! A campaign of a thousand recipients while the node that sends it is killed, frozen, or cut from the database. Another
//! node takes over.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use outbound_testkit::{Fault, Postgres, Proxy, Server};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::service::token_of;
use crate::support::{
    ACCOUNT, Client, Installation, LargeCampaign, OUTBOUND, SANDBOX_TOKEN, Sandbox, eventually,
};

/// Longer than a lease.
const INTERRUPTION: Duration = Duration::from_secs(8);

/// A node that sends a campaign, another one that is idle, and a sandbox. Fields are dropped in this order.
struct Sending {
    sender: Server,
    other: Server,
    campaign: LargeCampaign,
    sandbox: Sandbox,
    /// Between the sending node and the database.
    proxy: Proxy,
    _postgres: Postgres,
    _folder: TempDir,
}

impl Sending {
    fn start() -> Self {
        let (postgres, folder) = (Postgres::start().unwrap(), TempDir::new().unwrap());
        let (database, key) = (postgres.database().unwrap(), folder.path().join("outbound.key"));
        let key = key.to_str().unwrap();
        let proxy = postgres.proxy("127.0.0.1:0").unwrap();
        let options =
            ["--campaign-lease-seconds", "5", "--campaign-unknown-seconds", "3", "--report-sandbox"];
        let start = |database: &str| {
            let arguments = [&["--database", database, "--key-file", key][..], &options].concat();
            Server::start(Path::new(OUTBOUND), &arguments).unwrap()
        };
        let sender = start(&proxy.url(&database));
        let installation = Installation::of(folder.path(), database.clone());
        installation.run(&["account", "create", ACCOUNT]).succeeded();
        let scope = "campaigns.read campaigns.write campaigns.launch";
        let create = ["client", "create", "--account", ACCOUNT, "--scope", scope, "--json"];
        let client = Client::from_json(&installation.run(&create).json());
        let callback = format!("twilio={}", sender.base());
        let sandbox = Sandbox::start(&installation, &["--callback", &callback]);
        let connect = ["connection", "create", "--account", ACCOUNT, &sandbox.url, "--secret", SANDBOX_TOKEN];
        installation.run(&[&connect[..], &["--key-file", key]].concat()).succeeded();
        let token = token_of(sender.base(), ACCOUNT, &client);
        let campaign = LargeCampaign::start(sender.base(), &token);
        let sent = eventually(|| sandbox.messages().len(), |sent| *sent > 100);
        assert!(sent > 100, "{sent} messages: {}", sender.log());
        let other = start(&database);
        Self { sender, other, campaign, sandbox, proxy, _postgres: postgres, _folder: folder }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.sender.pid().unwrap().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Callbacks do not prove what was accepted, because the node that they are sent to may be gone.
    fn end(&self) {
        let ended = self.campaign.end(self.other.base(), &self.sandbox, false);
        assert!(ended.sent > ended.unknown, "{ended:?}");
    }
}

#[test]
fn a_killed_node_sends_nothing_twice() {
    let mut sending = Sending::start();
    sending.sender.kill().unwrap();
    sending.end();
}

#[test]
fn a_node_that_was_frozen_for_longer_than_its_lease_sends_nothing_twice() {
    let sending = Sending::start();
    sending.signal(Signal::STOP);
    sleep(INTERRUPTION);
    sending.signal(Signal::CONT);
    sending.end();
}

#[test]
fn a_node_that_is_cut_from_the_database_sends_nothing_twice() {
    let sending = Sending::start();
    sending.proxy.set(Fault::Refuse);
    sleep(INTERRUPTION);
    sending.proxy.set(Fault::None);
    sending.end();
}

#[test]
fn a_node_whose_database_does_not_answer_sends_nothing_twice() {
    let sending = Sending::start();
    sending.proxy.set(Fault::Freeze);
    sleep(INTERRUPTION);
    sending.proxy.set(Fault::None);
    sending.end();
}
