//! Callbacks with the signatures of providers.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outbound_app::{App, AppError, CallbackRequest, CampaignEngine};
use outbound_campaigns::CampaignId;
use outbound_connectors::Provider;
use outbound_reporting::{Step, TransactionId};
use outbound_store::Reporting;
use serde_json::{Value, json};

use crate::fixture::{Fixture, SECRET};

/// A callback with the signature of its provider.
pub(crate) struct SignedCallback {
    callback_id: String,
    provider: Provider,
    target: String,
    signature: String,
    body: String,
}

impl SignedCallback {
    pub(crate) async fn deliver(&self, app: &App) -> Result<String, AppError> {
        let request = CallbackRequest {
            callback_id: &self.callback_id,
            provider: self.provider,
            target: &self.target,
            signature: Some(&self.signature),
            body: self.body.clone().into(),
        };
        app.receive_callback(request).await
    }

    /// The same callback with another signature.
    pub(crate) fn signed_wrongly(&self) -> Self {
        Self {
            callback_id: self.callback_id.clone(),
            provider: self.provider,
            target: self.target.clone(),
            signature: STANDARD.encode([0; 64]),
            body: self.body.clone(),
        }
    }
}

/// A callback of Twilio with these parameters.
fn twilio(callback_id: &str, message: Option<TransactionId>, form: &[(&str, &str)]) -> SignedCallback {
    let query = message.map(|message| format!("?message={message}")).unwrap_or_default();
    let target = format!("/callbacks/{callback_id}/twilio{query}");
    let mut signed = format!("https://va.handoff.example{target}");
    let mut sorted = form.to_vec();
    sorted.sort_unstable();
    for (name, value) in sorted {
        signed.push_str(name);
        signed.push_str(value);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
    let body: Vec<_> =
        form.iter().map(|(name, value)| format!("{name}={}", value.replace('+', "%2B"))).collect();
    let (callback_id, provider, body) = (callback_id.to_owned(), Provider::Twilio, body.join("&"));
    SignedCallback { callback_id, provider, target, signature, body }
}

pub(crate) fn twilio_status(callback_id: &str, message: TransactionId, status: &str) -> SignedCallback {
    let form = [("MessageSid", "SM1"), ("MessageStatus", status), ("To", "+12125550100")];
    twilio(callback_id, Some(message), &form)
}

/// The number of messages of consumers that tests sent.
static MESSAGES: AtomicU32 = AtomicU32::new(0);

/// A message of the consumer.
pub(crate) fn twilio_inbound(callback_id: &str, id: &str, number: &str, body: &str) -> SignedCallback {
    let from = format!("+{number}");
    let form = [
        ("MessageSid", id),
        ("SmsStatus", "received"),
        ("From", &*from),
        ("To", "+14155550170"),
        ("Body", body),
    ];
    twilio(callback_id, None, &form)
}

pub(crate) fn rbm_status(callback_id: &str, message: TransactionId, event: &str) -> SignedCallback {
    rbm(callback_id, &json!({ "eventType": event, "messageId": message.to_string(), "eventId": "e" }))
}

/// A consumer unsubscribes from an agent of RBM, or subscribes to it.
fn rbm_preference(callback_id: &str, number: &str, event: &str, time: &str) -> SignedCallback {
    let number = format!("+{number}");
    rbm(
        callback_id,
        &json!({ "eventType": event, "senderPhoneNumber": number, "agentId": "agent", "sendTime": time }),
    )
}

/// A callback of RBM with this data.
pub(crate) fn rbm(callback_id: &str, data: &Value) -> SignedCallback {
    let data = data.to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA512, SECRET.as_bytes());
    SignedCallback {
        callback_id: callback_id.to_owned(),
        provider: Provider::Rbm,
        target: "/".to_owned(),
        signature: STANDARD.encode(hmac::sign(&key, data.as_bytes())),
        body: json!({ "message": { "data": STANDARD.encode(&data) } }).to_string(),
    }
}

impl Fixture {
    /// A signed callback of Twilio with these parameters.
    pub(crate) async fn twilio(
        &self,
        message: Option<TransactionId>,
        form: &[(&str, &str)],
    ) -> Result<String, AppError> {
        twilio(self.callback_id(), message, form).deliver(self.app()).await
    }

    pub(crate) async fn status(&self, message: TransactionId, status: &str) {
        twilio_status(self.callback_id(), message, status).deliver(self.app()).await.unwrap();
    }

    /// A message of the consumer.
    pub(crate) async fn inbound(&self, number: &str, body: &str) {
        let id = format!("SM-{}", MESSAGES.fetch_add(1, Ordering::Relaxed));
        self.repeated_inbound(&id, number, body).await;
    }

    /// A message of the consumer with an id.
    pub(crate) async fn repeated_inbound(&self, id: &str, number: &str, body: &str) {
        twilio_inbound(self.callback_id(), id, number, body).deliver(self.app()).await.unwrap();
    }

    pub(crate) async fn prefer(&self, number: &str, event: &str, time: &str) {
        rbm_preference(self.callback_id(), number, event, time).deliver(self.app()).await.unwrap();
    }

    /// The steps that reporting knows of a message.
    pub(crate) async fn steps(&self, message: TransactionId) -> Vec<Step> {
        self.record_events().await;
        let stored = self.world.store.transaction(&self.account, message).await.unwrap().unwrap();
        let steps = [
            Step::Sent,
            Step::Delivered,
            Step::Read,
            Step::Failed,
            Step::ConversationCreated,
            Step::OptOut,
            Step::OptIn,
        ];
        steps.into_iter().filter(|step| stored.transaction.times.get(*step).is_some()).collect()
    }

    pub(crate) async fn send(&self, engine: &mut CampaignEngine, numbers: &[&str]) -> CampaignId {
        let id = self.accept_sms(numbers).await;
        self.run(engine, 15).await;
        id
    }
}
