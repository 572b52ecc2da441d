//! Addresses and values of a recipient, which are encrypted in the database until the message is final.

use std::fmt;

use outbound_campaigns::{AcceptedConsumer, CampaignId};
use outbound_model::AccountId;
use outbound_render::Values;
use outbound_reporting::{Address, ReportingChannel, Text};
use outbound_store::ConsumerKey;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{App, AppError};

/// Personal data of a recipient.
pub(super) struct RecipientData {
    /// The address of each channel of the handoff.
    addresses: Vec<(ReportingChannel, Address)>,
    pub(super) values: Values,
}

impl fmt::Debug for RecipientData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientData(…)")
    }
}

#[derive(Deserialize, Serialize)]
struct DataJson<'d> {
    addresses: Vec<(String, String)>,
    values: Values,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    personal_info: Option<&'d RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    customer_info: Option<&'d RawValue>,
}

impl RecipientData {
    /// The address on a channel.
    pub(super) fn address(&self, channel: ReportingChannel) -> Option<&Address> {
        self.addresses.iter().find(|(name, _)| *name == channel).map(|(_, address)| address)
    }

    /// All addresses.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.iter().map(|(_, address)| address)
    }

    fn read(json: &[u8]) -> Result<Self, AppError> {
        let data: DataJson<'_> = serde_json::from_slice(json)?;
        let read = |(channel, address): (String, String)| {
            let channel = ReportingChannel::from_name(&channel)
                .ok_or_else(|| AppError::Internal("an unknown channel".into()))?;
            Ok::<_, AppError>((channel, Address::new(Text::new("address", address)?)))
        };
        let addresses = data.addresses.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { addresses, values: data.values })
    }
}

/// Names the purpose of the encryption.
fn seal_label(account: &AccountId, campaign: &CampaignId) -> String {
    format!("a recipient of the campaign {campaign} of account {account}")
}

impl App {
    /// Encrypts the data of an accepted consumer.
    pub(super) fn seal_recipient(
        &self,
        account: &AccountId,
        campaign: &CampaignId,
        consumer: &AcceptedConsumer<'_>,
    ) -> Result<Vec<u8>, AppError> {
        let address = |(channel, address): &(ReportingChannel, Address)| {
            (channel.as_str().to_owned(), address.reveal().to_owned())
        };
        let json = DataJson {
            addresses: consumer.addresses().iter().map(address).collect(),
            values: consumer.values().clone(),
            personal_info: consumer.personal_info(),
            customer_info: consumer.customer_info(),
        };
        let json = serde_json::to_vec(&json)?;
        Ok(self.installation.seal(&seal_label(account, campaign), &json, &*self.generator)?)
    }

    /// Decrypts the data of a recipient.
    pub(super) fn open_recipient(
        &self,
        account: &AccountId,
        campaign: &CampaignId,
        sealed: &[u8],
    ) -> Result<RecipientData, AppError> {
        RecipientData::read(&self.installation.open(&seal_label(account, campaign), sealed)?)
    }

    /// Identifies the consumer with an address.
    pub(crate) fn consumer_key(&self, account: &AccountId, address: &Address) -> ConsumerKey {
        ConsumerKey(self.reporting_key.consumer(account, address))
    }
}
