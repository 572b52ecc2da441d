//! What phones received, and their replies.

use std::sync::Arc;

use outbound_model::AccountId;
use outbound_reporting::{Address, Text};
use outbound_store::ConsumerKey;

use super::{PhoneEntries, PhoneEntry, SandboxPhones, SandboxReply, SandboxReplyError};
use crate::{App, AppError, Grant, ReadCampaigns, Right, WriteCampaigns};

/// The maximum number of phones that are listed, and of messages of a phone.
const MAX_PHONES: usize = 200;
const MAX_ENTRIES: usize = 100;

/// A phone of the sandbox.
#[derive(Clone, Debug)]
pub struct SandboxPhone {
    /// Identifies the phone in addresses of pages, which do not contain phone numbers.
    pub key: ConsumerKey,
    /// The phone number, or the account's own id of a consumer.
    pub phone: String,
    /// The number of messages and replies.
    pub entries: usize,
    /// The newest one.
    pub newest: PhoneEntry,
}

impl App {
    /// The phones of the sandbox that received messages, newest first; at most 200. `None` if the account has no sandbox
    /// inside this server.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn sandbox_phones(
        &self,
        grant: &Grant<ReadCampaigns>,
    ) -> Result<Option<Vec<SandboxPhone>>, AppError> {
        let Some(phones) = self.phones_of(grant) else { return Ok(None) };
        let mut found: Vec<_> = phones
            .phones(MAX_PHONES)
            .into_iter()
            .filter_map(|phone| self.sandbox_phone(grant.account(), phone))
            .collect();
        let newest = found.iter_mut().map(|phone| &mut phone.newest).collect();
        self.fill_templates(grant.account(), newest).await?;
        Ok(Some(found))
    }

    /// The number of a phone of the sandbox, and its messages and replies, newest first; at most 100. `None` if there is no
    /// such phone.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn sandbox_entries(
        &self,
        grant: &Grant<ReadCampaigns>,
        key: ConsumerKey,
    ) -> Result<Option<(String, Vec<PhoneEntry>)>, AppError> {
        let Some((phones, number)) = self.find_phone(grant, key) else { return Ok(None) };
        let mut entries = phones.entries(&number, MAX_ENTRIES);
        self.fill_templates(grant.account(), entries.iter_mut().collect()).await?;
        Ok(Some((number, entries)))
    }

    /// Sends a reply of a phone to the callbacks of this server. They follow at once, but after this returns.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn reply_from_sandbox(
        &self,
        grant: &Grant<WriteCampaigns>,
        key: ConsumerKey,
        reply: SandboxReply,
    ) -> Result<(), SandboxReplyError> {
        let (phones, number) = self.find_phone(grant, key).ok_or(SandboxReplyError::UnknownMessage)?;
        phones.reply(&number, reply)
    }

    fn find_phone<R: Right>(
        &self,
        grant: &Grant<R>,
        key: ConsumerKey,
    ) -> Option<(&Arc<dyn SandboxPhones>, String)> {
        let phones = self.phones_of(grant)?;
        let is_found = |number: &String| self.phone_key(grant.account(), number) == Some(key);
        Some((phones, phones.numbers().into_iter().find(is_found)?))
    }

    fn sandbox_phone(&self, account: &AccountId, found: PhoneEntries) -> Option<SandboxPhone> {
        let PhoneEntries { phone, entries, newest } = found;
        Some(SandboxPhone { key: self.phone_key(account, &phone)?, phone, entries, newest })
    }

    fn phone_key(&self, account: &AccountId, number: &str) -> Option<ConsumerKey> {
        let address = Address::new(Text::new("address", number.to_owned()).ok()?);
        Some(self.consumer_key(account, &address))
    }
}
