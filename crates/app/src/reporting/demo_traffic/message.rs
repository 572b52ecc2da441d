//! A made-up message, before anything happens to it.

use outbound_model::Timestamp;
use outbound_reporting::{App, Attempt, ReportingChannel, ReportingError, Route, Source, Text};

use super::DemoHandoff;
use super::random::Random;

/// The skills of the demo account.
const SKILLS: &[&str] = &["sales", "support", "deliveries", "appointments", "billing"];
/// How often each channel is used.
const CHANNELS: &[(i64, ReportingChannel)] = &[
    (46, ReportingChannel::WhatsApp),
    (34, ReportingChannel::Sms),
    (14, ReportingChannel::InApp),
    (4, ReportingChannel::GoogleRcs),
    (2, ReportingChannel::Apple),
];

#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The sender's id.
    pub(super) id: Text,
    pub(super) attempted_at: Timestamp,
    pub(super) attempt: Attempt,
    /// How long it waits for earlier messages of its campaign, in milliseconds. `None`: it is not sent yet.
    pub(super) queued: Option<i64>,
}

impl Message {
    pub(super) fn with_id(mut self, day: i64, index: usize) -> Result<Self, ReportingError> {
        self.id = Text::new("messageId", format!("demo-{day}-{index}"))?;
        Ok(self)
    }
}

/// A channel, and a handoff that has it.
pub(super) fn channel_and_handoff<'h>(
    handoffs: &'h [DemoHandoff],
    random: &mut Random,
) -> (ReportingChannel, Option<&'h DemoHandoff>) {
    let channel = random.weighted(CHANNELS).copied().unwrap_or(ReportingChannel::Sms);
    let with_channel: Vec<_> =
        handoffs.iter().filter(|handoff| handoff.channels.contains(&channel)).collect();
    (channel, random.pick(&with_channel).copied())
}

/// A message of Proactive Messaging with `handoff`.
pub(super) fn message(
    attempted_at: Timestamp,
    channel: ReportingChannel,
    handoff: Option<&DemoHandoff>,
    source: Source,
    random: &mut Random,
) -> Result<Message, ReportingError> {
    let initial_skill = random.pick(SKILLS).copied().unwrap_or("sales");
    // Some conversations are moved to another skill.
    let skill = if random.chance(30) { "support" } else { initial_skill };
    let has_whatsapp = handoff.is_some_and(|handoff| handoff.channels.contains(&ReportingChannel::WhatsApp));
    // Some consumers do not have WhatsApp and get the SMS instead.
    let is_fallback = channel == ReportingChannel::Sms && has_whatsapp && random.chance(60);
    let route = Route {
        app: App::Proactive,
        channel,
        skill: Text::new("skill", skill.to_owned())?,
        source,
        initial_channel: if is_fallback { ReportingChannel::WhatsApp } else { channel },
        initial_skill: Text::new("initialSkill", initial_skill.to_owned())?,
    };
    let handoff_id = handoff.map(|handoff| handoff.id.clone());
    let attempt = Attempt { route, handoff_id, campaign_id: None, ivr_number: None };
    Ok(Message { id: Text::new("messageId", "demo".to_owned())?, attempted_at, attempt, queued: Some(0) })
}
