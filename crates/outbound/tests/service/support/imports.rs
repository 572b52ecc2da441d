//! Imports over HTTP, which the server may complete in the background.

use std::time::Duration;

use super::http::{Response, eventually_within};
use super::service::Service;

/// Generous, because imports are slow on a busy machine.
pub(crate) const IMPORT_TIMEOUT: Duration = Duration::from_mins(5);

impl Service {
    /// Imports JSON at `path` and returns the final response. Waits if the server continues the import in
    /// the background.
    pub(crate) fn import(&self, authorization: &str, path: &str, text: &str) -> Response {
        let headers = [("authorization", authorization), ("content-type", "application/json")];
        let response = self.send("POST", path, &headers, text);
        if response.status == 202 {
            self.import_result(authorization, response.header("location"))
        } else {
            response
        }
    }

    /// Waits until a background import has ended, and returns its status.
    pub(crate) fn import_status(&self, authorization: &str, location: &str) -> Response {
        let ask = || self.get_as(authorization, location);
        eventually_within(IMPORT_TIMEOUT, ask, |response| response.json()["state"] != "running")
    }

    /// Waits for a background import, and returns its result as the response to a synchronous import.
    pub(crate) fn import_result(&self, authorization: &str, location: &str) -> Response {
        let mut response = self.import_status(authorization, location);
        let mut import = response.json();
        let (status, body) = match (import["state"].as_str(), import["error"]["error"].as_str()) {
            (Some("done"), None) => (200, "result"),
            (Some("failed"), Some("bad_handoff")) => (400, "error"),
            (Some("failed"), Some("conflict" | "own_version")) => (409, "error"),
            _ => panic!("{location}: {import}"),
        };
        (response.status, response.body) = (status, import[body].take().to_string().into_bytes());
        response
    }
}
