//! What responses mean.

use std::time::Duration;

use outbound_connectors::{
    Guarantee, MAX_RESPONSE_BYTES, Outcome, Provider, ProviderResponse, ThrottleScope, TransportFailure,
    meta, rbm, relay, twilio,
};
use serde_json::json;

use crate::support::ID;

pub(crate) fn outcome(provider: Provider, response: ProviderResponse<'_>) -> Outcome {
    let id = ID.parse().unwrap();
    match provider {
        Provider::Meta => meta::outcome(response),
        Provider::Twilio => twilio::outcome(response),
        Provider::Rbm => rbm::outcome(&id, response),
        Provider::Relay => relay::outcome(&id, response),
    }
}

/// An outcome in one line.
fn summary(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { provider_id } => format!("accepted {provider_id}"),
        Outcome::Refused { definite, error, class } => {
            format!("refused {error} {class:?}{}", if *definite { "" } else { " perhaps" })
        }
        Outcome::Throttled { error, scope, .. } => format!("throttled {error} {scope:?}"),
        Outcome::RetryLater { error, .. } => format!("later {error}"),
        Outcome::Unknown { error } => format!("unknown {error}"),
    }
}

pub(crate) fn of(provider: Provider, status: u16, body: &str) -> String {
    summary(&outcome(provider, ProviderResponse::new(status, None, body.as_bytes())))
}

pub(crate) fn meta_error(code: u32) -> String {
    json!({"error": {"message": "…", "type": "OAuthException", "code": code, "fbtrace_id": "x"}}).to_string()
}

#[test]
fn responses_of_meta() {
    let accepted = r#"{"messaging_product":"whatsapp","contacts":[{"input":"1"}],
        "messages":[{"id":"wamid.1","message_status":"accepted"}]}"#;
    let held = accepted.replace("accepted", "held_for_quality_assessment");
    for (status, body, expected) in [
        (200, accepted, "accepted wamid.1"),
        (200, &held, "accepted wamid.1"),
        (200, "", "unknown outbound_wa_http_200"),
        (200, r#"{"messages":[]}"#, "unknown outbound_wa_http_200"),
        (200, r#"{"messages":[{"id":""}]}"#, "unknown outbound_wa_http_200"),
        (400, &meta_error(131_026), "refused outbound_wa_131026 FinalForRecipient"),
        (400, &meta_error(131_050), "refused outbound_wa_131050 OptOut"),
        (400, &meta_error(132_015), "refused outbound_wa_132015 TemplateState"),
        (400, &meta_error(132_001), "refused outbound_wa_132001 Content"),
        (401, &meta_error(190), "refused outbound_wa_190 StopLane"),
        (403, &meta_error(250), "refused outbound_wa_250 StopLane"),
        (400, &meta_error(131_056), "throttled outbound_wa_131056 Recipient"),
        (429, &meta_error(130_429), "throttled outbound_wa_130429 Lane"),
        (500, &meta_error(131_000), "later outbound_wa_131000"),
        (503, &meta_error(2), "later outbound_wa_2"),
        (400, &meta_error(999_999), "refused outbound_wa_999999 Content"),
        (400, "<html>", "refused outbound_wa_http_400 Content perhaps"),
        (400, r#"{"error":{"code":"x"}}"#, "refused outbound_wa_http_400 Content perhaps"),
        (302, "", "refused outbound_wa_http_302 StopLane perhaps"),
        (401, "", "refused outbound_wa_http_401 StopLane perhaps"),
        (404, "", "refused outbound_wa_http_404 StopLane perhaps"),
        (408, "", "unknown outbound_wa_http_408"),
        (429, "", "throttled outbound_wa_http_429 Lane"),
        (502, "<html>", "unknown outbound_wa_http_502"),
    ] {
        assert_eq!(of(Provider::Meta, status, body), expected, "{status} {body}");
    }
}

#[test]
fn responses_of_twilio() {
    let error = |code: u32, status: u16| json!({"code": code, "message": "…", "status": status}).to_string();
    for (status, body, expected) in [
        (201, r#"{"sid":"SM1","status":"queued","error_code":null}"#.to_owned(), "accepted SM1"),
        (201, "{}".to_owned(), "unknown outbound_twilio_http_201"),
        (201, String::new(), "unknown outbound_twilio_http_201"),
        (400, error(21_211, 400), "refused outbound_twilio_21211 FinalForRecipient"),
        (400, error(21_610, 400), "refused outbound_twilio_21610 OptOut"),
        (400, error(63_007, 400), "refused twilio_63007 StopLane"),
        (401, error(20_003, 401), "refused outbound_twilio_20003 StopLane"),
        (429, error(20_429, 429), "throttled outbound_twilio_20429 Lane"),
        (400, error(29_999, 400), "refused outbound_twilio_29999 Content"),
        // Creating a message is not idempotent.
        (500, error(20_500, 500), "unknown outbound_twilio_20500"),
        (503, error(20_503, 503), "unknown outbound_twilio_20503"),
        (504, String::new(), "unknown outbound_twilio_http_504"),
        (400, "<html>".to_owned(), "refused outbound_twilio_http_400 Content perhaps"),
    ] {
        assert_eq!(of(Provider::Twilio, status, &body), expected, "{status} {body}");
    }
}

#[test]
fn responses_of_rbm_and_of_relays() {
    let accepted = format!("accepted {ID}");
    for (status, body, expected) in [
        (200, r#"{"name":"phones/+1/agentMessages/x"}"#, accepted.as_str()),
        (404, r#"{"error":{"code":404,"status":"NOT_FOUND"}}"#, "refused outbound_rcs_404 FinalForRecipient"),
        (403, r#"{"error":{"code":403}}"#, "refused outbound_rcs_403 StopLane"),
        (429, r#"{"error":{"code":429}}"#, "throttled outbound_rcs_429 Lane"),
        (500, r#"{"error":{"code":500}}"#, "later outbound_rcs_500"),
        // A page of a proxy does not say that the phone has no RCS.
        (404, "<html>", "refused outbound_rcs_http_404 StopLane perhaps"),
        (502, "<html>", "later outbound_rcs_http_502"),
    ] {
        assert_eq!(of(Provider::Rbm, status, body), expected, "{status} {body}");
    }
    for (status, expected) in [
        (204, accepted.as_str()),
        (301, "refused outbound_relay_301 StopLane"),
        (400, "refused outbound_relay_400 Content"),
        (401, "refused outbound_relay_401 StopLane"),
        (410, "refused outbound_relay_410 StopLane"),
        (422, "refused outbound_relay_422 FinalForRecipient"),
        (429, "throttled outbound_relay_429 Lane"),
        (503, "later outbound_relay_503"),
    ] {
        assert_eq!(of(Provider::Relay, status, "ignored"), expected, "{status}");
    }
}

#[test]
fn the_wait_is_taken_from_the_response() {
    for (header, expected) in [
        (Some("30"), Some(Duration::from_secs(30))),
        (Some(" 0 "), Some(Duration::ZERO)),
        (Some("999999999"), Some(Duration::from_hours(24))),
        (Some("Sun, 06 Nov 1994 08:49:37 GMT"), None),
        (Some("-1"), None),
        (Some(""), None),
        (None, None),
    ] {
        let response = ProviderResponse::new(429, header, b"");
        let expected = Outcome::Throttled {
            error: match outcome(Provider::Meta, response) {
                Outcome::Throttled { error, .. } => error,
                other => panic!("{other:?}"),
            },
            retry_after: expected,
            scope: ThrottleScope::Lane,
        };
        assert_eq!(outcome(Provider::Meta, response), expected, "{header:?}");
    }
}

#[test]
fn a_long_body_is_not_read() {
    let body = format!(r#"{{"messages":[{{"id":"wamid.1"}}],"x":"{}"}}"#, "a".repeat(MAX_RESPONSE_BYTES));
    assert_eq!(of(Provider::Meta, 200, &body), "unknown outbound_wa_http_200");
}

#[test]
fn without_a_response_only_idempotent_requests_are_repeated() {
    use TransportFailure::{NotSent, ResponseLost};
    for (provider, guarantee, not_sent, lost) in [
        (Provider::Meta, Guarantee::CallbackOnly, "later outbound_wa_ntw_err", "unknown outbound_wa_ntw_err"),
        (
            Provider::Twilio,
            Guarantee::CallbackOrList,
            "later outbound_twilio_ntw_err",
            "unknown outbound_twilio_ntw_err",
        ),
        (Provider::Rbm, Guarantee::Idempotent, "later outbound_rcs_ntw_err", "later outbound_rcs_ntw_err"),
        (
            Provider::Relay,
            Guarantee::Idempotent,
            "later outbound_relay_ntw_err",
            "later outbound_relay_ntw_err",
        ),
    ] {
        assert_eq!(provider.guarantee(), guarantee);
        assert_eq!(summary(&Outcome::without_response(provider, NotSent)), not_sent);
        assert_eq!(summary(&Outcome::without_response(provider, ResponseLost)), lost);
        assert_eq!(Provider::from_name(provider.as_str()), Some(provider));
    }
}
