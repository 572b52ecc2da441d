//! Addresses of consumers: encrypted in the database, and found by an HMAC.

use outbound_model::AccountId;
use outbound_reporting::{Address, Text};
use outbound_store::{Consumer, ConsumerKey};

use crate::{App, AppError, Grant, ManageCredentials};

/// Names the purpose of the encryption.
fn seal_label(account: &AccountId) -> String {
    format!("address of a consumer of {account}")
}

impl App {
    /// The consumer with this address, with a newly encrypted address.
    pub(super) fn consumer(&self, account: &AccountId, address: &Address) -> Result<Consumer, AppError> {
        let key = ConsumerKey(self.reporting_key.consumer(account, address));
        let sealed_address =
            self.installation.seal(&seal_label(account), address.reveal().as_bytes(), &*self.generator)?;
        Ok(Consumer { key, sealed_address })
    }

    /// Decrypts the addresses of consumers by their numbers. Erased ones are missing.
    pub(super) async fn addresses(
        &self,
        account: &AccountId,
        numbers: &[i64],
    ) -> Result<std::collections::HashMap<i64, Address>, AppError> {
        let sealed = self.store.sealed_addresses(account, numbers).await?;
        let label = seal_label(account);
        let open = |(number, sealed): (i64, Vec<u8>)| {
            let text = String::from_utf8(self.installation.open(&label, &sealed)?);
            let text = text.ok().and_then(|text| Text::new("address", text).ok());
            let text =
                text.ok_or_else(|| AppError::Internal("a stored address is not valid UTF-8".into()))?;
            Ok((number, Address::new(text)))
        };
        sealed.into_iter().map(open).collect()
    }

    /// Erases a consumer: deletes the address, personal data of campaigns, and all files with reports, which may contain
    /// it. Messages and counts stay, without a reference to a person. An opt-out stays as an HMAC. Returns whether the address was known.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn erase_consumer(
        &self,
        grant: &Grant<ManageCredentials>,
        address: &Address,
    ) -> Result<bool, AppError> {
        let account = grant.account();
        let key = ConsumerKey(self.reporting_key.consumer(account, address));
        let in_campaigns = self.store.erase_campaign_consumer(account, &key).await?;
        let erased = self.store.erase_consumer(account, &key).await? || in_campaigns;
        // Afterwards, so that a file that is being written cannot contain the address.
        self.delete_report_files(account).await?;
        tracing::info!(%account, by = grant.principal(), erased, "erased a consumer");
        Ok(erased)
    }
}
