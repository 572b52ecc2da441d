//! Addresses of consumers: encrypted in the database, and found by an HMAC.

use outbound_model::{AccountId, AuditAction, Phone};
use outbound_reporting::{Address, Text};
use outbound_store::{Consumer, ConsumerKey};
use serde_json::json;

use crate::{App, AppError, Grant, ManageCredentials};

/// Shorter numbers are ids of customers rather than phone numbers.
const MIN_DIGITS: usize = 7;

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

    /// Erases a consumer: deletes the address, personal data of campaigns and of the sandbox inside this server, and
    /// all files with reports, which may contain it. Messages and counts stay, without a reference to a person. An
    /// opt-out stays as an HMAC. A phone number may have any international spelling. Returns whether the address was
    /// known.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn erase_consumer(
        &self,
        grant: &Grant<ManageCredentials>,
        address: &str,
    ) -> Result<bool, AppError> {
        let account = grant.account();
        let (read, written) =
            (read_address(address)?, Address::new(Text::new("address", address.trim().to_owned())?));
        // First, so that an erasure that was interrupted is in the log as well.
        let mut transaction = self.store.write_campaigns(account).await?;
        let entry = self.audit_entry(grant, AuditAction::ConsumerErased, &read.masked(), &json!({}));
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        let mut erased = false;
        // Recorded events have the spelling of their sender.
        for address in [read, written] {
            let key = ConsumerKey(self.reporting_key.consumer(account, &address));
            erased |= self.store.erase_campaign_consumer(account, &key).await?;
            // Before messages are erased, so that events which wait cannot store the address again.
            self.empty_outbox(account).await?;
            erased |= self.store.erase_consumer(account, &key).await?;
            self.erase_from_sandbox(account, &address);
        }
        // Afterwards, so that a file that is being written cannot contain the address.
        self.delete_report_files(account).await?;
        tracing::info!(%account, by = grant.principal(), erased, "erased a consumer");
        Ok(erased)
    }
}

/// Prefixes of phone numbers in the addresses of some programs.
const PHONE_SCHEMES: [&str; 3] = ["tel:", "sms:", "whatsapp:"];

/// Whether something that is no phone number can be the id of a consumer on a channel without phone numbers. Words are
/// refused, because lists from elsewhere contain headings, notes and `none`.
fn may_be_id(address: &str) -> bool {
    // A phone number in a spreadsheet that shows it as 1.41556E+10.
    if address.contains("E+") && address.parse::<f64>().is_ok() {
        return false;
    }
    let is_possible = |c: char| !c.is_whitespace() && c != char::REPLACEMENT_CHARACTER;
    address.chars().all(is_possible) && address.contains(|c: char| c.is_numeric() || c == '@')
}

/// Like [`read_address`], for addresses that people enter. Something that looks like a phone number, but is not
/// international, or that can be no id, would match no consumer.
pub(crate) fn read_entered_address(address: &str) -> Result<Address, AppError> {
    let address = address.trim();
    let scheme = PHONE_SCHEMES.into_iter().find(|scheme| address.to_ascii_lowercase().starts_with(scheme));
    let number = &address[scheme.map_or(0, str::len)..];
    let looks_like_phone = number.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS
        && number.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-().,/;".contains(c));
    if scheme.is_none() && !number.starts_with('+') && !looks_like_phone {
        let read = read_address(address)?;
        // Only phone numbers are changed.
        if read.reveal() == address && !may_be_id(address) {
            return Err(AppError::invalid(
                "expected a phone number with + and the country code, or the id of a consumer on another channel, \
                 which has a digit or @ and no spaces",
            ));
        }
        return Ok(read);
    }
    // Campaigns also name international numbers without `+`.
    let number = if number.starts_with('+') { number.to_owned() } else { format!("+{number}") };
    if Phone::read(&number).is_ok_and(|phone| phone.e164().is_some()) {
        return read_address(&number);
    }
    Err(AppError::invalid("a phone number begins with + and the country code"))
}

/// Reads the address of a consumer. A phone number becomes E.164, so that all spellings are one consumer.
pub(crate) fn read_address(address: &str) -> Result<Address, AppError> {
    let phone = Phone::read(address).ok().and_then(|phone| phone.e164());
    Ok(Address::new(Text::new("address", phone.unwrap_or_else(|| address.trim().to_owned()))?))
}
