//! What the check of a request has to know about the handoff that it sends.

mod content;

use std::collections::BTreeSet;

use outbound_model::{Channel, Handoff};
use outbound_render::{Component, Key, Values, render_channel};
use outbound_reporting::ReportingChannel;

use content::{header, limited_text, media, required_text};

use crate::error::CampaignError;
use crate::plain_sms::plain_sms;

/// What a handoff sends on which channels, and which values it needs.
#[derive(Clone, Debug)]
pub struct HandoffSpec {
    pub(crate) channels: Vec<ChannelSpec>,
    /// The sample values of an in-app handoff, which a consumer without variables gets.
    pub(crate) defaults: Values,
    lookback_hours: u32,
}

/// A channel of a handoff.
#[derive(Clone, Debug)]
pub(crate) struct ChannelSpec {
    pub(crate) channel: ReportingChannel,
    pub(crate) sender: Option<String>,
    /// The numbers of the placeholders that `variables` fills.
    pub(crate) variables: BTreeSet<u16>,
    /// The WhatsApp header, if it has a placeholder.
    pub(crate) header: Option<HeaderSpec>,
    /// The placeholders in WhatsApp buttons. Value `n` of `buttonVariables` is for element `n - 1`.
    pub(crate) buttons: Vec<Key>,
    /// The limited text, with the largest number of characters that the provider accepts.
    pub(crate) text: Option<(String, usize)>,
    /// The text without which there is no message, if it has a placeholder.
    pub(crate) required_text: Option<String>,
    /// URLs of media that `variables` fill.
    pub(crate) media: Vec<String>,
}

/// A WhatsApp header with placeholders.
#[derive(Clone, Debug)]
pub(crate) struct HeaderSpec {
    /// `image`, `video`, `document` or `text`.
    pub(crate) kind: String,
    pub(crate) content: String,
}

impl HandoffSpec {
    /// Describes a handoff. Of several channels of one type, the first counts; channels of unknown types are
    /// not sent.
    pub fn of(handoff: &Handoff) -> Result<Self, CampaignError> {
        let mut channels: Vec<ChannelSpec> = Vec::new();
        for channel in &handoff.channels {
            let Some(name) = channel.channel_type().map(ReportingChannel::from) else { continue };
            if channels.iter().all(|known| known.channel != name) {
                channels.push(ChannelSpec::new(name, channel));
            }
        }
        if channels.is_empty() {
            return Err(CampaignError::NoChannel);
        }
        let hours =
            handoff.lookback_period_day.saturating_mul(24).saturating_add(handoff.lookback_period_hour);
        Ok(Self {
            channels,
            defaults: in_app_samples(handoff),
            lookback_hours: u32::try_from(hours).unwrap_or_default(),
        })
    }

    /// Describes an SMS without a handoff ([`plain_sms`]). Replies are routed for 30 days, the longest period.
    pub fn plain_sms() -> Self {
        let channel = ChannelSpec::new(ReportingChannel::Sms, &plain_sms(None));
        Self { channels: vec![channel], defaults: Values::default(), lookback_hours: 30 * 24 }
    }

    /// The channels, in the order in which they are tried.
    pub fn channels(&self) -> impl Iterator<Item = ReportingChannel> {
        self.channels.iter().map(|channel| channel.channel)
    }

    /// The sender of a channel, if the handoff has one.
    pub fn sender(&self, channel: ReportingChannel) -> Option<&str> {
        self.channels.iter().find(|known| known.channel == channel)?.sender.as_deref()
    }

    /// How long replies are routed to the campaign's skill, in hours.
    pub fn lookback_hours(&self) -> u32 {
        self.lookback_hours
    }

    /// Whether in-app messages are all that is sent. Then consumers may leave out the variables.
    pub(crate) fn is_in_app_only(&self) -> bool {
        self.channels().all(|channel| channel == ReportingChannel::InApp)
    }
}

impl ChannelSpec {
    fn new(name: ReportingChannel, channel: &Channel) -> Self {
        // Without values, the preview lists all placeholders as missing.
        let preview = render_channel(channel, &Values::default());
        let numbers = |of: fn(&Key) -> bool| preview.missing.iter().copied().filter(of);
        let is_variable = |key: &Key| matches!(key.component, None | Some(Component::Body));
        let is_button = |key: &Key| matches!(key.component, Some(Component::Button(_)));
        let mut buttons: Vec<_> = numbers(is_button).collect();
        buttons.sort_unstable();
        Self {
            channel: name,
            sender: preview.sender.clone(),
            variables: numbers(is_variable).map(|key| key.number).collect(),
            header: header(channel),
            buttons,
            text: limited_text(channel),
            required_text: required_text(channel),
            media: media(channel),
        }
    }
}

/// The sample values of the first in-app channel.
fn in_app_samples(handoff: &Handoff) -> Values {
    let index = handoff.channels.iter().position(|channel| matches!(channel, Channel::InApp(_)));
    let samples = handoff.extension.as_ref().and_then(|extension| extension.samples.as_ref());
    let samples = samples.zip(index).and_then(|(samples, index)| samples.0.get(&index));
    let read = |(key, value): (&String, &String)| Some((key.parse().ok()?, value.clone()));
    samples.into_iter().flatten().filter_map(read).collect()
}
