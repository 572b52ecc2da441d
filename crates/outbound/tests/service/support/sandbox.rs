//! `outbound sandbox` in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::http;
use super::installation::Installation;

/// The token of all sandboxes.
pub(crate) const SANDBOX_TOKEN: &str = "sandbox-for-tests";

/// A sandbox in a process of its own.
pub(crate) struct Sandbox {
    process: Child,
    pub(crate) url: String,
}

impl Sandbox {
    pub(crate) fn start(installation: &Installation, options: &[&str]) -> Self {
        let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--token", SANDBOX_TOKEN, "--json"];
        let mut command = installation.command(&[&arguments, options].concat());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut printed = String::new();
        for line in lines {
            printed.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let printed: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(printed["token"], SANDBOX_TOKEN);
        Self { process, url: printed["url"].as_str().unwrap().to_owned() }
    }

    /// Sends a reply of a phone.
    pub(crate) fn reply(&self, reply: &Value) {
        let authorization = ("authorization", &*format!("Bearer {SANDBOX_TOKEN}"));
        let headers = [authorization, ("content-type", "application/json")];
        let sent = http::send("POST", &format!("{}/sandbox/replies", self.url), &headers, &reply.to_string());
        assert_eq!(sent.status, 202, "{sent:?}");
    }

    /// What phones received.
    pub(crate) fn messages(&self) -> Vec<Value> {
        let authorization = ("authorization", &*format!("Bearer {SANDBOX_TOKEN}"));
        let mut messages: Vec<Value> = Vec::new();
        loop {
            let after = messages.last().map_or(0, |last| last["sequence"].as_u64().unwrap());
            let url = format!("{}/sandbox/messages?after={after}&limit=1000", self.url);
            let page = http::send("GET", &url, &[authorization], "").json();
            let page = page["messages"].as_array().unwrap();
            if page.is_empty() {
                return messages;
            }
            messages.extend(page.iter().cloned());
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Windows that are always open.
pub(crate) fn always() -> Value {
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let midnight = json!({"hour": 0, "minute": 0});
    let window = |day: &str| json!({"startTime": midnight, "endTime": midnight, "day": day});
    json!({"windows": days.map(window)})
}
