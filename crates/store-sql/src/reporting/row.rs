//! Rows of transactions, with numbers instead of strings, and what they add to the totals.

use outbound_reporting::{Cell, Counts, Step, TransactionId};
use outbound_store::StoreError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::codes::NONE;
use crate::bulk_insert::BulkInsert;

/// Calls `$with` with the columns of a transaction after its id, in the order of [`TransactionRow`].
macro_rules! transaction_columns {
    ($with:ident) => {
        $with!(
            "revision",
            "app",
            "channel",
            "initial_channel",
            "source",
            "skill",
            "initial_skill",
            "handoff",
            "campaign",
            "ivr",
            "consumer_no",
            "status",
            "counted",
            "reported_error",
            "error",
            "eligible_after",
            "invited_after",
            "sent_after",
            "delivered_after",
            "read_after",
            "failed_after",
            "skipped_after",
            "cancelled_after",
            "conversation_created_after",
            "conversation_closed_after",
            "csat_after",
            "opt_in_after",
            "opt_out_after",
            "conversation_id",
            "score"
        )
    };
}

macro_rules! list {
    ($($column:literal),+) => { concat!("transaction_id", $(", ", $column),+) };
}

macro_rules! replace {
    ($first:literal, $($column:literal),+) => {
        concat!(
            "ON CONFLICT (account_no, transaction_id) DO UPDATE SET ", $first, " = excluded.", $first,
            $(", ", $column, " = excluded.", $column,)+
            " WHERE transactions.revision = excluded.revision - 1"
        )
    };
}

macro_rules! columns {
    () => {
        transaction_columns!(list)
    };
}
pub(super) use {columns, list, transaction_columns};

/// The columns with numbers, after the revision.
const NUMBERS: [&str; 9] =
    ["app", "channel", "initial_channel", "source", "skill", "initial_skill", "handoff", "campaign", "ivr"];
const FIRST_NUMBER: usize = 2;

/// The columns with times, and what they are the time of.
pub(super) const TIMES: [(Step, &str); Step::ALL.len()] = [
    (Step::Eligible, "eligible_after"),
    (Step::Invited, "invited_after"),
    (Step::Sent, "sent_after"),
    (Step::Delivered, "delivered_after"),
    (Step::Read, "read_after"),
    (Step::Failed, "failed_after"),
    (Step::Skipped, "skipped_after"),
    (Step::Cancelled, "cancelled_after"),
    (Step::ConversationCreated, "conversation_created_after"),
    (Step::ConversationClosed, "conversation_closed_after"),
    (Step::Csat, "csat_after"),
    (Step::OptIn, "opt_in_after"),
    (Step::OptOut, "opt_out_after"),
];
const FIRST_TIME: usize = FIRST_NUMBER + NUMBERS.len() + 5;

/// A transaction as it is in the table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct TransactionRow {
    pub(super) id: TransactionId,
    pub(super) revision: i64,
    pub(super) numbers: Numbers,
    pub(super) consumer: Option<i64>,
    pub(super) derived: Derived,
    pub(super) error: Option<i64>,
    /// Milliseconds after the attempt, in the order of [`TIMES`].
    pub(super) times: [Option<i64>; TIMES.len()],
    pub(super) conversation_id: Option<String>,
    pub(super) score: Option<i64>,
}

/// What the `attempted` event said, by number; `app` is 0 while it is missing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Numbers {
    pub(super) app: i64,
    pub(super) channel: i64,
    pub(super) initial_channel: i64,
    pub(super) source: i64,
    pub(super) skill: i64,
    pub(super) initial_skill: i64,
    pub(super) handoff: i64,
    pub(super) campaign: i64,
    pub(super) ivr: i64,
}

/// What the rules of reporting say about a transaction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Derived {
    pub(super) status: i64,
    /// Bit n is the nth count, which is 0 or 1 for one message. The bit of `csat_sum` is not used.
    pub(super) counted: i64,
    pub(super) reported_error: i64,
}

/// The key of a cell of `rollup_hours`, in the order of its columns.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct HourKey {
    pub(super) app: i64,
    pub(super) hour: i64,
    pub(super) channel: i64,
    pub(super) skill: i64,
    pub(super) source: i64,
    pub(super) handoff: i64,
    pub(super) error: i64,
}

/// The position of `csat_sum` in the counts.
const CSAT_SUM: usize = 9;

/// The counts of one message as bits.
pub(super) fn bits(counts: Counts) -> i64 {
    let ones =
        counts.to_array().into_iter().enumerate().filter(|(place, one)| *place != CSAT_SUM && *one != 0);
    ones.map(|(place, _)| 1 << place).sum()
}

impl TransactionRow {
    /// The cell that contains only this row; `None` until its `attempted` event is known.
    pub(super) fn cell(&self) -> Option<Cell<HourKey>> {
        if self.numbers.app == NONE {
            return None;
        }
        let Numbers { app, channel, skill, source, handoff, .. } = self.numbers;
        let error = self.derived.reported_error;
        let key = HourKey { app, hour: self.id.attempted_hour(), channel, skill, source, handoff, error };
        let mut counts: [i64; Counts::NAMES.len()] =
            std::array::from_fn(|place| (self.derived.counted >> place) & 1);
        counts[CSAT_SUM] = self.score.unwrap_or_default();
        Some(Cell { key, counts: Counts::from_array(counts) })
    }
}

/// Inserts rows with revision 1, and replaces those with the revision before.
pub(super) fn write(rows: &[TransactionRow]) -> BulkInsert<'_> {
    let mut insert = BulkInsert::by_number("transactions", rows.len())
        .bytes("transaction_id", rows.iter().map(|row| row.id.as_bytes().as_slice()))
        .int("revision", rows.iter().map(|row| row.revision));
    for (place, column) in NUMBERS.into_iter().enumerate() {
        insert = insert.int(column, rows.iter().map(|row| row.numbers.to_array()[place]));
    }
    insert = insert
        .optional_int("consumer_no", rows.iter().map(|row| row.consumer))
        .int("status", rows.iter().map(|row| row.derived.status))
        .int("counted", rows.iter().map(|row| row.derived.counted))
        .int("reported_error", rows.iter().map(|row| row.derived.reported_error))
        .optional_int("error", rows.iter().map(|row| row.error));
    for (place, (_, column)) in TIMES.into_iter().enumerate() {
        insert = insert.optional_int(column, rows.iter().map(|row| row.times[place]));
    }
    insert
        .optional_text("conversation_id", rows.iter().map(|row| row.conversation_id.as_deref()))
        .optional_int("score", rows.iter().map(|row| row.score))
        .on_conflict(transaction_columns!(replace))
}

impl Numbers {
    fn to_array(self) -> [i64; NUMBERS.len()] {
        let Self { app, channel, initial_channel, source, skill, initial_skill, handoff, campaign, ivr } =
            self;
        [app, channel, initial_channel, source, skill, initial_skill, handoff, campaign, ivr]
    }

    fn from_array(numbers: [i64; NUMBERS.len()]) -> Self {
        let [app, channel, initial_channel, source, skill, initial_skill, handoff, campaign, ivr] = numbers;
        Self { app, channel, initial_channel, source, skill, initial_skill, handoff, campaign, ivr }
    }
}

/// Reads rows by the positions of `columns!`, which is faster than by name.
macro_rules! from_row {
    ($Row:ty) => {
        impl FromRow<'_, $Row> for TransactionRow {
            fn from_row(row: &$Row) -> sqlx::Result<Self> {
                let mut numbers = [0; NUMBERS.len()];
                for (place, number) in numbers.iter_mut().enumerate() {
                    *number = row.try_get(FIRST_NUMBER + place)?;
                }
                let mut times = [None; TIMES.len()];
                for (place, time) in times.iter_mut().enumerate() {
                    *time = row.try_get(FIRST_TIME + place)?;
                }
                let after_numbers = FIRST_NUMBER + NUMBERS.len();
                let after_times = FIRST_TIME + TIMES.len();
                Ok(Self {
                    id: id(row.try_get(0)?)?,
                    revision: row.try_get(1)?,
                    numbers: Numbers::from_array(numbers),
                    consumer: row.try_get(after_numbers)?,
                    derived: Derived {
                        status: row.try_get(after_numbers + 1)?,
                        counted: row.try_get(after_numbers + 2)?,
                        reported_error: row.try_get(after_numbers + 3)?,
                    },
                    error: row.try_get(after_numbers + 4)?,
                    times,
                    conversation_id: row.try_get(after_times)?,
                    score: row.try_get(after_times + 1)?,
                })
            }
        }
    };
}
from_row!(SqliteRow);
from_row!(PgRow);

fn id(bytes: &[u8]) -> sqlx::Result<TransactionId> {
    id_of(bytes).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Reads a stored id.
pub(super) fn id_of(bytes: &[u8]) -> Result<TransactionId, StoreError> {
    let bytes = bytes.try_into();
    let bytes = bytes.map_err(|_| StoreError::Corrupt("a transaction id of another length".to_owned()))?;
    Ok(TransactionId::from_bytes(bytes))
}

/// A stored value that the rules of reporting do not allow.
pub(super) fn corrupt(id: TransactionId, what: &str) -> StoreError {
    StoreError::Corrupt(format!("transaction {id}: {what}"))
}
