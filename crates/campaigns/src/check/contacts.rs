//! The addresses of a consumer.

use std::collections::BTreeSet;

use outbound_model::Phone;
use outbound_reporting::{Address, ReportingChannel, Text};

use crate::json::{Fields, read_string};
use crate::request::Contacts;
use crate::template::Template;

/// The address of a consumer on one channel.
pub(super) struct Contact {
    pub(super) channel: ReportingChannel,
    /// Whether the handoff has the channel.
    pub(super) is_used: bool,
    /// As it was sent.
    pub(super) sent: String,
    /// The valid address: a phone number in E.164, or another id.
    pub(super) address: Option<Address>,
    /// The country of a valid phone number.
    pub(super) country: Option<&'static str>,
}

impl Contact {
    fn new(channel: ReportingChannel, is_used: bool, sent: String) -> Self {
        let phone = if uses_phone_numbers(channel) { read_phone(&sent) } else { None };
        let country = phone.as_ref().and_then(Phone::country);
        let valid = if uses_phone_numbers(channel) {
            phone.and_then(|phone| phone.e164())
        } else {
            Some(sent.clone())
        };
        let address = valid.and_then(|address| Text::new("address", address).ok()).map(Address::new);
        Self { channel, is_used, sent, address, country }
    }

    /// Whether the response repeats it as phone number.
    pub(super) fn is_phone_number(&self) -> bool {
        uses_phone_numbers(self.channel) && !self.sent.is_empty()
    }

    /// The phone number in E.164; as it was sent, after a `+`, if it is not valid.
    pub(super) fn phone(&self) -> String {
        match &self.address {
            Some(address) => address.reveal().to_owned(),
            None => format!("+{}", self.sent.trim_start_matches('+')),
        }
    }

    /// The address with what distinguishes it from equal addresses of other channels.
    fn key(&self) -> Option<(Option<ReportingChannel>, &str)> {
        let channel = Some(self.channel).filter(|channel| !uses_phone_numbers(*channel));
        Some((channel, self.address.as_ref()?.reveal())).filter(|_| self.is_used)
    }
}

/// The addresses of the consumers that were accepted before.
#[derive(Default)]
pub(super) struct Addresses(BTreeSet<(Option<ReportingChannel>, String)>);

impl Addresses {
    /// Whether one of the addresses is known. A phone number is the same on all channels.
    pub(super) fn contain_any(&self, contacts: &[Contact]) -> bool {
        let mut keys = contacts.iter().filter_map(Contact::key);
        keys.any(|(channel, address)| self.0.contains(&(channel, address.to_owned())))
    }

    pub(super) fn add(&mut self, contacts: &[Contact]) {
        let keys = contacts.iter().filter_map(Contact::key);
        self.0.extend(keys.map(|(channel, address)| (channel, address.to_owned())));
    }
}

/// The contacts of a consumer: first those of the handoff's channels in their order, then those of others.
pub(super) fn read(contacts: &Contacts<'_>, template: &Template) -> Vec<Contact> {
    let used: Vec<_> = template.channels().collect();
    let others = ReportingChannel::ALL.iter().copied().filter(|channel| !used.contains(channel));
    let contact = |channel, is_used| match contacts {
        Contacts::ByChannel { fields, .. } => Some(Contact::new(channel, is_used, sent(fields, channel)?)),
        Contacts::Number(number) if is_used && uses_phone_numbers(channel) => {
            Some(Contact::new(channel, is_used, number.clone()))
        }
        Contacts::Number(_) => None,
    };
    let used_contacts = used.iter().filter_map(|channel| contact(*channel, true));
    used_contacts.chain(others.filter_map(|channel| contact(channel, false))).collect()
}

/// The address of a channel. A value that is not a string becomes an empty, thus invalid, address.
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

/// Reads a number in international notation, with or without `+`.
fn read_phone(sent: &str) -> Option<Phone> {
    let phone = Phone::read(sent).ok()?;
    if phone.has_plus() { Some(phone) } else { Phone::read(&format!("+{sent}")).ok() }
}
