//! Records the made-up traffic of the demo account.

use outbound_model::{AccountId, Handoff};
use outbound_reporting::ReportingChannel;

use super::demo_traffic::{DemoHandoff, DemoTraffic};
use crate::{App, AppError};

/// Always the same, so that two demos of one day show the same numbers.
const SEED: u64 = 1;

impl App {
    /// Records 60 days of made-up messages that were sent with these handoffs. Takes some seconds.
    pub(crate) async fn record_demo_traffic(
        &self,
        account: &AccountId,
        handoffs: &[Handoff],
    ) -> Result<(), AppError> {
        let handoffs = handoffs.iter().map(|handoff| DemoHandoff {
            id: handoff.id.clone(),
            channels: handoff
                .channels
                .iter()
                .filter_map(|channel| channel.channel_type().map(ReportingChannel::from))
                .collect(),
        });
        for events in DemoTraffic::new(SEED, self.clock.now(), handoffs.collect()) {
            let queued = events?.into_iter().map(|event| self.queued(account, event));
            self.take_in(account, queued.collect::<Result<_, _>>()?, None).await?;
        }
        Ok(())
    }
}
