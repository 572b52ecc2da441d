//! Servers that are killed during a campaign of a thousand recipients send nothing twice and lose nothing.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use outbound_testkit::Server;

use crate::support::service::token_of;
use crate::support::{
    ACCOUNT, Client, Engine, Installation, LargeCampaign, OUTBOUND, SANDBOX_TOKEN, Sandbox, eventually,
    on_both_engines,
};

/// The number of servers that are killed. `scripts/soak` sets another one.
fn rounds() -> usize {
    std::env::var("OUTBOUND_SOAK_ROUNDS").map_or(5, |rounds| rounds.parse().expect("OUTBOUND_SOAK_ROUNDS"))
}

/// The number of servers that are killed during one campaign.
const ROUNDS_OF_CAMPAIGN: usize = 5;
/// The number of messages between two crashes, at least.
const MESSAGES: usize = 60;

fn killed_servers_send_no_message_twice_and_lose_none(engine: Engine) {
    let mut rounds = rounds();
    while rounds > 0 {
        send_a_campaign(engine, ROUNDS_OF_CAMPAIGN.min(rounds));
        rounds = rounds.saturating_sub(ROUNDS_OF_CAMPAIGN);
    }
}

/// Kills this number of servers while they send one campaign.
fn send_a_campaign(engine: Engine, rounds: usize) {
    let installation = Installation::with_account(engine, ACCOUNT);
    let file = |name: &str| installation.folder.join(name).display().to_string();
    let (database, key_file) = match engine {
        Engine::Sqlite => (format!("sqlite:{}", file("outbound.db")), file("outbound.db.key")),
        Engine::Postgres => (installation.database.clone(), file("outbound.key")),
    };
    let scope = "campaigns.read campaigns.write campaigns.launch";
    let create = ["client", "create", "--account", ACCOUNT, "--scope", scope, "--json"];
    let client = Client::from_json(&installation.run(&create).json());
    let sandbox = Sandbox::start(&installation, &[]);
    let connect = ["connection", "create", "--account", ACCOUNT, &sandbox.url, "--secret", SANDBOX_TOKEN];
    installation.run(&[&connect[..], &["--key-file", &key_file]].concat()).succeeded();
    let options = ["--campaign-lease-seconds", "5", "--campaign-unknown-seconds", "3", "--report-sandbox"];
    let arguments = [&["--database", &database, "--key-file", &key_file][..], &options].concat();
    let start = || Server::start(Path::new(OUTBOUND), &arguments).unwrap();
    let mut server = start();
    let token = token_of(server.base(), ACCOUNT, &client);
    let campaign = LargeCampaign::start(server.base(), &token);
    for round in 0..rounds {
        let before = sandbox.messages().len();
        let sent = eventually(|| sandbox.messages().len(), |sent| *sent >= before + MESSAGES);
        assert!(sent >= before + MESSAGES, "{sent} messages, {before} before: {}", server.log());
        // At different moments of a second.
        sleep(Duration::from_millis(u64::try_from(round).unwrap() * 130));
        server.kill().unwrap();
        server = start();
    }
    let ended = campaign.end(server.base(), &sandbox, false);
    assert!(ended.sent > ended.unknown, "{ended:?}");
}

on_both_engines!(killed_servers_send_no_message_twice_and_lose_none);
