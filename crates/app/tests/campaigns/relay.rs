//! In-app messages, which are sent through the relay of the sandbox.

use outbound_app::{AppError, CallbackRequest, CampaignEngine};
use outbound_auth::{Secret, WebhookSecret};
use outbound_campaigns::CampaignId;
use outbound_connectors::{ConnectorError, Provider};
use outbound_model::Timestamp;
use outbound_reporting::{ReportingChannel, Step};
use serde_json::{Value, json};

use crate::fixture::{Fixture, SECRET};

const MEMBER: &str = "member-2048";
const HANDOFF: &str = "H204816353720640";

impl Fixture {
    /// Sends an in-app message to a member.
    async fn send_in_app(&self, engine: &mut CampaignEngine) -> CampaignId {
        let channel = json!({ "type": "inapp", "appNames": ["shop"], "language": "en", "messageComponents": [
            { "type": "text", "notificationTitle": "Tea", "notificationMessage": "Ready", "messageText": "Hi ${{1}}",
              "variables": ["1"] }] });
        self.publish(HANDOFF, json!([channel])).await;
        let request = json!({ "campaignName": "Tea", "skill": "sales", "templateId": HANDOFF, "consent": true,
            "consumers": [{ "consumerContent": { "inapp": MEMBER }, "variables": { "1": "Ann" } }] });
        let id = self.accept(&request).await.unwrap().id().unwrap();
        self.run(engine, 15).await;
        id
    }

    /// A callback of the relay that is signed now.
    async fn relay(&self, secret: &str, kind: &str, data: Value) -> Result<String, AppError> {
        self.relay_at(self.app().now(), secret, kind, data).await
    }

    async fn relay_at(
        &self,
        at: Timestamp,
        secret: &str,
        kind: &str,
        data: Value,
    ) -> Result<String, AppError> {
        let body = json!({ "type": kind, "data": data }).to_string();
        let secret = WebhookSecret::derive(&Secret::new(secret));
        let seconds = at.seconds();
        let signature = format!("msg_1 {seconds} {}", secret.sign("msg_1", seconds, &body));
        let request = CallbackRequest {
            callback_id: self.callback_id(),
            provider: Provider::Relay,
            target: "/",
            signature: Some(&signature),
            body: body.into(),
        };
        self.app().receive_callback(request).await
    }

    /// A message of the member. Its id contains the text.
    async fn say(&self, text: &str) {
        let data = json!({ "id": text, "channel": "inapp", "sender": MEMBER, "text": text });
        self.relay(SECRET, "message.received", data).await.unwrap();
    }
}

#[tokio::test]
async fn a_message_is_sent_and_its_statuses_are_reported() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send_in_app(&mut engine).await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
    let sent = fixture.provider.sent();
    assert_eq!((sent.len(), &*sent[0].recipient), (1, MEMBER));
    assert!(sent[0].body.contains("Hi Ann"), "{}", sent[0].body);
    let recipient = &fixture.recipients(&id).await[0];
    assert_eq!(recipient.channel, ReportingChannel::InApp);
    let status = json!({ "messageId": recipient.transaction.to_string(), "status": "read" });
    assert!(fixture.relay("another", "message.status", status.clone()).await.is_err());
    assert_eq!(fixture.steps(recipient.transaction).await, [Step::Sent]);
    let old = fixture.app().now().plus_seconds(-301);
    let rejected = fixture.relay_at(old, SECRET, "message.status", status.clone()).await;
    let is_too_old = matches!(rejected, Err(AppError::Connector(ConnectorError::CallbackTime { .. })));
    assert!(is_too_old, "{rejected:?}");
    assert_eq!(fixture.steps(recipient.transaction).await, [Step::Sent]);
    fixture.relay(SECRET, "message.status", status).await.unwrap();
    assert_eq!(fixture.steps(recipient.transaction).await, [Step::Sent, Step::Read]);
}

/// A relay sends rendered messages only.
#[tokio::test]
async fn help_is_not_answered() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send_in_app(&mut engine).await;
    fixture.say("HELP").await;
    let lanes = fixture.app().lanes(&fixture.read()).await.unwrap();
    assert_eq!(lanes.iter().map(|lane| lane.id.to_string()).collect::<Vec<_>>(), ["inapp/"]);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.provider.sent().len(), 1);
    let message = fixture.recipients(&id).await[0].transaction;
    assert_eq!(fixture.steps(message).await, [Step::Sent]);
}

#[tokio::test]
async fn replies_open_conversations_and_opt_out() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send_in_app(&mut engine).await;
    let message = fixture.recipients(&id).await[0].transaction;
    fixture.say("Thank you").await;
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::ConversationCreated]);
    fixture.say("STOP").await;
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!(
        opt_outs.iter().map(|found| found.address.as_ref().unwrap().reveal()).collect::<Vec<_>>(),
        [MEMBER]
    );
}
