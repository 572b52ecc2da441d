//! Messages, channels and signatures for tests.

use aws_lc_rs::hmac::{Algorithm, Key, sign};
use outbound_connectors::{Callback, CallbackEvent, Content, OutgoingMessage, ProviderRequest, StatusEvent};
use outbound_model::{Channel, from_json_str};
use outbound_render::Values;
use serde_json::Value;

/// Our id of test messages.
pub(crate) const ID: &str = "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f";

pub(crate) fn values(assignments: &[&str]) -> Values {
    assignments.iter().map(|assignment| Values::assignment(assignment).unwrap()).collect()
}

pub(crate) fn channel(json: &Value) -> Channel {
    from_json_str(&json.to_string()).unwrap()
}

pub(crate) fn fill(json: &Value, assignments: &[&str]) -> Content {
    Content::fill(&channel(json), &values(assignments)).unwrap()
}

pub(crate) fn message(content: Content) -> OutgoingMessage {
    OutgoingMessage {
        id: ID.parse().unwrap(),
        recipient: "+16001234567".parse().unwrap(),
        content,
        valid_for: None,
    }
}

pub(crate) fn text(text: &str) -> OutgoingMessage {
    message(Content::Text(text.to_owned()))
}

/// The JSON body of a request.
pub(crate) fn body(request: &ProviderRequest) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

pub(crate) fn header<'r>(request: &'r ProviderRequest, name: &str) -> &'r str {
    &request.headers().iter().find(|(key, _)| *key == name).unwrap().1
}

pub(crate) fn hmac(algorithm: Algorithm, key: &str, data: &[u8]) -> Vec<u8> {
    sign(&Key::new(algorithm, key.as_bytes()), data).as_ref().to_vec()
}

/// The only event of a callback, which is a status.
#[track_caller]
pub(crate) fn only_status(callback: &Callback) -> &StatusEvent {
    match callback.events.as_slice() {
        [CallbackEvent::Status(status)] => status,
        other => panic!("{other:?}"),
    }
}
