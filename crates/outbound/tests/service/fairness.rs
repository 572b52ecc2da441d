//! Fairness (docs/security.md): while one account or network sends as many requests as it can, every request of
//! another account succeeds.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, connect_and_send, handoffs, on_both_engines};

on_both_engines!(
    a_flood_of_logins_from_one_network_does_not_block_others,
    saves_and_imports_of_one_account_do_not_block_others,
    slow_uploads_of_one_account_do_not_block_imports_of_others,
);

/// How often the other account repeats its requests.
const ROUNDS: usize = 5;
const PASSWORD: &str = "correct horse";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Starts a server without budgets, which would hide missing fairness.
fn start(engine: Engine) -> Service {
    Service::start_with(engine, &["--requests-per-second", "0", "--trusted-proxies", "127.0.0.0/8"])
}

/// Stops the busy threads when dropped, also if a test fails.
struct StopOnDrop<'s>(&'s AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Repeats `busy` on `threads` threads until `body` returns.
fn while_busy(threads: usize, busy: impl Fn(usize) + Sync, body: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (stop, busy) = (&stop, &busy);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    busy(thread);
                }
            });
        }
        let _stop = StopOnDrop(&stop);
        body();
    });
}

fn log_in(service: &Service, account: &str, (name, password): (&str, &str), network: &str) -> u16 {
    let body = json!({ "username": name, "password": password }).to_string();
    let path = format!("/api/account/{account}/login?v=1.3");
    service.send("POST", &path, &[JSON, ("x-forwarded-for", network)], &body).status
}

/// Creates a user of the other account.
fn create_user_of_other_account(service: &Service) {
    let create = ["user", "create", "--account", OTHER_ACCOUNT, "--username", "ben", "--role", "lpa"];
    service.installation.run_with(&create, PASSWORD).succeeded();
}

fn a_flood_of_logins_from_one_network_does_not_block_others(engine: Engine) {
    let service = start(engine);
    create_user_of_other_account(&service);
    let attempts = AtomicUsize::new(0);
    for flooded in [ACCOUNT, OTHER_ACCOUNT] {
        let flood = |_| {
            // Another name each time, because a login is locked out after a few failures.
            let name = format!("unknown{}", attempts.fetch_add(1, Ordering::Relaxed));
            let status = log_in(&service, flooded, (&name, "wrong password"), "192.0.2.1");
            assert!([401, 403, 429, 503].contains(&status), "{status}");
        };
        while_busy(100, flood, || {
            for _ in 0..ROUNDS {
                assert_eq!(log_in(&service, OTHER_ACCOUNT, ("ben", PASSWORD), "192.0.2.2"), 200);
            }
        });
    }
}

/// The requests of the other account; each must succeed.
fn assert_requests_succeed(service: &Service, token: &str) {
    let manage = format!("/manage/v1/accounts/{OTHER_ACCOUNT}/handoffs");
    let list = format!("/api/account/{OTHER_ACCOUNT}/app/prmsg/handoffs/list?v=1");
    let authorization = ("authorization", token);
    for round in 0..ROUNDS {
        assert_eq!(log_in(service, OTHER_ACCOUNT, ("ben", PASSWORD), "192.0.2.2"), 200);
        let list = service.get_as(token, &list);
        assert!([200, 204].contains(&list.status), "{list:?}");
        let handoff = &handoffs(&format!("C{round}x"), 1)[0];
        let saved = service.send("POST", &manage, &[JSON, authorization], &draft(handoff).to_string());
        assert_eq!(saved.status, 201, "{saved:?}");
    }
}

/// A handoff as the management API accepts it.
fn draft(handoff: &Value) -> Value {
    json!({ "name": handoff["name"], "channels": handoff["channels"] })
}

fn saves_and_imports_of_one_account_do_not_block_others(engine: Engine) {
    let service = start(engine);
    create_user_of_other_account(&service);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    let manage = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    let import = Value::from(handoffs("Import", 500)).to_string();
    let headers = [JSON, ("authorization", &*service.token)];
    let busy = |thread: usize| {
        let response = if thread < 3 {
            service.send("POST", &format!("{manage}/import?mode=apply"), &headers, &import)
        } else {
            let body = draft(&handoffs("Save", 1)[0]).to_string();
            service.send("POST", &manage, &headers, &body)
        };
        // The busy account may be rate limited. Its names are in use after the first round.
        assert!([200, 201, 202, 409, 429, 503].contains(&response.status), "{response:?}");
    };
    while_busy(13, busy, || assert_requests_succeed(&service, &token));
}

fn slow_uploads_of_one_account_do_not_block_imports_of_others(engine: Engine) {
    let service = start(engine);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    let head = format!(
        "POST /manage/v1/accounts/{ACCOUNT}/handoffs/import HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 33554432\r\n\r\n",
        service.token
    );
    let _slow = [(); 10].map(|()| connect_and_send(service.server.base(), head.as_bytes()));
    // Longer than 1 MiB.
    let import = Value::from(handoffs("Long", 4000)).to_string();
    assert!(import.len() > 1024 * 1024);
    let path = format!("/manage/v1/accounts/{OTHER_ACCOUNT}/handoffs/import");
    for _ in 0..ROUNDS {
        let response = service.import(&token, &path, &import);
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.json()["create"], 4000);
    }
}
