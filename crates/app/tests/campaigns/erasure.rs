//! Erased consumers get no messages, whatever the channel of the recipient is.

use outbound_app::{AppError, CampaignEngine};
use outbound_campaigns::CampaignId;
use outbound_reporting::ReportingChannel;
use serde_json::json;

use crate::fixture::Fixture;
use crate::provider::Answer;

const PHONE: &str = "12125550111";
const MEMBER: &str = "member-2048";
const HANDOFF: &str = "H204816353720640";

impl Fixture {
    /// Accepts a message by SMS, with an in-app message as fallback.
    async fn accept_with_fallback(&self) -> CampaignId {
        let sms = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "14155550191",
            "messageComponents": [{ "type": "body", "content": "Hi ${{1}}", "variables": ["1"],
                "optOut": "Text STOP." }] });
        let in_app = json!({ "type": "inapp", "appNames": ["shop"], "language": "en", "messageComponents": [
            { "type": "text", "notificationTitle": "Tea", "notificationMessage": "Ready",
              "messageText": "Hi ${{1}}", "variables": ["1"] }] });
        self.publish(HANDOFF, json!([sms, in_app])).await;
        let request = json!({ "campaignName": "Tea", "skill": "sales", "templateId": HANDOFF, "consent": true,
            "consumers": [{ "consumerContent": { "sms": PHONE, "inapp": MEMBER },
                "variables": { "1": "Ann" } }] });
        self.accept(&request).await.unwrap().id().unwrap()
    }

    async fn erase(&self, address: &str) {
        let grant = self.app().operator(&self.account);
        assert!(self.app().erase_consumer(&grant, address).await.unwrap());
    }
}

#[tokio::test]
async fn the_address_of_an_earlier_channel_is_erased() {
    let fixture = Fixture::new().await;
    fixture.provider.answer(PHONE, Answer::Refused(400, 21211));
    fixture.provider.answer(MEMBER, Answer::Refused(400, 21211));
    let id = fixture.accept_with_fallback().await;
    fixture.run(&mut CampaignEngine::new(fixture.app()), 30).await;
    let recipient = fixture.recipients(&id).await.remove(0);
    assert_eq!((recipient.state.as_str(), recipient.channel), ("failed", ReportingChannel::InApp));
    assert!(recipient.address.is_some());
    fixture.erase(PHONE).await;
    assert_eq!(fixture.recipients(&id).await[0].address, None);
    let retried = fixture.app().retry_failed(&fixture.launch(), &id).await;
    assert!(matches!(retried, Err(AppError::AddressesDeleted(_))), "{retried:?}");
}

#[tokio::test]
async fn the_address_of_a_later_channel_is_erased() {
    let fixture = Fixture::new().await;
    let id = fixture.accept_with_fallback().await;
    fixture.erase(MEMBER).await;
    assert_eq!(fixture.recipients(&id).await[0].address, None);
    fixture.run(&mut CampaignEngine::new(fixture.app()), 30).await;
    assert!(fixture.provider.sent().is_empty());
}
