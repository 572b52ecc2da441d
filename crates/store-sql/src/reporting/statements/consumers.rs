//! Statements that keep the last day with a message to each consumer, and delete old consumers.

use super::reports::in_list;
use crate::statement::{PerEngine, ReportingSql, locking_statements, per_engine_statements};

/// Locks rows until the end of the transaction. SQLite has one writer.
macro_rules! for_update {
    (sqlite) => {
        ""
    };
    (postgres) => {
        " FOR UPDATE"
    };
}

macro_rules! lock_consumers {
    ($engine:ident) => {
        concat!(
            "SELECT consumer_no, last_day FROM consumers WHERE account_no = $1 AND ",
            in_list!($engine, "consumer_no", "$2"),
            " ORDER BY consumer_no",
            for_update!($engine)
        )
    };
}

macro_rules! raise_last_day {
    ($engine:ident) => {
        concat!(
            "UPDATE consumers SET last_day = $2 WHERE account_no = $1 AND ",
            in_list!($engine, "consumer_no", "$3")
        )
    };
}

per_engine_statements! { ReportingSql, CONSUMERS:
    /// The consumers $2, locked in the order of their numbers, so that two nodes never wait for each other.
    LOCK_CONSUMERS = lock_consumers;
    /// Sets the last day of the consumers $3, which are locked.
    RAISE_LAST_DAY = raise_last_day;
}

macro_rules! delete_old_consumers {
    ($locking:literal) => {
        concat!(
            "
        WITH due AS MATERIALIZED (
            SELECT consumer_no
            FROM consumers
            WHERE account_no = $1 AND last_day < $2
            ORDER BY last_day
            LIMIT $3",
            $locking,
            ")
        DELETE FROM consumers
        WHERE account_no = $1 AND consumer_no IN (SELECT consumer_no FROM due)"
        )
    };
}

locking_statements! { ReportingSql, LOCKING_CONSUMERS:
    /// Deletes $3 consumers without messages since day $2. Skips those that get a message at this moment.
    DELETE_OLD_CONSUMERS = delete_old_consumers;
}
