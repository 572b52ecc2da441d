//! Errors of Twilio.

use axum::response::Response;
use serde_json::json;

use crate::response::json as respond;
use crate::simulator::Refusal;

pub(super) fn error(status: u16, code: u32, message: &str) -> Response {
    respond(
        status,
        &json!({
            "code": code,
            "message": message,
            "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": status,
        }),
    )
}

pub(super) fn not_authenticated() -> Response {
    error(401, 20_003, "Authenticate")
}

/// Status, code and message of a refusal.
pub(super) fn refusal_of(refusal: Refusal) -> (u16, u32, &'static str) {
    match refusal {
        Refusal::OptedOut => (400, 21_610, "Attempt to send to unsubscribed recipient"),
        Refusal::NotAuthenticated => (401, 20_003, "Authenticate"),
        Refusal::ServerError => (500, 20_500, "Internal server error"),
        // Faults of the other APIs.
        Refusal::MarketingStopped | Refusal::NoRcs | Refusal::TemplatePaused => {
            (400, 21_211, "Invalid 'To' Phone Number")
        }
    }
}
