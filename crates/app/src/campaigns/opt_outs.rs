//! Consumers who want no messages. The list applies to all channels of the account.

use outbound_model::{AccountId, AuditAction, ChangeDetails, Timestamp};
use outbound_reporting::{Address, Text};
use outbound_store::{ConsumerKey, OptOut};
use serde_json::json;

use super::feed::save_opt_out;
use crate::reporting::{read_address, read_entered_address};
use crate::{App, AppError, Grant, ReadCampaigns, WriteCampaigns};

/// An opt-out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListedOptOut {
    /// The address; `None` if it is not stored: the consumer was erased, or a provider reported the opt-out after the
    /// message was sent.
    pub address: Option<Address>,
    /// Identifies the consumer; the position in the list.
    pub key: ConsumerKey,
    /// Since when.
    pub since: Timestamp,
    /// Who recorded it: `consumer`, `provider` or `person`.
    pub source: String,
    /// The keyword that the consumer sent.
    pub keyword: Option<String>,
}

/// The source of opt-outs that people add.
pub(super) const PERSON: &str = "person";

impl App {
    /// Up to `limit` opt-outs after one, in the order of their keys.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn opt_outs(
        &self,
        grant: &Grant<ReadCampaigns>,
        after: Option<&ConsumerKey>,
        limit: u32,
    ) -> Result<Vec<ListedOptOut>, AppError> {
        self.listed_opt_outs(grant.account(), after, limit).await
    }

    pub(super) async fn listed_opt_outs(
        &self,
        account: &AccountId,
        after: Option<&ConsumerKey>,
        limit: u32,
    ) -> Result<Vec<ListedOptOut>, AppError> {
        let stored = self.store.read_campaigns(account).opt_outs(after, limit).await?;
        let open = |opt_out: OptOut| {
            let OptOut { consumer: key, sealed_address, since, source, keyword } = opt_out;
            let address = match &*sealed_address {
                [] => None,
                sealed => Some(self.open_address(account, sealed)?),
            };
            Ok(ListedOptOut { address, key, since, source, keyword })
        };
        stored.into_iter().map(open).collect()
    }

    /// Adds an opt-out: a phone number in international notation, or another address. Returns `false` if the address
    /// has opted out already. Then it is stored if it was not.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn add_opt_out(&self, grant: &Grant<WriteCampaigns>, address: &str) -> Result<bool, AppError> {
        let address = read_entered_address(address)?;
        let opt_out = self.opt_out(grant.account(), &address, self.clock.now(), (PERSON, None))?;
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        let by = grant.principal();
        let is_new = save_opt_out(&mut *transaction, &opt_out, by, ChangeDetails::default()).await?;
        if is_new {
            let entry = self.audit_entry(grant, AuditAction::OptOutAdded, &address.masked(), &json!({}));
            transaction.audit(&entry).await?;
        }
        transaction.commit().await?;
        Ok(is_new)
    }

    /// Removes an opt-out. Only for consumers who asked for messages again.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn remove_opt_out(&self, grant: &Grant<WriteCampaigns>, address: &str) -> Result<(), AppError> {
        // An in-app id that looks like a national number was not entered by a person.
        let address = read_entered_address(address).or_else(|_| read_address(address))?;
        let key = self.consumer_key(grant.account(), &address);
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        if !transaction.remove_opt_out(&key).await? {
            return Err(AppError::UnknownOptOut);
        }
        let subject = address.masked();
        transaction.audit(&self.audit_entry(grant, AuditAction::OptOutRemoved, &subject, &json!({}))).await?;
        transaction.commit().await?;
        Ok(())
    }

    fn open_address(&self, account: &AccountId, sealed: &[u8]) -> Result<Address, AppError> {
        let address = self.installation.open(&seal_label(account), sealed)?;
        let address = String::from_utf8(address).map_err(|error| AppError::Internal(Box::new(error)))?;
        Ok(Address::new(Text::new("address", address)?))
    }

    /// The record of an opt-out. `how` is its source and the keyword that the consumer sent.
    pub(super) fn opt_out(
        &self,
        account: &AccountId,
        address: &Address,
        since: Timestamp,
        how: (&str, Option<&str>),
    ) -> Result<OptOut, AppError> {
        let sealed_address =
            self.installation.seal(&seal_label(account), address.reveal().as_bytes(), &*self.generator)?;
        let (source, keyword) = how;
        Ok(OptOut {
            consumer: self.consumer_key(account, address),
            sealed_address,
            since,
            source: source.to_owned(),
            keyword: keyword.map(str::to_owned),
        })
    }
}

fn seal_label(account: &AccountId) -> String {
    format!("an opt-out of account {account}")
}
