//! Imports over HTTP, however long the server takes for them.

use std::time::Duration;

use super::http::{Answer, eventually_within};
use super::service::Service;

/// For an import on a machine that does much else.
pub(crate) const IMPORT_PATIENCE: Duration = Duration::from_mins(5);

impl Service {
    /// Imports a text of JSON at `path` and answers what became of it, also where the server goes on with
    /// the import after its answer.
    pub(crate) fn import(&self, authorization: &str, path: &str, text: &str) -> Answer {
        let headers = [("authorization", authorization), ("content-type", "application/json")];
        let answer = self.send("POST", path, &headers, text);
        if answer.status == 202 {
            self.import_result(authorization, answer.header("location"))
        } else {
            answer
        }
    }

    /// Waits until an import that goes on is over, and answers its status.
    pub(crate) fn import_status(&self, authorization: &str, location: &str) -> Answer {
        let ask = || self.get_as(authorization, location);
        eventually_within(IMPORT_PATIENCE, ask, |answer| answer.json()["state"] != "running")
    }

    /// Waits for the result of an import that goes on, and answers it as the import would have been answered
    /// with it.
    pub(crate) fn import_result(&self, authorization: &str, location: &str) -> Answer {
        let mut answer = self.import_status(authorization, location);
        let mut import = answer.json();
        let (status, body) = match (import["state"].as_str(), import["error"]["error"].as_str()) {
            (Some("done"), None) => (200, "result"),
            (Some("failed"), Some("bad_handoff")) => (400, "error"),
            (Some("failed"), Some("conflict" | "own_version")) => (409, "error"),
            _ => panic!("{location}: {import}"),
        };
        (answer.status, answer.body) = (status, import[body].take().to_string().into_bytes());
        answer
    }
}
