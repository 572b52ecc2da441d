//! Statements that read reports.

use super::counts::{counts, row_counts, sums};
use crate::reporting::row::{columns, list, transaction_columns};
use crate::statement::{PerEngine, ReportingSql, per_engine_statements, statements};

/// A condition that `$column` is in the list `$parameter`. PostgreSQL has arrays, SQLite reads a JSON array.
macro_rules! in_list {
    (sqlite, $column:literal, $parameter:literal) => {
        concat!($column, " IN (SELECT value FROM json_each(", $parameter, "))")
    };
    (postgres, $column:literal, $parameter:literal) => {
        concat!($column, " = ANY(", $parameter, ")")
    };
}
pub(super) use in_list;

/// The same, or that the list does not restrict the result, which is if `$restricts` is 0.
macro_rules! if_in_list {
    ($engine:ident, $column:literal, $restricts:literal, $parameter:literal) => {
        concat!("(", $restricts, " = 0 OR ", in_list!($engine, $column, $parameter), ")")
    };
}

macro_rules! values_by_number {
    ($engine:ident) => {
        concat!(
            "SELECT value_no, kind, value FROM reporting_values WHERE account_no = $1 AND ",
            in_list!($engine, "value_no", "$2")
        )
    };
}

macro_rules! sealed_addresses {
    ($engine:ident) => {
        concat!(
            "SELECT consumer_no, sealed_address FROM consumers WHERE account_no = $1 AND ",
            in_list!($engine, "consumer_no", "$2")
        )
    };
}

/// Totals of an interval: whole days $3 to $4, the whole hours $5 to $6 before and $7 to $8 after them, and the
/// transactions $9 to $10 (of day $11) before and $12 to $13 (of day $14) after those hours.
macro_rules! analytics {
    ($engine:ident) => {
        concat!(
            "
        SELECT day, channel, skill, CASE CAST($22 AS BIGINT) WHEN 1 THEN source ELSE 0 END,
               CASE CAST($23 AS BIGINT) WHEN 1 THEN handoff ELSE 0 END, error, ",
            sums!(),
            "
        FROM (
            SELECT day, channel, skill, source, handoff, error, ",
            counts!(),
            "
            FROM rollup_days
            WHERE account_no = $1 AND app = $2 AND day >= $3 AND day < $4
            UNION ALL
            SELECT hour / 24, channel, skill, source, handoff, error, ",
            counts!(),
            "
            FROM rollup_hours
            WHERE account_no = $1 AND app = $2 AND hour >= $5 AND hour < $6
            UNION ALL
            SELECT hour / 24, channel, skill, source, handoff, error, ",
            counts!(),
            "
            FROM rollup_hours
            WHERE account_no = $1 AND app = $2 AND hour >= $7 AND hour < $8
            UNION ALL
            SELECT CAST($11 AS BIGINT), channel, skill, source, handoff, reported_error, ",
            row_counts!(),
            "
            FROM transactions
            WHERE account_no = $1 AND app = $2 AND transaction_id >= $9 AND transaction_id < $10
            UNION ALL
            SELECT CAST($14 AS BIGINT), channel, skill, source, handoff, reported_error, ",
            row_counts!(),
            "
            FROM transactions
            WHERE account_no = $1 AND app = $2 AND transaction_id >= $12 AND transaction_id < $13
        ) AS cells
        WHERE ",
            in_list!($engine, "channel", "$15"),
            " AND ",
            if_in_list!($engine, "skill", "$16", "$17"),
            " AND ",
            if_in_list!($engine, "source", "$18", "$19"),
            " AND ",
            if_in_list!($engine, "handoff", "$20", "$21"),
            "
        GROUP BY 1, 2, 3, 4, 5, 6
        LIMIT $24"
        )
    };
}

macro_rules! list_transactions {
    ($engine:ident) => {
        concat!(
            "
        SELECT ",
            columns!(),
            "
        FROM transactions
        WHERE account_no = $1 AND transaction_id >= $2 AND transaction_id < $3 AND app = $4 AND ",
            in_list!($engine, "channel", "$5"),
            " AND ",
            if_in_list!($engine, "skill", "$6", "$7"),
            " AND ",
            if_in_list!($engine, "source", "$8", "$9"),
            " AND ",
            if_in_list!($engine, "handoff", "$10", "$11"),
            " AND ",
            if_in_list!($engine, "status", "$12", "$13"),
            " AND ",
            if_in_list!($engine, "reported_error", "$14", "$15"),
            "
        ORDER BY transaction_id
        LIMIT $16 OFFSET $17"
        )
    };
}

/// The number of transactions in each of the hours $3 to $4 that has any.
macro_rules! messages_by_hour {
    ($engine:ident) => {
        concat!(
            "
        SELECT hour, CAST(SUM(attempted) AS BIGINT)
        FROM rollup_hours
        WHERE account_no = $1 AND app = $2 AND hour >= $3 AND hour < $4 AND ",
            in_list!($engine, "channel", "$5"),
            " AND ",
            if_in_list!($engine, "skill", "$6", "$7"),
            " AND ",
            if_in_list!($engine, "source", "$8", "$9"),
            " AND ",
            if_in_list!($engine, "handoff", "$10", "$11"),
            " AND ",
            if_in_list!($engine, "error", "$12", "$13"),
            "
        GROUP BY hour
        ORDER BY hour"
        )
    };
}

per_engine_statements! { ReportingSql, PER_ENGINE:
    VALUES_BY_NUMBER = values_by_number;
    SEALED_ADDRESSES = sealed_addresses;
    ANALYTICS = analytics;
    TRANSACTIONS = list_transactions;
    MESSAGES_BY_HOUR = messages_by_hour;
}

statements! { ReportingSql, REPORTS:
    LIST_VALUES = "
        SELECT value FROM reporting_values WHERE account_no = $1 AND kind = $2 ORDER BY value LIMIT $3";

    ANY_TRANSACTION = "SELECT revision FROM transactions WHERE account_no = $1 LIMIT 1";
    ANY_CONSUMER = "SELECT consumer_no FROM consumers WHERE account_no = $1 LIMIT 1";

    /// Totals of a campaign by day, channel and skill, in the form of `ANALYTICS`; at most $3.
    CAMPAIGN_TOTALS = concat!("
        SELECT hour / 24, channel, skill, CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), ", sums!(), "
        FROM campaign_hours
        WHERE account_no = $1 AND campaign = $2
        GROUP BY 1, 2, 3
        LIMIT $3");

    /// The sums of a campaign; no row if it has no messages.
    CAMPAIGN_COUNTS = concat!("
        SELECT ", sums!(), "
        FROM campaign_hours
        WHERE account_no = $1 AND campaign = $2
        HAVING SUM(attempted) > 0");

    /// The hours in which a campaign has messages, from $3 on.
    CAMPAIGN_HOURS = "
        SELECT DISTINCT hour
        FROM campaign_hours
        WHERE account_no = $1 AND campaign = $2 AND hour >= $3 AND attempted > 0
        ORDER BY hour";

    /// Transactions of a campaign after $6.
    CAMPAIGN_TRANSACTIONS = concat!("
        SELECT ", columns!(), "
        FROM transactions
        WHERE account_no = $1 AND campaign = $2 AND app = $3 AND transaction_id >= $4 AND transaction_id < $5
              AND transaction_id > $6
        ORDER BY transaction_id
        LIMIT $7");

    /// The last transaction of a campaign in an interval.
    LAST_OF_CAMPAIGN = "
        SELECT transaction_id
        FROM transactions
        WHERE account_no = $1 AND campaign = $2 AND app = $3 AND transaction_id >= $4 AND transaction_id < $5
        ORDER BY transaction_id DESC
        LIMIT 1";
}
