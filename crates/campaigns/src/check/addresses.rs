//! The addresses of a consumer on each channel.

use std::collections::BTreeSet;

use outbound_model::Phone;
use outbound_reporting::{Address, ReportingChannel, Text};

use crate::handoff_spec::HandoffSpec;
use crate::json::{Fields, read_string};
use crate::request::ConsumerAddresses;

/// The address of a consumer on one channel.
pub(super) struct ChannelAddress {
    pub(super) channel: ReportingChannel,
    /// Whether the handoff has the channel.
    pub(super) is_used: bool,
    /// As it was sent.
    pub(super) sent: String,
    /// The address, if it is valid: a phone number in E.164, or another id.
    pub(super) valid: Option<Address>,
}

impl ChannelAddress {
    fn new(channel: ReportingChannel, is_used: bool, sent: String) -> Self {
        let valid = if uses_phone_numbers(channel) { read_phone(&sent) } else { Some(sent.clone()) };
        let valid = valid.and_then(|address| Text::new("address", address).ok()).map(Address::new);
        Self { channel, is_used, sent, valid }
    }

    /// Whether the response contains it as a phone number.
    pub(super) fn is_phone_number(&self) -> bool {
        uses_phone_numbers(self.channel) && !self.sent.is_empty()
    }

    /// The phone number in E.164; if it is not valid, as it was sent, after a `+`.
    pub(super) fn phone(&self) -> String {
        match &self.valid {
            Some(address) => address.reveal().to_owned(),
            None => format!("+{}", self.sent.trim_start_matches('+')),
        }
    }

    /// The ISO 3166 code of the country of a valid phone number.
    pub(super) fn country(&self) -> Option<&'static str> {
        Phone::read(self.valid.as_ref()?.reveal()).ok()?.country()
    }

    /// What is equal for two consumers who would get the same message twice. A phone number is the same on all
    /// channels; other ids belong to their channel.
    fn key(&self) -> Option<(Option<ReportingChannel>, &str)> {
        let channel = Some(self.channel).filter(|channel| !uses_phone_numbers(*channel));
        Some((channel, self.valid.as_ref()?.reveal())).filter(|_| self.is_used)
    }
}

/// The addresses of the consumers that were accepted before.
#[derive(Default)]
pub(super) struct AcceptedAddresses(BTreeSet<(Option<ReportingChannel>, String)>);

impl AcceptedAddresses {
    /// Whether one of the addresses was accepted before.
    pub(super) fn contain_any(&self, addresses: &[ChannelAddress]) -> bool {
        let mut keys = addresses.iter().filter_map(ChannelAddress::key);
        keys.any(|(channel, address)| self.0.contains(&(channel, address.to_owned())))
    }

    pub(super) fn add(&mut self, addresses: &[ChannelAddress]) {
        let keys = addresses.iter().filter_map(ChannelAddress::key);
        self.0.extend(keys.map(|(channel, address)| (channel, address.to_owned())));
    }
}

/// The addresses of a consumer: first those on the handoff's channels in their order, then those on others.
pub(super) fn read(consumer: &ConsumerAddresses<'_>, handoff: &HandoffSpec) -> Vec<ChannelAddress> {
    let used: Vec<_> = handoff.channels().collect();
    let others = ReportingChannel::ALL.iter().copied().filter(|channel| !used.contains(channel));
    let address = |channel, is_used| match consumer {
        ConsumerAddresses::ByChannel { fields, .. } => {
            Some(ChannelAddress::new(channel, is_used, sent(fields, channel)?))
        }
        ConsumerAddresses::Number(number) if is_used && uses_phone_numbers(channel) => {
            Some(ChannelAddress::new(channel, is_used, number.clone()))
        }
        ConsumerAddresses::Number(_) => None,
    };
    let used_addresses = used.iter().filter_map(|channel| address(*channel, true));
    used_addresses.chain(others.filter_map(|channel| address(channel, false))).collect()
}

/// The address on a channel. A value that is not a string becomes an empty address, which is invalid.
fn sent(fields: &Fields<'_>, channel: ReportingChannel) -> Option<String> {
    let json = fields.get(channel.as_str())?;
    Some(read_string(json).unwrap_or_default())
}

fn uses_phone_numbers(channel: ReportingChannel) -> bool {
    match channel {
        ReportingChannel::Sms | ReportingChannel::WhatsApp | ReportingChannel::GoogleRcs => true,
        ReportingChannel::Apple | ReportingChannel::InApp => false,
    }
}

/// The E.164 form of a number in international notation, with or without `+`.
fn read_phone(sent: &str) -> Option<String> {
    let phone = Phone::read(sent).ok()?;
    let phone = if phone.has_plus() { phone } else { Phone::read(&format!("+{sent}")).ok()? };
    phone.e164()
}
