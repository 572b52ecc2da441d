//! Twilio's helper library and a WhatsApp client, both for Python, work with the sandbox.

use std::path::{Path, PathBuf};

use outbound_sandbox::{ApiName, CallbackRoute};
use tokio::process::Command;

use crate::support::{config, secrets, start};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// The Python environment that `./scripts/test` creates.
fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../venv/bin/python3");
    std::env::var("OUTBOUND_TEST_PYTHON").map_or(installed, PathBuf::from)
}

async fn run_client(script: &str, api: ApiName, secret: &str) {
    // A free port, on which the script listens for callbacks.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let route = CallbackRoute::new(api, &format!("http://127.0.0.1:{port}/callbacks")).unwrap();
    let sandbox = start(config().with_callbacks(route)).await;
    let script = format!("{CLIENTS}/{script}");
    let arguments = [&script, &sandbox.base_url(), &port.to_string(), secret];
    let ran = Command::new(python()).args(arguments).output().await;
    let ran = ran.unwrap_or_else(|error| panic!("{}: {error}; run ./scripts/test", python().display()));
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{script}; its libraries are installed by ./scripts/test\n{out}\n{err}");
    assert_eq!(out.trim(), "ok");
}

#[tokio::test]
async fn the_helper_library_of_twilio_sends_and_reads() {
    run_client("twilio_client.py", ApiName::Twilio, secrets().twilio.expose()).await;
}

#[tokio::test]
async fn a_whatsapp_client_sends_and_receives() {
    run_client("whatsapp_client.py", ApiName::Meta, secrets().meta.expose()).await;
}
