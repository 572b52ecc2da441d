//! Compares the consumers of a request with the handoff: each is accepted, or rejected with its first error.

mod addresses;
mod checked;
mod consumer_error;
mod media;
mod variables;

use outbound_render::Values;
use outbound_reporting::ReportingChannel;

use addresses::{AcceptedAddresses, ChannelAddress};
pub(crate) use checked::Content;
use checked::Echo;
pub use checked::{AcceptedConsumer, Checked, RejectedConsumer};
pub use consumer_error::ConsumerError;

use crate::error::CampaignError;
use crate::handoff_spec::HandoffSpec;
use crate::request::{CampaignRequest, Consumer, ConsumerAddresses, TemplateId};

/// What a request is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'c> {
    /// The handoff.
    pub handoff: &'c HandoffSpec,
    /// The hosts that media may come from. An empty list permits all.
    pub permitted_media_hosts: &'c [String],
    /// Whether the account accepts `personalInfo` and `customerInfo`.
    pub personal_info: bool,
}

impl<'j> CampaignRequest<'j> {
    /// Checks the consumers. An error rejects the whole request; errors of single consumers are in the result.
    pub fn check(&self, checks: Checks<'_>) -> Result<Checked<'j>, CampaignError> {
        self.check_senders(checks.handoff)?;
        self.check_personal_info(checks)?;
        let mut known = AcceptedAddresses::default();
        let mut checked = Checked { accepted: Vec::new(), failed: Vec::new() };
        for consumer in &self.consumers {
            let addresses = addresses::read(&consumer.addresses, checks.handoff);
            match check_consumer(consumer, &addresses, checks, &known) {
                Ok(values) => {
                    known.add(&addresses);
                    checked.accepted.push(self.accept(consumer, addresses, values));
                }
                Err(error) => {
                    let number = addresses.iter().find(|address| address.is_phone_number());
                    let country = number.and_then(ChannelAddress::country);
                    let echo = self.echo(consumer, &addresses);
                    checked.failed.push(RejectedConsumer { error, country, echo });
                }
            }
        }
        Ok(checked)
    }

    /// Channels without a sender in the handoff use the sender of the request. In-app messages have none.
    fn check_senders(&self, handoff: &HandoffSpec) -> Result<(), CampaignError> {
        let lacks_sender = handoff
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
        if !checks.handoff.channels().all(is_permitted) {
            return Err(CampaignError::OnlySmsAndWhatsApp { field });
        }
        Ok(())
    }

    fn accept(
        &self,
        consumer: &Consumer<'j>,
        addresses: Vec<ChannelAddress>,
        values: Values,
    ) -> AcceptedConsumer<'j> {
        let echo = self.echo(consumer, &addresses);
        let address =
            |address: ChannelAddress| Some((address.channel, address.valid?)).filter(|_| address.is_used);
        AcceptedConsumer {
            addresses: addresses.into_iter().filter_map(address).collect(),
            values,
            personal_info: consumer.personal_info,
            customer_info: consumer.customer_info,
            echo,
        }
    }

    fn echo(&self, consumer: &Consumer<'j>, addresses: &[ChannelAddress]) -> Echo<'j> {
        let sent = addresses.iter().map(|address| (address.channel, address.sent.clone())).collect();
        let number = addresses.iter().find(|address| address.is_phone_number());
        Echo {
            phone: number.map(ChannelAddress::phone),
            content: match &consumer.addresses {
                ConsumerAddresses::ByChannel { json, .. } => Content::Sent { json, addresses: sent },
                ConsumerAddresses::Number(_) if self.has_handoff_id() => Content::Derived(sent),
                ConsumerAddresses::Number(_) => Content::Absent,
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
    addresses: &[ChannelAddress],
    checks: Checks<'_>,
    known: &AcceptedAddresses,
) -> Result<Values, ConsumerError> {
    if addresses.iter().any(|address| address.is_used && address.valid.is_none()) {
        return Err(ConsumerError::InvalidNumber);
    }
    if known.contain_any(addresses) {
        return Err(ConsumerError::DuplicateNumber);
    }
    let has = |channel| addresses.iter().any(|address| address.is_used && address.channel == channel);
    if let Some(channel) = checks.handoff.channels().find(|channel| !has(*channel)) {
        return Err(ConsumerError::MissingConsumerInformation(channel));
    }
    let values = variables::check(consumer, checks.handoff)?;
    variables::check_blank(checks.handoff, &values)?;
    media::check(checks.handoff, &values, checks.permitted_media_hosts)?;
    variables::check_lengths(checks.handoff, &values)?;
    Ok(values)
}
