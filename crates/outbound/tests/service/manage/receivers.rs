//! Receivers of webhooks that answer late or too much.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Caller;
use crate::support::{Engine, HOLD, Receiver, Service, on_both_engines};

on_both_engines!(an_answer_has_a_bounded_head);

/// Far more than the 15 s of a try.
const DEADLINE: Duration = Duration::from_mins(2);

fn service(engine: Engine) -> Service {
    Service::start_with(engine, &["--webhooks-to-private-networks"])
}

/// Sends a ping to the receiver, and waits until its one try is over.
#[track_caller]
fn tried(administrator: &Caller<'_>, receiver: &Receiver) -> Value {
    let made = administrator.post("webhooks", &json!({"url": receiver.url})).json();
    let path = format!("webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(administrator.act(&format!("{path}/ping")).status, 202);
    let begin = Instant::now();
    loop {
        let delivery = administrator.get(&format!("{path}/deliveries/1")).json();
        if delivery["state"] != "pending" {
            return delivery;
        }
        assert!(begin.elapsed() < DEADLINE, "{delivery}");
        sleep(Duration::from_millis(50));
    }
}

fn an_answer_has_a_bounded_head(engine: Engine) {
    let service = service(engine);
    let administrator = Caller::administrator(&service);
    for (bytes, state) in [(15 * 1024, "delivered"), (17 * 1024, "failed")] {
        let receiver = Receiver::start(&[&format!("200 OK\r\nX-Long: {}", "x".repeat(bytes))]);
        let delivery = tried(&administrator, &receiver);
        assert_eq!(delivery["state"], state, "{bytes}: {delivery}");
    }
}

/// It takes 15 s, so it is tested on one engine.
#[test]
fn an_answer_is_waited_for_fifteen_seconds() {
    let service = service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[HOLD]);
    let begin = Instant::now();
    let delivery = tried(&administrator, &receiver);
    assert!(begin.elapsed() >= Duration::from_secs(15), "{:?}", begin.elapsed());
    assert_eq!(delivery["state"], "failed");
    assert!(delivery["lastAttempt"]["error"].is_string(), "{delivery}");
}
