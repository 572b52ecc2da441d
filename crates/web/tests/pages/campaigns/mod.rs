//! Campaigns: the numbers of the pages are those of the use cases, decisions are confirmed and carried out once, and
//! accounts are separate.

mod decisions;
mod list;
mod obstacles;
mod opt_outs;
mod progress;
mod recipients;

use outbound_app::{
    Campaign, CampaignRecipient, LaunchCampaigns, NewConnection, ReadCampaigns, RecipientFilter, Submission,
};
use outbound_campaigns::{CampaignId, Control, Recipient, Transition};
use outbound_reporting::ErrorKey;
use outbound_store::{Campaigns, RecipientChange, StoredRecipient};
use serde_json::{Value, json};

use crate::service::{ACCOUNT, Service};

/// The last digits of the first number of [`sms`].
pub(super) const FIRST_DIGITS: &str = "100";

/// A request for a plain SMS to this number of people in New York.
pub(super) fn sms(name: &str, recipients: u32) -> Value {
    let consumer = |number: u32| json!({ "consumerContent": { "sms": format!("12125550{}", 100 + number) }, "variables": { "1": "Hi" } });
    json!({
        "campaignName": name,
        "skill": "sales",
        "templateId": "1234567890",
        "outboundNumber": "14155550170",
        "consent": true,
        "consumers": (0..recipients).map(consumer).collect::<Vec<_>>(),
    })
}

impl Service {
    /// Connects [`ACCOUNT`] to a sandbox.
    pub(super) async fn connect_sandbox(&self) {
        let (name, base_url) = ("Sandbox".to_owned(), "http://127.0.0.1:8090".to_owned());
        let new = NewConnection { name, base_url, secret: None };
        self.app.create_connection(&self.grant(), new).await.unwrap();
    }

    pub(super) async fn accept(&self, request: &Value) -> CampaignId {
        let grant = self.grant::<LaunchCampaigns>();
        let accepted = self
            .app
            .accept_campaign(&grant, request.to_string().as_bytes(), Submission::default())
            .await
            .unwrap();
        accepted.id().unwrap()
    }

    /// Connects a sandbox, and accepts a campaign.
    pub(super) async fn campaign(&self, name: &str, recipients: u32) -> CampaignId {
        self.connect_sandbox().await;
        self.accept(&sms(name, recipients)).await
    }

    pub(super) async fn read_campaign(&self, id: &CampaignId) -> Campaign {
        self.app.campaign(&self.grant::<ReadCampaigns>(), id).await.unwrap()
    }

    pub(super) async fn read_recipients(&self, id: &CampaignId) -> Vec<CampaignRecipient> {
        let filter = RecipientFilter { limit: 1000, ..RecipientFilter::default() };
        self.app.recipients(&self.grant::<ReadCampaigns>(), id, &filter).await.unwrap()
    }

    /// The name of a recipient's state.
    pub(super) async fn state(&self, id: &CampaignId, number: usize) -> &'static str {
        self.read_recipients(id).await[number].state.as_str()
    }

    /// Applies transitions to a recipient, as sending would.
    pub(super) async fn change(&self, id: &CampaignId, number: u32, transitions: &[Transition]) {
        let mut transaction = self.store.write_campaigns(&ACCOUNT.parse().unwrap()).await.unwrap();
        let stored = transaction.recipient(id, number).await.unwrap().unwrap();
        let before = stored.recipient.state().clone();
        // The store does not know the number of channels. Plain SMS has one.
        let start = Recipient::restore(before.clone(), 0, 1, stored.recipient.retries());
        let recipient = transitions.iter().fold(start, |recipient, next| recipient.apply(next).unwrap());
        let after = StoredRecipient { recipient, ..stored };
        transaction.save_recipients(&[RecipientChange { before, after }]).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// Changes the control of a launched campaign, as automatic pauses do.
    pub(super) async fn set_control(&self, id: &CampaignId, control: Control, reason: Option<&str>) {
        let mut transaction = self.store.write_campaigns(&ACCOUNT.parse().unwrap()).await.unwrap();
        assert!(transaction.set_control(id, Control::Launched, control, reason).await.unwrap());
        transaction.commit().await.unwrap();
    }

    pub(super) async fn lose(&self, id: &CampaignId, number: u32) {
        self.change(id, number, &[Transition::Start, Transition::Lose { is_idempotent: false }]).await;
    }

    pub(super) async fn fail(&self, id: &CampaignId, number: u32) {
        let error = ErrorKey::new("twilio".to_owned(), "30003".to_owned()).unwrap();
        self.change(id, number, &[Transition::Start, Transition::Refuse(error)]).await;
    }
}
