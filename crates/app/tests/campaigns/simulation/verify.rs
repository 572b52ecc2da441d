//! What must be true at the end of a simulation.

use std::collections::BTreeMap;

use outbound_app::Campaign;
use outbound_campaigns::RecipientCounts;
use outbound_reporting::Step;
use outbound_store::{CampaignQuery, RecipientQuery, StoredRecipient};

use super::Simulation;

/// The rate of a lane.
const RATE: usize = 9;

impl Simulation {
    pub(super) async fn verify(&self) {
        assert_eq!(self.world.provider.violations(), [""; 0]);
        self.verify_rates();
        let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
        for message in self.world.provider.accepted() {
            *accepted.entry(message.text).or_default() += 1;
        }
        let reader = self.world.store.read_campaigns(&self.world.account);
        let stored = reader.campaigns(None, 100).await.unwrap();
        assert_eq!(stored.len(), self.campaigns.len(), "each request is accepted once");
        for (requested, number) in self.campaigns.iter().zip(0..) {
            let campaign = stored.iter().find(|stored| stored.name == requested.name).unwrap();
            let id = &campaign.ids.proactive;
            let query = RecipientQuery { campaign: id, state: None, after: None, limit: 1000 };
            let recipients = reader.recipients(query).await.unwrap();
            assert_eq!(recipients.len(), requested.phones.len(), "no recipient is lost");
            self.verify_counts(campaign, &recipients).await;
            for (recipient, phone) in recipients.iter().zip(&requested.phones) {
                let text = format!("c{number}n{}", recipient.number);
                let accepted = accepted.get(&text).copied().unwrap_or_default();
                self.verify_recipient(recipient, *phone, accepted).await;
            }
        }
    }

    /// No lane exceeds its rate in any second, neither where it sends nor, if responses are prompt, at the provider.
    fn verify_rates(&self) {
        let requests = self.world.provider.requests();
        verify_rates(requests.iter().map(|request| (request.lane.as_str(), request.sent_at)));
        let arrived =
            requests.iter().filter_map(|request| Some((request.lane.as_str(), request.arrived_at?)));
        verify_rates(arrived);
    }

    /// The campaign counts its recipients, and reports contain a message for each attempt.
    async fn verify_counts(&self, campaign: &Campaign, recipients: &[StoredRecipient]) {
        let states = recipients.iter().map(|recipient| recipient.recipient.state());
        assert_eq!(campaign.counts, RecipientCounts::of(states));
        let campaign_id = campaign.ids.proactive.as_str();
        let query = CampaignQuery { campaign_id, after: None, limit: 1000 };
        let reported =
            self.world.store.campaign_transactions(&self.world.account, &query).await.unwrap().len();
        let attempts: u32 = recipients.iter().map(|recipient| 1 + recipient.recipient.retries()).sum();
        assert_eq!(reported, usize::try_from(attempts).unwrap(), "{recipients:?}");
    }

    /// A recipient got at most one message, and its state and report say so. All callbacks were delivered.
    async fn verify_recipient(&self, recipient: &StoredRecipient, phone: usize, accepted: usize) {
        let state = recipient.recipient.state().as_str();
        let key = (recipient.campaign.clone(), recipient.number);
        // A person may send a message again whose outcome was unknown.
        let is_sent_again = self.sent_again.contains(&key);
        assert!(accepted <= 1 || is_sent_again, "sent {accepted} times: {recipient:?}");
        match state {
            "sent" => assert!(accepted > 0 || self.counted_as_sent.contains(&key), "{recipient:?}"),
            "skipped" => assert!(self.skippable.contains(&phone), "{recipient:?}"),
            "failed" | "cancelled" | "expired" => {}
            _ => panic!("not final: {recipient:?}"),
        }
        if state != "sent" && !is_sent_again {
            assert_eq!(accepted, 0, "{recipient:?}");
        }
        let stored = self.world.store.transaction(&self.world.account, recipient.transaction).await;
        let transaction = stored.unwrap().expect("reported").transaction;
        let has = |step| transaction.times.get(step).is_some();
        let is_delivered = self.world.provider.accepted().iter().any(|one| one.id == recipient.transaction);
        assert_eq!(has(Step::Delivered), is_delivered, "{recipient:?}");
        assert_eq!(has(Step::Sent), state == "sent", "{recipient:?}");
        // Reports ignore these steps once the message was sent.
        if state != "sent" {
            let reported = (has(Step::Failed), has(Step::Cancelled), has(Step::Skipped));
            let is_failed = matches!(state, "failed" | "expired");
            assert_eq!(reported, (is_failed, state == "cancelled", state == "skipped"), "{recipient:?}");
        }
    }
}

/// At most [`RATE`] requests of a lane are in any second.
fn verify_rates<'r>(requests: impl Iterator<Item = (&'r str, i64)>) {
    let mut lanes: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (lane, at) in requests {
        lanes.entry(lane).or_default().push(at);
    }
    for (lane, mut times) in lanes {
        times.sort_unstable();
        for (start, place) in times.iter().zip(0..) {
            let in_second = times[place..].iter().take_while(|at| **at < *start + 1000).count();
            assert!(in_second <= RATE, "{in_second} requests of {lane} in the second from {start}");
        }
    }
}
