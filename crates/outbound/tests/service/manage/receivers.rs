//! Webhook receivers that respond too late or with too much data.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Caller;
use crate::support::{Engine, HOLD, Receiver, Service, on_both_engines};

on_both_engines!(a_response_head_over_the_limit_fails_the_delivery);

/// Much longer than the 15 s of an attempt.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(2);

fn start_service(engine: Engine) -> Service {
    Service::start_with(engine, &["--webhooks-to-private-networks"])
}

/// Sends a ping to the receiver and waits until its only attempt has ended.
#[track_caller]
fn ping_and_wait(administrator: &Caller<'_>, receiver: &Receiver) -> Value {
    let webhook = administrator.post("webhooks", &json!({"url": receiver.url})).json();
    let path = format!("webhooks/{}", webhook["id"].as_str().unwrap());
    assert_eq!(administrator.post_empty(&format!("{path}/ping")).status, 202);
    let begin = Instant::now();
    loop {
        let delivery = administrator.get(&format!("{path}/deliveries/1")).json();
        if delivery["state"] != "pending" {
            return delivery;
        }
        assert!(begin.elapsed() < DELIVERY_TIMEOUT, "{delivery}");
        sleep(Duration::from_millis(50));
    }
}

fn a_response_head_over_the_limit_fails_the_delivery(engine: Engine) {
    let service = start_service(engine);
    let administrator = Caller::administrator(&service);
    for (bytes, state) in [(15 * 1024, "delivered"), (17 * 1024, "failed")] {
        let receiver = Receiver::start(&[&format!("200 OK\r\nX-Long: {}", "x".repeat(bytes))]);
        let delivery = ping_and_wait(&administrator, &receiver);
        assert_eq!(delivery["state"], state, "{bytes}: {delivery}");
    }
}

/// Takes 15 s, so it runs on one engine only.
#[test]
fn an_attempt_times_out_after_fifteen_seconds() {
    let service = start_service(Engine::Sqlite);
    let administrator = Caller::administrator(&service);
    let receiver = Receiver::start(&[HOLD]);
    let begin = Instant::now();
    let delivery = ping_and_wait(&administrator, &receiver);
    assert!(begin.elapsed() >= Duration::from_secs(15), "{:?}", begin.elapsed());
    assert_eq!(delivery["state"], "failed");
    assert!(delivery["lastAttempt"]["error"].is_string(), "{delivery}");
}
