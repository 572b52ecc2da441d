//! The id of a transaction, derived from the message instead of stored in a lookup table.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use outbound_model::{AccountId, Invalid, Timestamp};
use serde::{Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::key::ReportingKey;
use crate::text::Text;
use crate::units::HOUR;

/// A UUID of version 7: its milliseconds are the time of the attempt, its random part is an HMAC of account and
/// message id. So every event finds its row, and an interval is a range of ids.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, utoipa::ToSchema)]
#[schema(value_type = String, example = "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f")]
pub struct TransactionId(Uuid);

impl TransactionId {
    /// Derives the id of the message that the sender calls `message_id`. Times before 1970 become 1970.
    pub fn derive(key: &ReportingKey, account: &AccountId, message_id: &Text, attempted: Timestamp) -> Self {
        let parts = [account.as_str().as_bytes(), message_id.as_str().as_bytes()];
        let random = key.tag::<10>("transaction id", &parts);
        Self(Builder::from_unix_timestamp_millis(unix_millis(attempted), &random).into_uuid())
    }

    /// The smallest id of an attempt at `time`.
    pub fn first_at(time: Timestamp) -> Self {
        Self(Builder::from_unix_timestamp_millis(unix_millis(time), &[0; 10]).into_uuid())
    }

    /// The ids of attempts from `start` to just before `end`.
    pub fn range(start: Timestamp, end: Timestamp) -> Range<Self> {
        Self::first_at(start)..Self::first_at(end)
    }

    /// The time of the attempt.
    pub fn attempted_at(self) -> Timestamp {
        let millis = self.0.as_u128() >> 80;
        i64::try_from(millis).ok().and_then(Timestamp::from_millis).unwrap_or(Timestamp::EPOCH)
    }

    /// The hour of the attempt: hours since 1970.
    pub fn attempted_hour(self) -> i64 {
        self.attempted_at().millis().div_euclid(HOUR)
    }

    /// The smallest id that is greater than this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_add(1)))
    }

    /// The 16 bytes, in the order of the ids.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Restores a stored id.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

fn unix_millis(time: Timestamp) -> u64 {
    u64::try_from(time.millis()).unwrap_or_default()
}

impl FromStr for TransactionId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(Self(uuid)),
            _ => Err(Invalid::new("a transaction id is a UUID such as 01a09f25-0af0-7ca0-9f2c-95aa144c1d0f")),
        }
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl Serialize for TransactionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
