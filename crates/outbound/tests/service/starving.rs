//! One account, or one network, that asks for as much as it can does not keep the others out: two accounts on
//! a running server, and nothing of the second one is refused (docs/security.md).

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, begun, handoffs, on_both_engines};

on_both_engines!(
    logins_from_one_network_leave_others_their_turn,
    saves_and_imports_of_one_account_leave_the_others_their_turn,
    slow_uploads_of_one_account_leave_the_others_their_imports,
);

/// Times that the other account does each thing.
const ROUNDS: usize = 5;
const PASSWORD: &str = "correct horse";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Without budgets, which alone would protect the others.
fn start(engine: Engine) -> Service {
    Service::start_with(engine, &["--requests-per-second", "0", "--trusted-proxies", "127.0.0.0/8"])
}

/// Ends the threads that are busy, also where a test fails.
struct End<'o>(&'o AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Repeats `busy` on `threads` threads for as long as `calm` runs.
fn beside(threads: usize, busy: impl Fn(usize) + Sync, calm: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (over, busy) = (&over, &busy);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    busy(thread);
                }
            });
        }
        let _end = End(&over);
        calm();
    });
}

fn log_in(service: &Service, account: &str, (name, password): (&str, &str), network: &str) -> u16 {
    let body = json!({ "username": name, "password": password }).to_string();
    let path = format!("/api/account/{account}/login?v=1.3");
    service.send("POST", &path, &[JSON, ("x-forwarded-for", network)], &body).status
}

/// Somebody who may log in to the other account.
fn user_of_the_other_account(service: &Service) {
    let made = ["user", "create", "--account", OTHER_ACCOUNT, "--username", "ben", "--role", "lpa"];
    service.installation.run_with(&made, PASSWORD).succeeded();
}

fn logins_from_one_network_leave_others_their_turn(engine: Engine) {
    let service = start(engine);
    user_of_the_other_account(&service);
    let flood = |thread: usize| {
        let name = format!("nobody{thread}");
        let status = log_in(&service, ACCOUNT, (&name, "wrong password"), "192.0.2.1");
        assert!([401, 403, 429, 503].contains(&status), "{status}");
    };
    beside(100, flood, || {
        for _ in 0..ROUNDS {
            assert_eq!(log_in(&service, OTHER_ACCOUNT, ("ben", PASSWORD), "192.0.2.2"), 200);
        }
    });
}

/// What the other account does: each has to work.
fn everything_works(service: &Service, token: &str) {
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

/// A handoff as the management API takes it.
fn draft(handoff: &Value) -> Value {
    json!({ "name": handoff["name"], "channels": handoff["channels"] })
}

fn saves_and_imports_of_one_account_leave_the_others_their_turn(engine: Engine) {
    let service = start(engine);
    user_of_the_other_account(&service);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    let manage = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    let import = Value::from(handoffs("Import", 500)).to_string();
    let headers = [JSON, ("authorization", &*service.token)];
    let busy = |thread: usize| {
        let answer = if thread < 3 {
            service.send("POST", &format!("{manage}/import?mode=apply"), &headers, &import)
        } else {
            let body = draft(&handoffs("Save", 1)[0]).to_string();
            service.send("POST", &manage, &headers, &body)
        };
        // The busy account may be told to wait; names are taken from the second round on.
        assert!([200, 201, 202, 409, 429, 503].contains(&answer.status), "{answer:?}");
    };
    beside(13, busy, || everything_works(&service, &token));
}

fn slow_uploads_of_one_account_leave_the_others_their_imports(engine: Engine) {
    let service = start(engine);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    let head = format!(
        "POST /manage/v1/accounts/{ACCOUNT}/handoffs/import HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 33554432\r\n\r\n",
        service.token
    );
    let _slow = [(); 10].map(|()| begun(service.server.base(), head.as_bytes()));
    // Longer than 1 MiB.
    let import = Value::from(handoffs("Long", 4000)).to_string();
    assert!(import.len() > 1024 * 1024);
    let path = format!("/manage/v1/accounts/{OTHER_ACCOUNT}/handoffs/import");
    for _ in 0..ROUNDS {
        let answer = service.import(&token, &path, &import);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["create"], 4000);
    }
}
