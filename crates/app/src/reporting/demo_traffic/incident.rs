//! The problem of yesterday afternoon: a handoff was changed, and WhatsApp could not load its new image until it
//! was corrected.

use std::ops::Range;

use outbound_model::Timestamp;
use outbound_reporting::{DAY, HOUR, ReportingChannel};

use super::DemoHandoff;
use super::message::Message;

pub(super) struct Incident {
    day: i64,
    times: Range<Timestamp>,
    /// The handoff whose image could not be loaded. `None` if no handoff has WhatsApp.
    pub(super) handoff: Option<DemoHandoff>,
}

impl Incident {
    /// The incident, from 13:00 to 17:00 of `day`.
    pub(super) fn on_day(day: i64, handoffs: &[DemoHandoff]) -> Self {
        let midnight = Timestamp::EPOCH.plus_millis(day * DAY);
        let has_image = |handoff: &&DemoHandoff| handoff.channels.contains(&ReportingChannel::WhatsApp);
        Self {
            day,
            times: midnight.plus_millis(13 * HOUR)..midnight.plus_millis(17 * HOUR),
            handoff: handoffs.iter().find(has_image).cloned(),
        }
    }

    /// When a campaign with the handoff starts, if it does so on `day`.
    pub(super) fn campaign_start(&self, day: i64) -> Option<Timestamp> {
        (day == self.day).then(|| self.times.start.plus_millis(HOUR / 2))
    }

    /// Whether `message` fails because of the incident.
    pub(super) fn affects(&self, message: &Message) -> bool {
        message.attempt.route.channel == ReportingChannel::WhatsApp
            && message.attempt.handoff_id.is_some()
            && message.attempt.handoff_id == self.handoff.as_ref().map(|handoff| handoff.id.clone())
            && self.times.contains(&message.attempted_at)
    }
}
