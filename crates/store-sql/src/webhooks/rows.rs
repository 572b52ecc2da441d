//! Rows of webhooks and deliveries, and their conversion to records.

use outbound_model::ChangeKind;
use outbound_store::{Delivery, DeliveryAttempt, FeedEntry, StoreError, Webhook};

use crate::catalogue::ChangeRow;
use crate::rows::{from_row, parse_stored, time};

pub(crate) struct WebhookRow {
    webhook_id: String,
    url: String,
    description: String,
    kinds: String,
    sealed_secret: Vec<u8>,
    sealed_old_secret: Option<Vec<u8>>,
    old_secret_until: Option<i64>,
    created_at: i64,
    disabled_at: Option<i64>,
    disabled_because: Option<String>,
    queued_through: i64,
    last_delivery: i64,
    last_success_at: Option<i64>,
}

from_row!(WebhookRow {
    webhook_id,
    url,
    description,
    kinds,
    sealed_secret,
    sealed_old_secret,
    old_secret_until,
    created_at,
    disabled_at,
    disabled_because,
    queued_through,
    last_delivery,
    last_success_at,
});

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        let old_secret = row.sealed_old_secret.zip(row.old_secret_until);
        let disabled = row.disabled_at.zip(row.disabled_because);
        Ok(Self {
            id: parse_stored(&row.webhook_id)?,
            url: row.url,
            description: row.description,
            kinds: row.kinds.split_ascii_whitespace().map(parse_stored).collect::<Result<_, _>>()?,
            sealed_secret: row.sealed_secret,
            old_secret: old_secret.map(|(secret, until)| Ok((secret, time(until)?))).transpose()?,
            created_at: time(row.created_at)?,
            disabled: disabled.map(|(at, because)| Ok((time(at)?, parse_stored(&because)?))).transpose()?,
            queued_through: row.queued_through,
            last_delivery: row.last_delivery,
            last_success_at: row.last_success_at.map(time).transpose()?,
        })
    }
}

/// A delivery. For a ping, the columns of the change are empty.
pub(crate) struct DeliveryRow {
    pub(super) number: i64,
    created_at: i64,
    attempts: i64,
    attempted_at: Option<i64>,
    status: Option<i64>,
    error: Option<String>,
    delivered_at: Option<i64>,
    next_attempt_at: Option<i64>,
    sequence: Option<i64>,
    at: Option<i64>,
    actor: Option<String>,
    kind: Option<String>,
    handoff_id: Option<String>,
    version: Option<i64>,
    details: Option<String>,
}

from_row!(DeliveryRow {
    number,
    created_at,
    attempts,
    attempted_at,
    status,
    error,
    delivered_at,
    next_attempt_at,
    sequence,
    at,
    actor,
    kind,
    handoff_id,
    version,
    details,
});

impl DeliveryRow {
    fn change(&mut self) -> Option<ChangeRow> {
        Some(ChangeRow {
            sequence: self.sequence?,
            at: self.at?,
            actor: self.actor.take()?,
            kind: self.kind.take()?,
            handoff_id: self.handoff_id.take(),
            version: self.version,
            details: self.details.take(),
        })
    }
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(mut row: DeliveryRow) -> Result<Self, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("the {what} of delivery {}", row.number));
        let status = row.status.map(|status| u16::try_from(status).map_err(|_| corrupt("status")));
        let attempts = u32::try_from(row.attempts).map_err(|_| corrupt("attempts"))?;
        let (status, error) = (status.transpose()?, row.error.take());
        let attempt = |at| Ok::<_, StoreError>(DeliveryAttempt { at: time(at)?, status, error });
        Ok(Self {
            number: row.number,
            change: row.change().map(FeedEntry::try_from).transpose()?,
            created_at: time(row.created_at)?,
            delivered_at: row.delivered_at.map(time).transpose()?,
            attempts,
            last_attempt: row.attempted_at.map(attempt).transpose()?,
            next_attempt_at: row.next_attempt_at.map(time).transpose()?,
        })
    }
}

/// The kinds in the format of `webhooks.kinds`: with a space before and after each; empty for none.
pub(super) fn words(kinds: &[ChangeKind]) -> String {
    if kinds.is_empty() {
        return String::new();
    }
    kinds.iter().fold(" ".to_owned(), |words, kind| words + kind.as_str() + " ")
}
