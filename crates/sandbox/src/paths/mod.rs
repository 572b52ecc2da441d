//! The sandbox's own paths.

mod messages;
mod replies;

pub(crate) use messages::list_messages;
pub(crate) use replies::create_reply;

use axum::response::Response;
use http::HeaderMap;
use serde_json::json;

use crate::credentials::has_bearer;
use crate::response::json as respond;
use crate::simulator::Simulator;

fn error(status: u16, message: &str) -> Response {
    respond(status, &json!({ "error": message }))
}

/// An error if the sandbox has a token and the request does not.
fn token_error(simulator: &Simulator, headers: &HeaderMap) -> Option<Response> {
    let is_permitted = simulator.config.token.as_ref().is_none_or(|token| has_bearer(headers, Some(token)));
    (!is_permitted).then(|| error(401, "send the sandbox's token as Authorization: Bearer"))
}
