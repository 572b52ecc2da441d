//! Requests for campaigns, and callbacks of providers.

use std::fmt::Write;

use aws_lc_rs::hmac::{self, Algorithm, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, HMAC_SHA512};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::{Secret, WebhookSecret};
use outbound_campaigns::{CampaignIds, CampaignRequest, CampaignResponse, Checks, HandoffSpec};
use outbound_connectors::rbm::RbmCallback;
use outbound_connectors::{Callback, ConnectorError, meta, rbm, relay, twilio};
use outbound_model::{Handoff, from_json_str};
use outbound_reporting::TransactionId;

/// The maximum number of recipients of a request.
const MAX_CONSUMERS: usize = 100;
/// The key that callbacks are signed with, and another one.
const KEYS: [&str; 2] = ["5ec7e7", "07ne2"];
/// The address that Twilio sends to.
const TWILIO_URL: &str = "https://va.example/callbacks/0/twilio?message=01a09f25-0af0-7ca0-9f2c-95aa144c1d0f";

/// A handoff with everything that a request can fill: variables, a header and buttons.
fn handoff() -> Handoff {
    from_json_str(include_str!("handoff.json")).unwrap()
}

/// The input is a request for a campaign. Every consumer is accepted or rejected, every accepted one has an address on
/// each channel, and the response is valid JSON.
pub fn campaign_request(data: &[u8]) {
    let Ok(request) = CampaignRequest::read(data) else { return };
    assert!((1..=MAX_CONSUMERS).contains(&request.consumer_count()));
    for (handoff, channels) in [(HandoffSpec::plain_sms(), 1), (HandoffSpec::of(&handoff()).unwrap(), 2)] {
        for personal_info in [false, true] {
            let hosts = ["media.example".to_owned()];
            let checks = Checks { handoff: &handoff, permitted_media_hosts: &hosts, personal_info };
            let Ok(checked) = request.check(checks) else { continue };
            assert_eq!(checked.accepted.len() + checked.failed.len(), request.consumer_count());
            assert!(checked.accepted.iter().all(|consumer| consumer.addresses().len() == channels));
            let ids = CampaignIds::from_random([7; 24]);
            let message = |_| TransactionId::first_at(super::signed_at());
            let response = serde_json::to_vec(&CampaignResponse::new(&ids, "trace", &checked, message));
            assert!(serde_json::from_slice::<&serde_json::value::RawValue>(&response.unwrap()).is_ok());
        }
    }
}

fn sign(algorithm: Algorithm, key: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, key.as_bytes()));
    for part in parts {
        context.update(part);
    }
    context.sign().as_ref().to_vec()
}

/// Receives a body as the callback of a provider, signed with a key.
type Signed = fn(&str, &[u8]) -> Result<Callback, ConnectorError>;

fn meta_callback(key: &str, body: &[u8]) -> Result<Callback, ConnectorError> {
    let tag = sign(HMAC_SHA256, key, &[body]);
    let mut header = "sha256=".to_owned();
    for byte in tag {
        write!(header, "{byte:02x}").unwrap();
    }
    meta::callback(&Secret::new(KEYS[0]), Some(&header), body)
}

fn twilio_callback(key: &str, body: &[u8]) -> Result<Callback, ConnectorError> {
    let parameters: std::collections::BTreeSet<_> = form_urlencoded::parse(body).collect();
    let mut parts = vec![TWILIO_URL.as_bytes()];
    parts.extend(parameters.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
    let tag = STANDARD.encode(sign(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key, &parts));
    twilio::callback(&Secret::new(KEYS[0]), Some(&tag), TWILIO_URL, body)
}

fn rbm_callback(key: &str, body: &[u8]) -> Result<Callback, ConnectorError> {
    let tag = STANDARD.encode(sign(HMAC_SHA512, key, &[body]));
    let envelope = format!(r#"{{"message":{{"data":"{}"}}}}"#, STANDARD.encode(body));
    match rbm::callback(&Secret::new(KEYS[0]), Some(&tag), envelope.as_bytes())? {
        RbmCallback::Events(callback) => Ok(callback),
        RbmCallback::SetUp(_) => panic!("a message is no set-up"),
    }
}

/// Signed for `now`, which is five minutes before or after the time of the signature at most.
fn relay_callback(key: &str, body: &[u8]) -> Result<Callback, ConnectorError> {
    let (secret, now) = (|key| WebhookSecret::derive(&Secret::new(key)), super::signed_at());
    let text = String::from_utf8_lossy(body);
    let sign = |seconds| format!("msg_1 {seconds} {}", secret(key).sign("msg_1", seconds, &text));
    let read = |header: &str| relay::callback(&secret(KEYS[0]), Some(header), text.as_bytes(), now);
    for too_far in [-301, 301] {
        assert!(read(&sign(now.seconds() + too_far)).is_err());
    }
    read(&sign(now.seconds() + 300))
}

/// The input is the body of a callback. Signed with the key of the connection it is read, and contains at most one event
/// for each of its bytes. Signed with another key, or not at all, it is rejected.
pub fn provider_callback(data: &[u8]) {
    for callback in [meta_callback, twilio_callback, rbm_callback, relay_callback] as [Signed; 4] {
        if let Ok(Callback { events, ignored }) = callback(KEYS[0], data) {
            assert!(events.len() + ignored.unknown + ignored.malformed <= data.len().max(1));
        }
        assert!(callback(KEYS[1], data).is_err());
    }
    let secret = Secret::new(KEYS[0]);
    assert!(meta::callback(&secret, None, data).is_err());
    assert!(twilio::callback(&secret, None, TWILIO_URL, data).is_err());
    assert!(!matches!(rbm::callback(&secret, None, data), Ok(RbmCallback::Events(_))));
    assert!(relay::callback(&WebhookSecret::derive(&secret), None, data, super::signed_at()).is_err());
    let query = String::from_utf8_lossy(data);
    if let Ok(answer) = meta::answer_subscription(&query, &secret) {
        assert!(answer.bytes().all(|byte| byte.is_ascii_digit()));
    }
}
