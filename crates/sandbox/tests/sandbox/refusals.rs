//! Requests that the simulated APIs refuse, and Twilio's reads.

use std::time::Duration;

use http::Method;
use outbound_sandbox::ApiName;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{ACCOUNT, World};

const BEARER: (&str, &str) = ("authorization", "Bearer t");
/// `AC1:t`
const BASIC: (&str, &str) = ("authorization", "Basic QUMxOnQ=");

async fn code(world: &World, path: &str, header: (&str, &str), body: &str, pointer: &str) -> (u16, u64) {
    let response = world.request(Method::POST, path, &[header], body).await;
    let json: Value = serde_json::from_slice(&response.body).unwrap();
    (response.status, json.pointer(pointer).unwrap().as_u64().unwrap())
}

#[tokio::test]
async fn meta_refuses_what_is_not_a_message() {
    let world = World::start().await;
    let valid = json!({"messaging_product": "whatsapp", "to": "16001230001", "text": {"body": "Hi"}});
    let with = |key: &str, value: Value| {
        let mut body = valid.clone();
        body[key] = value;
        body.to_string()
    };
    for (header, body, expected) in [
        (("x", "y"), valid.to_string(), (401, 190)),
        (("authorization", "Bearer "), valid.to_string(), (401, 190)),
        (BASIC, valid.to_string(), (401, 190)),
        (BEARER, "not JSON".to_owned(), (400, 100)),
        (BEARER, "[]".to_owned(), (400, 100)),
        (BEARER, with("messaging_product", json!("x")), (400, 100)),
        (BEARER, with("to", json!("abc")), (400, 100)),
        (BEARER, with("to", json!([])), (400, 100)),
        (BEARER, with("text", json!({"body": ""})), (400, 100)),
        (BEARER, with("type", json!("template")), (400, 100)),
    ] {
        let found = code(&world, "/v23.0/1/messages", header, &body, "/error/code").await;
        assert_eq!(found, expected, "{body}");
    }
    assert!(world.ledger().is_empty());
    let number = with("to", json!(16_001_230_001_u64));
    let accepted = world.request(Method::POST, "/v23.0/1/messages", &[BEARER], &number).await;
    assert_eq!(accepted.status, 200, "a number instead of a string");
}

#[tokio::test]
async fn deep_json_does_not_overflow_the_stack() {
    let world = World::start().await;
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"16001230001","text":{{"body":"Hi"}},"x":{nested}}}"#
    );
    let response = world.request(Method::POST, "/v23.0/1/messages", &[BEARER], &body).await;
    assert_eq!(response.status, 200, "unknown fields are not read");
}

#[tokio::test]
async fn twilio_refuses_what_is_not_a_message() {
    let world = World::start().await;
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    for (header, body, expected) in [
        (("x", "y"), "To=%2B16001230001&From=1&Body=a", (401, 20_003)),
        (BEARER, "To=%2B16001230001&From=1&Body=a", (401, 20_003)),
        (BASIC, "From=1&Body=a", (400, 21_604)),
        (BASIC, "To=abc&From=1&Body=a", (400, 21_211)),
        (BASIC, "To=%2B16001230001&Body=a", (400, 21_603)),
        (BASIC, "To=%2B16001230001&From=1", (400, 21_602)),
        (BASIC, &*format!("To=%2B16001230001&From=1&Body={}", "a".repeat(1601)), (400, 21_617)),
    ] {
        assert_eq!(code(&world, &path, header, body, "/code").await, expected, "{body}");
    }
    assert!(world.ledger().is_empty());
}

#[tokio::test]
async fn rbm_refuses_what_is_not_a_message() {
    let world = World::start().await;
    let id = "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f";
    let text = r#"{"contentMessage":{"text":"Hi"}}"#;
    for (phone, query, body, expected) in [
        ("+16001230001", format!("agentId=a&messageId={id}"), "not JSON", 400),
        ("+16001230001", format!("agentId=a&messageId={id}"), r#"{"contentMessage":{}}"#, 400),
        ("+16001230001", "agentId=a&messageId=1".to_owned(), text, 400),
        ("+16001230001", format!("messageId={id}"), text, 400),
        ("16001230001", format!("agentId=a&messageId={id}"), text, 400),
    ] {
        let path = format!("/v1/phones/{phone}/agentMessages?{query}");
        let found = code(&world, &path, BEARER, body, "/error/code").await;
        assert_eq!(found, (expected, u64::from(expected)), "{path} {body}");
    }
    let path = format!("/v1/phones/+16001230001/agentMessages?agentId=a&messageId={id}");
    assert_eq!(code(&world, &path, ("x", "y"), text, "/error/code").await, (401, 401));
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused_in_the_form_of_the_api() {
    let world = World::start().await;
    let body = "a".repeat(256 * 1024 + 1);
    let twilio = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    let json = ("content-type", "application/json");
    let too_large = "The request body must not exceed 262144 bytes.";
    for (path, header, pointer, code) in [
        ("/v23.0/1/messages", BEARER, "/error/code", json!(100)),
        (&*twilio, BASIC, "/code", json!(21_658)),
        ("/v1/phones/+16001230001/agentMessages", BEARER, "/error/status", json!("INVALID_ARGUMENT")),
        ("/relay", BEARER, "/error", json!(too_large)),
        ("/sandbox/replies", json, "/error", json!(too_large)),
    ] {
        let response = world.request(Method::POST, path, &[header], &body).await;
        let json: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!((response.status, json.pointer(pointer)), (413, Some(&code)), "{path} {json}");
        assert_eq!(response.headers["content-type"], "application/json", "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let world = World::with(|config| config.with_request_timeout(Duration::from_millis(200))).await;
    let mut stream = TcpStream::connect(world.sandbox.address()).await.unwrap();
    let head = "POST /v23.0/1/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer t\r\n";
    stream.write_all(format!("{head}content-length: 10\r\n\r\n{{").as_bytes()).await.unwrap();
    let mut response = Vec::new();
    // The connection ends, too, because the rest of the body would be read as the next request.
    timeout(Duration::from_secs(30), stream.read_to_end(&mut response)).await.unwrap().unwrap();
    assert!(response.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&response));
}

#[tokio::test]
async fn twilio_messages_are_read_and_listed() {
    let world = World::start().await;
    for phone in ["+16001230001", "+16001239912", "+16001230001"] {
        world.text(ApiName::Twilio, phone).await;
    }
    let get = async |query: &str| {
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages{query}");
        let response = world.request(Method::GET, &path, &[BASIC], "").await;
        (response.status, serde_json::from_slice::<Value>(&response.body).unwrap())
    };
    let (_, listed) = get(".json?To=%2B16001230001&PageSize=1").await;
    assert_eq!(listed["messages"].as_array().unwrap().len(), 1);
    let next = listed["next_page_uri"].as_str().unwrap();
    assert!(next.contains("Page=1") && next.contains("To=%2B16001230001"), "{next}");
    let (_, unreachable) = get(".json?To=%2B16001239912").await;
    let message = &unreachable["messages"][0];
    assert_eq!((&message["status"], &message["error_code"]), (&json!("undelivered"), &json!(30_003)));
    let sid = message["sid"].as_str().unwrap();
    let (status, read) = get(&format!("/{sid}.json")).await;
    assert_eq!((status, &read), (200, message));
    assert_eq!(read["date_created"], "Sat, 28 Nov 2026 10:00:00 +0000");
    assert_eq!(get("/SM1.json").await.0, 404);
    let (_, none) = get(".json?DateSent%3E=2026-11-29").await;
    assert_eq!(none["messages"], json!([]));
    let (_, all) = get(".json?DateSent%3E=2026-11-28&From=%2B14155550100").await;
    assert_eq!(all["messages"].as_array().unwrap().len(), 3);
}
