//! Callbacks with the signatures of providers.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outbound_app::{AppError, CallbackRequest, CampaignEngine};
use outbound_campaigns::CampaignId;
use outbound_connectors::Provider;
use outbound_reporting::{Step, TransactionId};
use outbound_store::Reporting;
use serde_json::json;

use crate::fixture::{Fixture, SECRET};
use crate::simulation::PendingCallback;

impl Fixture {
    /// A signed callback of Twilio with these parameters.
    pub(crate) async fn twilio(
        &self,
        message: Option<TransactionId>,
        form: &[(&str, &str)],
    ) -> Result<String, AppError> {
        let id = self.callback_id();
        let query = message.map(|message| format!("?message={message}")).unwrap_or_default();
        let target = format!("/callbacks/{id}/twilio{query}");
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
        let body = body.join("&");
        let request = CallbackRequest {
            callback_id: id,
            provider: Provider::Twilio,
            target: &target,
            signature: Some(&signature),
            body: body.as_bytes(),
        };
        self.app().receive_callback(request).await
    }

    /// A callback of the simulated provider.
    pub(crate) async fn deliver(&self, callback: &PendingCallback) {
        let PendingCallback { id, is_rbm, status } = callback;
        if *is_rbm {
            self.rbm(*id, &status.to_uppercase()).await;
        } else {
            self.status(*id, status).await;
        }
    }

    async fn rbm(&self, message: TransactionId, event: &str) {
        let data =
            json!({ "eventType": event, "messageId": message.to_string(), "eventId": "e" }).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA512, SECRET.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, data.as_bytes()));
        let body = json!({ "message": { "data": STANDARD.encode(&data) } }).to_string();
        let request = CallbackRequest {
            callback_id: self.callback_id(),
            provider: Provider::Rbm,
            target: "/",
            signature: Some(&signature),
            body: body.as_bytes(),
        };
        self.app().receive_callback(request).await.unwrap();
    }

    pub(crate) async fn status(&self, message: TransactionId, status: &str) {
        let form = [("MessageSid", "SM1"), ("MessageStatus", status), ("To", "+12125550100")];
        self.twilio(Some(message), &form).await.unwrap();
    }

    /// A message of the consumer.
    pub(crate) async fn inbound(&self, number: &str, body: &str) {
        let from = format!("+{number}");
        let form = [
            ("MessageSid", "SM2"),
            ("SmsStatus", "received"),
            ("From", &*from),
            ("To", "+14155550170"),
            ("Body", body),
        ];
        self.twilio(None, &form).await.unwrap();
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
