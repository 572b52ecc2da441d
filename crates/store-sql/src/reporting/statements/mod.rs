//! Statements of reporting. On SQLite its tables are in the operational file.

mod audit;
mod consumers;
mod counts;
mod reports;

pub(crate) use audit::*;
pub(crate) use consumers::*;
pub(crate) use reports::*;

use super::row::{columns, list, transaction_columns};
use crate::lookup::LookupSql;
use crate::statement::{ReportingSql, TenantSql, statements};

statements! { TenantSql, TENANT:
    ACCOUNT_NUMBER = "SELECT account_no FROM reporting_accounts WHERE account_id = $1";

    ADD_ACCOUNT = "INSERT INTO reporting_accounts (account_id, last_number) VALUES ($1, 0) ON CONFLICT DO NOTHING";
}

statements! { ReportingSql, WRITES:
    /// Reserves $2 numbers, and locks the counter until the end of the transaction.
    RESERVE_NUMBERS = "
        UPDATE reporting_accounts SET last_number = last_number + $2 WHERE account_no = $1 RETURNING last_number";

    COUNT_VALUES = "SELECT COUNT(*) FROM reporting_values WHERE account_no = $1 AND kind = $2";

    DELETE_CONSUMER = "DELETE FROM consumers WHERE account_no = $1 AND consumer_key = $2";

    DELETE_TRANSACTIONS = "
        DELETE FROM transactions
        WHERE account_no = $1 AND transaction_id IN (
            SELECT transaction_id
            FROM transactions
            WHERE account_no = $1 AND transaction_id < $2
            ORDER BY transaction_id
            LIMIT $3)";

    /// Deletes totals before hour $3, at most of one day.
    DELETE_HOURS = "
        DELETE FROM rollup_hours
        WHERE account_no = $1 AND app = $2 AND hour < $3 AND hour < 24 + (
            SELECT MIN(hour) FROM rollup_hours WHERE account_no = $1 AND app = $2)";

    DELETE_DAYS = "DELETE FROM rollup_days WHERE account_no = $1 AND app = $2 AND day < $3";

    /// Deletes totals before hour $2, at most of one day.
    DELETE_CAMPAIGN_HOURS = "
        DELETE FROM campaign_hours
        WHERE account_no = $1 AND hour < $2 AND hour < 24 + (
            SELECT MIN(hour) FROM campaign_hours WHERE account_no = $1)";
}

/// Looks up a transaction by its id.
pub(crate) const TRANSACTION_BY_ID: LookupSql = LookupSql {
    locks: false,
    select: concat!("SELECT ", columns!()),
    from: "transactions t WHERE t.account_no = $1 AND t.transaction_id",
};

/// Looks up the number of a value of kind `$kind`.
macro_rules! number_of_value {
    ($kind:literal) => {
        LookupSql {
            locks: false,
            select: "SELECT value, value_no",
            from: concat!("reporting_values v WHERE v.account_no = $1 AND v.kind = ", $kind, " AND v.value"),
        }
    };
}

/// Looks up the numbers of values, by the code of their kind from 1 on.
pub(crate) const NUMBERS_OF_VALUES: [LookupSql; 5] =
    [number_of_value!(1), number_of_value!(2), number_of_value!(3), number_of_value!(4), number_of_value!(5)];

/// Looks up a consumer by its key.
pub(crate) const CONSUMER_BY_KEY: LookupSql = LookupSql {
    locks: false,
    select: "SELECT consumer_key, consumer_no, last_day",
    from: "consumers c WHERE c.account_no = $1 AND c.consumer_key",
};
