//! What must be true at the end of a simulation.

use std::collections::BTreeMap;

use outbound_app::CampaignRecipient;
use outbound_campaigns::RecipientCounts;
use outbound_reporting::Step;
use outbound_store::Reporting;

use super::Simulation;

/// The rate of a lane.
const RATE: usize = 9;

impl Simulation {
    pub(super) async fn verify(&self) {
        self.verify_rates();
        let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
        for request in self.provider.requests().into_iter().filter(|request| request.is_accepted) {
            *accepted.entry(request.phone).or_default() += 1;
        }
        for (campaign, id) in self.campaigns.iter().enumerate() {
            let recipients = self.fixture.recipients(id).await;
            let counts = self.fixture.campaign(id).await.counts;
            assert_eq!(counts, RecipientCounts::of(recipients.iter().map(|recipient| &recipient.state)));
            for recipient in &recipients {
                let number = usize::try_from(recipient.number).unwrap();
                let phone = format!("1212555{:04}", campaign * 20 + number);
                let accepted = accepted.get(&phone).copied().unwrap_or_default();
                self.verify_recipient(recipient, accepted).await;
            }
        }
    }

    /// No lane exceeds its rate in any second. The lanes differ by provider and sender.
    fn verify_rates(&self) {
        for is_rbm in [false, true] {
            let requests = self.provider.requests();
            let times: Vec<_> = requests
                .iter()
                .filter(|request| request.is_rbm == is_rbm)
                .map(|request| request.at)
                .collect();
            // Twilio has two senders, one of plain SMS and one of the handoff.
            let most = if is_rbm { RATE } else { 2 * RATE };
            for start in &times {
                let in_second = times.iter().filter(|at| (*start..*start + 1000).contains(*at)).count();
                assert!(in_second <= most, "{in_second} requests in the second from {start}");
            }
        }
    }

    /// A recipient got at most one message, and its state and report say so. All callbacks were delivered.
    async fn verify_recipient(&self, recipient: &CampaignRecipient, accepted: usize) {
        let state = recipient.state.as_str();
        assert!(accepted <= 1, "sent {accepted} times: {recipient:?}");
        match state {
            "sent" => assert_eq!(accepted, 1, "{recipient:?}"),
            "unknown" | "failed" | "cancelled" | "expired" => assert_eq!(accepted, 0, "{recipient:?}"),
            _ => panic!("not final: {recipient:?}"),
        }
        let stored = self.fixture.world.store.transaction(&self.fixture.account, recipient.transaction).await;
        let transaction = stored.unwrap().expect("reported").transaction;
        let has = |step| transaction.times.get(step).is_some();
        assert_eq!(has(Step::Delivered), state == "sent", "{recipient:?}");
        // Reports ignore these steps once the message was sent.
        if state != "sent" {
            let reported = (has(Step::Failed), has(Step::Cancelled));
            assert_eq!(
                reported,
                (matches!(state, "failed" | "expired"), state == "cancelled"),
                "{recipient:?}"
            );
        }
    }
}
