//! Compares the consumers of a request with the template: each is accepted, or rejected with its first error.

mod consumer_error;
mod contacts;
mod media;
mod variables;

use std::fmt;

use outbound_render::Values;
use outbound_reporting::{Address, ReportingChannel};
use serde_json::value::RawValue;

pub use consumer_error::ConsumerError;
use contacts::{Addresses, Contact};

use crate::error::CampaignError;
use crate::request::{CampaignRequest, Consumer, Contacts, TemplateId};
use crate::template::Template;

/// What a request is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'c> {
    /// The handoff.
    pub template: &'c Template,
    /// The hosts that media may come from. An empty list permits all.
    pub permitted_media_hosts: &'c [String],
    /// Whether the account accepts `personalInfo` and `customerInfo`.
    pub personal_info: bool,
}

/// The result of a check: every consumer is in one of the lists, in the order of the request.
#[derive(Debug)]
pub struct Checked<'j> {
    /// Consumers to send to.
    pub accepted: Vec<AcceptedConsumer<'j>>,
    /// Rejected consumers.
    pub failed: Vec<RejectedConsumer<'j>>,
}

/// A consumer to send to.
pub struct AcceptedConsumer<'j> {
    addresses: Vec<(ReportingChannel, Address)>,
    values: Values,
    personal_info: Option<&'j RawValue>,
    customer_info: Option<&'j RawValue>,
    pub(crate) echo: Echo<'j>,
}

/// A consumer with an error.
pub struct RejectedConsumer<'j> {
    /// The first error.
    pub error: ConsumerError,
    pub(crate) echo: Echo<'j>,
}

/// The parts of a consumer that the response repeats.
pub(crate) struct Echo<'j> {
    /// In E.164 if the number is valid; absent if no channel uses phone numbers.
    pub(crate) phone: Option<String>,
    pub(crate) country: Option<&'static str>,
    pub(crate) content: Content<'j>,
    pub(crate) variables: &'j RawValue,
    pub(crate) header_variables: Option<&'j RawValue>,
}

/// `consumerContent` in the response.
pub(crate) enum Content<'j> {
    /// Of a request with it. Rejected consumers get the JSON of the request.
    Sent { json: &'j RawValue, addresses: Vec<(ReportingChannel, String)> },
    /// Of the old form with a handoff: the channels of the handoff.
    Derived(Vec<(ReportingChannel, String)>),
    /// Of the old form with a template id: none.
    Absent,
}

impl AcceptedConsumer<'_> {
    /// The addresses, in the order in which the channels are tried. Never empty.
    pub fn addresses(&self) -> &[(ReportingChannel, Address)] {
        &self.addresses
    }

    /// The values of all placeholders.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// `personalInfo`, as it was sent.
    pub fn personal_info(&self) -> Option<&RawValue> {
        self.personal_info
    }

    /// `customerInfo`, as it was sent.
    pub fn customer_info(&self) -> Option<&RawValue> {
        self.customer_info
    }
}

impl fmt::Debug for AcceptedConsumer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedConsumer").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl fmt::Debug for RejectedConsumer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectedConsumer").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<'j> CampaignRequest<'j> {
    /// Checks the consumers. An error rejects the whole request; errors of single consumers are in the result.
    pub fn check(&self, checks: Checks<'_>) -> Result<Checked<'j>, CampaignError> {
        self.check_senders(checks.template)?;
        self.check_personal_info(checks)?;
        let mut known = Addresses::default();
        let mut checked = Checked { accepted: Vec::new(), failed: Vec::new() };
        for consumer in &self.consumers {
            let contacts = contacts::read(&consumer.contacts, checks.template);
            match check_consumer(consumer, &contacts, checks, &known) {
                Ok(values) => {
                    known.add(&contacts);
                    checked.accepted.push(self.accept(consumer, contacts, values));
                }
                Err(error) => {
                    let echo = self.echo(consumer, &contacts);
                    checked.failed.push(RejectedConsumer { error, echo });
                }
            }
        }
        Ok(checked)
    }

    /// Channels without a sender in the handoff use the sender of the request. In-app messages have none.
    fn check_senders(&self, template: &Template) -> Result<(), CampaignError> {
        let lacks_sender = template
            .channels
            .iter()
            .any(|channel| channel.sender.is_none() && channel.channel != ReportingChannel::InApp);
        if lacks_sender && self.outbound_number().is_none() {
            return Err(CampaignError::FieldMissing { name: "outboundNumber" });
        }
        Ok(())
    }

    fn check_personal_info(&self, checks: Checks<'_>) -> Result<(), CampaignError> {
        let has = |of: fn(&Consumer<'j>) -> bool| self.consumers.iter().any(of);
        let field = if has(|consumer| consumer.personal_info.is_some()) {
            "personalInfo"
        } else if has(|consumer| consumer.customer_info.is_some()) {
            "customerInfo"
        } else {
            return Ok(());
        };
        let is_permitted = |channel| matches!(channel, ReportingChannel::Sms | ReportingChannel::WhatsApp);
        if !checks.personal_info {
            return Err(CampaignError::NotEnabled { field });
        }
        if !checks.template.channels().all(is_permitted) {
            return Err(CampaignError::OnlySmsAndWhatsApp { field });
        }
        Ok(())
    }

    fn accept(
        &self,
        consumer: &Consumer<'j>,
        contacts: Vec<Contact>,
        values: Values,
    ) -> AcceptedConsumer<'j> {
        let echo = self.echo(consumer, &contacts);
        let address =
            |contact: Contact| Some((contact.channel, contact.address?)).filter(|_| contact.is_used);
        AcceptedConsumer {
            addresses: contacts.into_iter().filter_map(address).collect(),
            values,
            personal_info: consumer.personal_info,
            customer_info: consumer.customer_info,
            echo,
        }
    }

    fn echo(&self, consumer: &Consumer<'j>, contacts: &[Contact]) -> Echo<'j> {
        let addresses =
            contacts.iter().map(|contact| (contact.channel, contact.sent.clone())).collect::<Vec<_>>();
        let number = contacts.iter().find(|contact| contact.is_phone_number());
        Echo {
            phone: number.map(Contact::phone),
            country: number.and_then(|contact| contact.country),
            content: match &consumer.contacts {
                Contacts::ByChannel { json, .. } => Content::Sent { json, addresses },
                Contacts::Number(_) if self.has_handoff_id() => Content::Derived(addresses),
                Contacts::Number(_) => Content::Absent,
            },
            variables: consumer.variables.json,
            header_variables: consumer.header_variables.as_ref().map(|header| header.json),
        }
    }

    /// Whether `templateId` has the form of the vendor's handoff ids. Responses to the old form of consumers depend
    /// on it (contract §10 B).
    fn has_handoff_id(&self) -> bool {
        matches!(self.template_id(), TemplateId::Handoff(id) if id.as_str().starts_with('H'))
    }
}

/// The values of a consumer, or its first error in the order of the vendor's table.
fn check_consumer(
    consumer: &Consumer<'_>,
    contacts: &[Contact],
    checks: Checks<'_>,
    known: &Addresses,
) -> Result<Values, ConsumerError> {
    if contacts.iter().any(|contact| contact.is_used && contact.address.is_none()) {
        return Err(ConsumerError::InvalidNumber);
    }
    if known.contain_any(contacts) {
        return Err(ConsumerError::DuplicateNumber);
    }
    let has = |channel| contacts.iter().any(|contact| contact.is_used && contact.channel == channel);
    if let Some(channel) = checks.template.channels().find(|channel| !has(*channel)) {
        return Err(ConsumerError::MissingConsumerInformation(channel));
    }
    let values = variables::check(consumer, checks.template)?;
    media::check(checks.template, &values, checks.permitted_media_hosts)?;
    variables::check_lengths(checks.template, &values)?;
    Ok(values)
}
