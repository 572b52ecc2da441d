//! Rows of recipients.

use outbound_campaigns::{Recipient, RecipientState, SkipReason};
use outbound_model::Timestamp;
use outbound_reporting::{ErrorKey, TransactionId};
use outbound_store::{ConsumerKey, NewRecipient, RecipientChange, StoreError, StoredRecipient};

use super::rows::{consumer, corrupt};
use super::statements::SAVE_RECIPIENTS;
use crate::bulk_insert::BulkInsert;
use crate::rows::{from_row, parse_stored, time};

/// The number of channels is not stored, so rows are restored with the maximum.
const MAX_CHANNELS: usize = 5;

pub(super) struct RecipientRow {
    campaign_id: String,
    number: i64,
    transaction_id: Vec<u8>,
    state: String,
    error_source: Option<String>,
    error_code: Option<String>,
    channel: i64,
    retries: i64,
    lane: String,
    due_at: Option<i64>,
    changed_at: i64,
    consumer_key: Vec<u8>,
    sealed: Option<Vec<u8>>,
    provider_id: Option<String>,
    revision: i64,
}

from_row!(RecipientRow {
    campaign_id,
    number,
    transaction_id,
    state,
    error_source,
    error_code,
    channel,
    retries,
    lane,
    due_at,
    changed_at,
    consumer_key,
    sealed,
    provider_id,
    revision,
});

impl TryFrom<RecipientRow> for StoredRecipient {
    type Error = StoreError;

    fn try_from(row: RecipientRow) -> Result<Self, StoreError> {
        let channel = usize::try_from(row.channel).map_err(|_| corrupt("channel"))?;
        let state = state(&row.state, row.error_source, row.error_code)?;
        let id: [u8; 16] = row.transaction_id.try_into().map_err(|_| corrupt("transaction"))?;
        Ok(Self {
            campaign: parse_stored(&row.campaign_id)?,
            number: small(row.number)?,
            transaction: TransactionId::from_bytes(id),
            recipient: Recipient::restore(state, channel, MAX_CHANNELS, small(row.retries)?),
            lane: parse_stored(&row.lane)?,
            due_at: row.due_at.map(time).transpose()?,
            changed_at: time(row.changed_at)?,
            consumer: consumer(&row.consumer_key)?,
            sealed: row.sealed,
            provider_id: row.provider_id,
            revision: small(row.revision)?,
        })
    }
}

fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| corrupt("number"))
}

/// A skipped recipient has its reason as code, without a source.
fn state(name: &str, source: Option<String>, code: Option<String>) -> Result<RecipientState, StoreError> {
    if let (RecipientState::SKIPPED, None, Some(reason)) = (name, &source, &code) {
        let reason = SkipReason::from_name(reason).ok_or_else(|| corrupt("reason"))?;
        return Ok(RecipientState::Skipped(Some(reason)));
    }
    let error = source.zip(code).map(|(source, code)| ErrorKey::new(source, code));
    let error = error.transpose().map_err(|_| corrupt("error"))?;
    RecipientState::from_name(name, error).ok_or_else(|| corrupt("state"))
}

/// Saves changed recipients. `lanes` are their lanes as strings.
pub(super) fn saves<'a>(changes: &'a [RecipientChange], lanes: &'a [String]) -> BulkInsert<'a> {
    let rows = || changes.iter().map(|change| &change.after);
    let state = |row: &'a StoredRecipient| row.recipient.state();
    let source = |row: &'a StoredRecipient| match row.recipient.state() {
        RecipientState::Failed(error) => Some(error.source()),
        _ => None,
    };
    let code = |row: &'a StoredRecipient| match row.recipient.state() {
        RecipientState::Failed(error) => Some(error.code()),
        RecipientState::Skipped(reason) => reason.map(SkipReason::as_str),
        _ => None,
    };
    let channel = |row: &StoredRecipient| i64::try_from(row.recipient.channel()).unwrap_or_default();
    BulkInsert::new("recipients", changes.len())
        .text("campaign_id", rows().map(|row| row.campaign.as_str()))
        .int("number", rows().map(|row| row.number.into()))
        .bytes("transaction_id", rows().map(|row| row.transaction.as_bytes().as_slice()))
        .text("state", rows().map(|row| state(row).as_str()))
        .optional_text("error_source", rows().map(source))
        .optional_text("error_code", rows().map(code))
        .int("channel", rows().map(channel))
        .int("retries", rows().map(|row| row.recipient.retries().into()))
        .text("lane", lanes.iter().map(String::as_str))
        .optional_int("due_at", rows().map(|row| row.due_at.map(Timestamp::millis)))
        .int("changed_at", rows().map(|row| row.changed_at.millis()))
        .bytes("consumer_key", rows().map(|row| row.consumer.0.as_slice()))
        .optional_bytes("sealed", rows().map(|row| row.sealed.as_deref()))
        .optional_text("provider_id", rows().map(|row| row.provider_id.as_deref()))
        .int("revision", rows().map(|row| row.revision.into()))
        .on_conflict(SAVE_RECIPIENTS)
}

/// The recipients of a new campaign. `lanes` are their lanes as strings.
pub(super) fn inserts<'a>(
    campaign: &'a str,
    recipients: &'a [NewRecipient],
    lanes: &'a [String],
    created_at: i64,
) -> BulkInsert<'a> {
    let rows = recipients.len();
    let same = |number: i64| std::iter::repeat_n(number, rows);
    let waiting = RecipientState::Waiting.as_str();
    BulkInsert::new("recipients", rows)
        .text("campaign_id", std::iter::repeat_n(campaign, rows))
        .int("number", (0..).take(rows))
        .bytes("transaction_id", recipients.iter().map(|new| new.transaction.as_bytes().as_slice()))
        .text("state", std::iter::repeat_n(waiting, rows))
        .int("channel", same(0))
        .int("retries", same(0))
        .text("lane", lanes.iter().map(String::as_str))
        .optional_int("due_at", recipients.iter().map(|new| new.due_at.map(Timestamp::millis)))
        .int("changed_at", same(created_at))
        .bytes("consumer_key", recipients.iter().map(|new| new.consumer.0.as_slice()))
        .bytes("sealed", recipients.iter().map(|new| new.sealed.as_slice()))
        .int("revision", same(0))
}

/// The consumer keys of recipients with several addresses.
pub(super) fn keys<'a>(campaign: &'a str, recipients: &'a [NewRecipient]) -> BulkInsert<'a> {
    let with_others = (0..).zip(recipients).filter(|(_, new)| !new.other_consumers.is_empty());
    let rows: Vec<(i64, &ConsumerKey)> = with_others
        .flat_map(|(number, new)| {
            std::iter::once(&new.consumer).chain(&new.other_consumers).map(move |key| (number, key))
        })
        .collect();
    BulkInsert::new("recipient_keys", rows.len())
        .text("campaign_id", std::iter::repeat_n(campaign, rows.len()))
        .int("number", rows.iter().map(|(number, _)| *number))
        .bytes("consumer_key", rows.iter().map(|(_, key)| key.0.as_slice()))
}
