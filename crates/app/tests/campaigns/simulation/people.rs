//! What people and consumers do.

use outbound_app::Resolution;
use outbound_campaigns::{CampaignId, Decision};
use outbound_store::RecipientQuery;

use super::work::{Order, Reply};
use super::{PHONES, Simulation};

impl Simulation {
    /// A consumer replies, unless an earlier reply was not received.
    pub(super) fn reply(&mut self) {
        let phone = self.random.below(PHONES);
        if self.talking.insert(phone) {
            let text = ["STOP", "STOP", "STOP", "START", "START", "Hello"][self.random.below(6)];
            self.said += 1;
            self.replies.push(Reply { id: self.said, phone, text });
        }
    }

    /// A person decides.
    pub(super) async fn order(&mut self, process: usize) {
        let known: Vec<CampaignId> =
            self.campaigns.iter().filter_map(|campaign| campaign.id.clone()).collect();
        if known.is_empty() {
            return;
        }
        let id = known[self.random.below(known.len())].clone();
        let order = match self.random.below(16) {
            0 => Order::Decide(id, Decision::Cancel),
            1..=4 => Order::Decide(id, Decision::Pause),
            5..=8 => Order::Decide(id, Decision::Resume),
            9..=11 => Order::RetryFailed(id),
            12 => Order::ResumeLanes,
            13 => Order::ConfirmSending,
            _ => match self.unknown(&id).await {
                Some(number) => self.resolution(id, number),
                None => return,
            },
        };
        self.start_order(process, order);
    }

    /// The first recipient with an unknown outcome.
    pub(super) async fn unknown(&self, id: &CampaignId) -> Option<u32> {
        let reader = self.world.store.read_campaigns(&self.world.account);
        let query = RecipientQuery { campaign: id, state: Some("unknown"), after: None, limit: 1 };
        reader.recipients(query).await.unwrap().first().map(|recipient| recipient.number)
    }

    pub(super) fn resolution(&mut self, id: CampaignId, number: u32) -> Order {
        let resolution = if self.random.one_in(2) { Resolution::SendAgain } else { Resolution::CountAsSent };
        let decided = match resolution {
            Resolution::SendAgain => &mut self.sent_again,
            Resolution::CountAsSent => &mut self.counted_as_sent,
        };
        decided.insert((id.clone(), number));
        Order::Resolve(id, number, resolution)
    }
}
