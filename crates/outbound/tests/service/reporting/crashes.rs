//! Nothing that was acknowledged is lost when the server is killed, and nothing is counted twice.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use outbound_testkit::Server;
use serde_json::{Value, json};

use super::{DAY, attempted, event, yesterday};
use crate::support::{ACCOUNT, Client, Engine, Installation, OUTBOUND, on_both_engines, service::token_of};

/// The number of times that a server is killed. `scripts/soak` sets another one.
fn rounds() -> usize {
    std::env::var("OUTBOUND_SOAK_ROUNDS").map_or(5, |rounds| rounds.parse().expect("OUTBOUND_SOAK_ROUNDS"))
}

/// Sends batches of events until the server is killed. Returns the numbers of the messages that were acknowledged.
fn send_until_killed(base: &str, token: &str, first: i64, acknowledged: &Mutex<BTreeSet<i64>>) {
    let url = format!("{base}/manage/v1/accounts/{ACCOUNT}/events");
    for batch in 0.. {
        let numbers: Vec<_> = (0..50).map(|n| first + batch * 50 + n).collect();
        let events: Vec<Value> = numbers
            .iter()
            .flat_map(|n| {
                let (id, time) = (format!("m{n}"), yesterday() + n);
                [attempted(&id, time), event("sent", &id, time, 1), event("delivered", &id, time, 2)]
            })
            .collect();
        let sent = ureq::post(&url)
            .header("authorization", token)
            .header("content-type", "application/json")
            .send(json!(events).to_string());
        if !sent.is_ok_and(|response| response.status() == 200) {
            return;
        }
        acknowledged.lock().unwrap().extend(numbers);
    }
}

fn killed_servers_lose_no_acknowledged_event(engine: Engine) {
    let installation = Installation::with_account(engine, ACCOUNT);
    let file = |name: &str| installation.folder.join(name).display().to_string();
    let (database, key_file) = match engine {
        Engine::Sqlite => (format!("sqlite:{}", file("outbound.db")), file("outbound.db.key")),
        Engine::Postgres => (installation.database.clone(), file("outbound.key")),
    };
    let create = ["client", "create", "--account", ACCOUNT, "--scope", "events.write reports.read", "--json"];
    let client = Client::from_json(&installation.run(&create).json());
    let acknowledged = Mutex::new(BTreeSet::new());
    let arguments = ["--database", &database, "--key-file", &key_file];
    let start = || Server::start(Path::new(OUTBOUND), &arguments).unwrap();
    for round in 0..rounds() {
        let mut server = start();
        let token = token_of(server.base(), ACCOUNT, &client);
        let base = server.base().to_owned();
        thread::scope(|scope| {
            for sender in 0..3 {
                let first = i64::try_from(round * 3 + sender).unwrap() * 100_000;
                let (base, token, acknowledged) = (&base, &token, &acknowledged);
                scope.spawn(move || send_until_killed(base, token, first, acknowledged));
            }
            thread::sleep(Duration::from_millis(400));
            server.kill().unwrap();
        });
    }
    let server = start();
    let token = token_of(server.base(), ACCOUNT, &client);
    let time = yesterday();
    let url = format!(
        "{}/api/account/{ACCOUNT}/app/prmsg/analytics/?attemptedStartTime={time}&attemptedEndTime={}",
        server.base(),
        time + DAY
    );
    let mut response = ureq::get(&url).header("authorization", &token).call().unwrap();
    let report: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
    let row = &report["analytics"][0];
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(!acknowledged.is_empty());
    let attempted = row["attempted"].as_u64().unwrap();
    assert!(attempted >= u64::try_from(acknowledged.len()).unwrap(), "{row}");
    assert_eq!((&row["sent"], &row["delivered"]), (&row["attempted"], &row["attempted"]));
    drop(server);
    let audit = installation.run(&["report", "audit", "--account", ACCOUNT, "--json"]).json();
    assert_eq!((&audit["totals"], &audit["messages"]), (&json!(0), &json!(0)), "{audit}");
}

on_both_engines!(killed_servers_lose_no_acknowledged_event);
