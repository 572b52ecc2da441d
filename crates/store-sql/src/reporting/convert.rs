//! Converts rows to transactions and back.

use outbound_model::{HandoffId, Timestamp};
use outbound_reporting::{Attempt, ErrorKey, Route, Text, Times, Transaction, TransactionId, counts};
use outbound_store::{StoreError, StoredTransaction, ValueKind};

use super::codes::{Code, NONE};
use super::row::{self, Derived, Numbers, TIMES, TransactionRow, corrupt};
use super::values::{Value, Values};
use crate::rows::parse_stored;

/// Separates source and code of an error. Neither can contain it.
const ERROR_SEPARATOR: char = '\n';

/// An error as a value.
pub(super) fn error_value(error: &ErrorKey) -> Value {
    (ValueKind::Error, format!("{}{ERROR_SEPARATOR}{}", error.source(), error.code()).into())
}

/// The errors that the rules derive for cancelled and expired messages.
pub(super) fn derived_errors() -> impl Iterator<Item = Value> {
    [ErrorKey::cancelled(), ErrorKey::expired()].into_iter().map(|error| error_value(&error))
}

/// Reads an error; `None` for 0.
pub(super) fn error(number: i64, values: &Values) -> Result<Option<ErrorKey>, StoreError> {
    let Some(value) = optional(number, values)? else { return Ok(None) };
    let parts = value.split_once(ERROR_SEPARATOR);
    let stored = parts.and_then(|(source, code)| ErrorKey::new(source.to_owned(), code.to_owned()).ok());
    stored.map(Some).ok_or_else(|| StoreError::Corrupt(format!("the error \"{value}\"")))
}

/// Reads a string.
pub(super) fn text(value: &str) -> Result<Text, StoreError> {
    Text::new("value", value.to_owned()).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Reads a value; `None` for 0.
pub(super) fn optional(number: i64, values: &Values) -> Result<Option<&str>, StoreError> {
    if number == NONE { Ok(None) } else { values.value(number).map(Some) }
}

impl TransactionRow {
    /// A row for a transaction without events.
    pub(super) fn new(id: TransactionId) -> Self {
        Self {
            id,
            revision: 0,
            numbers: Numbers::default(),
            consumer: None,
            derived: Derived::default(),
            error: None,
            times: [None; TIMES.len()],
            conversation_id: None,
            score: None,
        }
    }

    /// The numbers of the values that the row contains.
    pub(super) fn value_numbers(&self) -> impl Iterator<Item = i64> {
        let Numbers { skill, initial_skill, handoff, campaign, ivr, .. } = self.numbers;
        [skill, initial_skill, handoff, campaign, ivr, self.error.unwrap_or(NONE)].into_iter()
    }

    /// Reads the transaction. `values` must contain [`value_numbers`](Self::value_numbers).
    pub(super) fn transaction(&self, values: &Values) -> Result<Transaction, StoreError> {
        let mut times = Times::default();
        for ((step, _), after) in TIMES.into_iter().zip(self.times) {
            if let Some(after) = after {
                let time =
                    self.id.attempted_at().millis().checked_add(after).and_then(Timestamp::from_millis);
                times.record(step, time.ok_or_else(|| corrupt(self.id, "a time out of range"))?);
            }
        }
        let score = self.score.map(u8::try_from).transpose();
        Ok(Transaction {
            id: self.id,
            attempt: self.attempt(values)?,
            times,
            error: error(self.error.unwrap_or(NONE), values)?,
            conversation_id: self.conversation_id.as_deref().map(text).transpose()?,
            score: score.map_err(|_| corrupt(self.id, "a score out of range"))?,
        })
    }

    fn attempt(&self, values: &Values) -> Result<Option<Attempt>, StoreError> {
        let numbers = &self.numbers;
        if numbers.app == NONE {
            return Ok(None);
        }
        let route = Route {
            app: Code::from_code(numbers.app)?,
            channel: Code::from_code(numbers.channel)?,
            skill: text(values.value(numbers.skill)?)?,
            source: Code::from_code(numbers.source)?,
            initial_channel: Code::from_code(numbers.initial_channel)?,
            initial_skill: text(values.value(numbers.initial_skill)?)?,
        };
        Ok(Some(Attempt {
            route,
            handoff_id: optional(numbers.handoff, values)?.map(parse_stored).transpose()?,
            campaign_id: optional(numbers.campaign, values)?.map(text).transpose()?,
            ivr_number: optional(numbers.ivr, values)?.map(text).transpose()?,
        }))
    }

    /// The row of a changed transaction. `None` if a value has no number.
    pub(super) fn changed(
        &self,
        transaction: &Transaction,
        consumer: Option<i64>,
        values: &Values,
    ) -> Option<Self> {
        let error = |error: &ErrorKey| {
            let (kind, value) = error_value(error);
            values.number(kind, &value)
        };
        let attempted = self.id.attempted_at().millis();
        let reported_error = match transaction.reported_error() {
            Some(reported) => error(&reported)?,
            None => NONE,
        };
        Some(Self {
            id: self.id,
            revision: self.revision + 1,
            numbers: match &transaction.attempt {
                Some(attempt) => Numbers::of(attempt, values)?,
                None => Numbers::default(),
            },
            consumer,
            derived: Derived {
                status: transaction.status().map_or(NONE, Code::code),
                counted: row::bits(counts(transaction)),
                reported_error,
            },
            error: match &transaction.error {
                Some(known) => Some(error(known)?),
                None => None,
            },
            times: TIMES.map(|(step, _)| transaction.times.get(step).map(|time| time.millis() - attempted)),
            conversation_id: transaction.conversation_id.as_ref().map(|id| id.as_str().to_owned()),
            score: transaction.score.map(i64::from),
        })
    }

    /// The transaction and its consumer.
    pub(super) fn stored(&self, values: &Values) -> Result<StoredTransaction, StoreError> {
        Ok(StoredTransaction { transaction: self.transaction(values)?, consumer: self.consumer })
    }
}

impl Numbers {
    fn of(attempt: &Attempt, values: &Values) -> Option<Self> {
        let optional = |kind, value: Option<&str>| match value {
            Some(value) => values.number(kind, value),
            None => Some(NONE),
        };
        let route = &attempt.route;
        Some(Self {
            app: route.app.code(),
            channel: route.channel.code(),
            initial_channel: route.initial_channel.code(),
            source: route.source.code(),
            skill: values.number(ValueKind::Skill, route.skill.as_str())?,
            initial_skill: values.number(ValueKind::Skill, route.initial_skill.as_str())?,
            handoff: optional(ValueKind::Handoff, attempt.handoff_id.as_ref().map(HandoffId::as_str))?,
            campaign: optional(ValueKind::Campaign, attempt.campaign_id.as_ref().map(Text::as_str))?,
            ivr: optional(ValueKind::IvrNumber, attempt.ivr_number.as_ref().map(Text::as_str))?,
        })
    }
}

/// The values that an attempt needs.
pub(super) fn attempt_values(attempt: &Attempt) -> impl Iterator<Item = Value> {
    let route = &attempt.route;
    let value = |kind, text: &str| (kind, text.into());
    let optional = |kind, text: Option<&str>| text.map(|text| value(kind, text));
    [
        Some(value(ValueKind::Skill, route.skill.as_str())),
        Some(value(ValueKind::Skill, route.initial_skill.as_str())),
        optional(ValueKind::Handoff, attempt.handoff_id.as_ref().map(HandoffId::as_str)),
        optional(ValueKind::Campaign, attempt.campaign_id.as_ref().map(Text::as_str)),
        optional(ValueKind::IvrNumber, attempt.ivr_number.as_ref().map(Text::as_str)),
    ]
    .into_iter()
    .flatten()
}
