//! Statements that compare totals with a recount. The differences are what has to be added to the totals.

use super::counts::{counts, having_difference, negative_counts, row_counts, sums};
use crate::reporting::row::{columns, list, transaction_columns};
use crate::statement::{ReportingSql, statements};

statements! { ReportingSql, AUDIT:
    /// The first $4 of the transactions $2 to $3, with and without a known attempt.
    AUDITED_TRANSACTIONS = concat!("
        SELECT ", columns!(), "
        FROM transactions
        WHERE account_no = $1 AND transaction_id >= $2 AND transaction_id < $3
        ORDER BY transaction_id
        LIMIT $4");

    /// Application $2, hour $3, whose transactions are $4 to $5.
    HOUR_DIFFERENCE = concat!("
        SELECT channel, skill, source, handoff, error, ", sums!(), "
        FROM (
            SELECT channel, skill, source, handoff, reported_error AS error, ", row_counts!(), "
            FROM transactions
            WHERE account_no = $1 AND app = $2 AND transaction_id >= $4 AND transaction_id < $5
            UNION ALL
            SELECT channel, skill, source, handoff, error, ", negative_counts!(), "
            FROM rollup_hours
            WHERE account_no = $1 AND app = $2 AND hour = $3
        ) AS cells
        GROUP BY channel, skill, source, handoff, error
        ", having_difference!());

    /// Application $2, day $3, whose hours are $4 to $5.
    DAY_DIFFERENCE = concat!("
        SELECT channel, skill, source, handoff, error, ", sums!(), "
        FROM (
            SELECT channel, skill, source, handoff, error, ", counts!(), "
            FROM rollup_hours
            WHERE account_no = $1 AND app = $2 AND hour >= $4 AND hour < $5
            UNION ALL
            SELECT channel, skill, source, handoff, error, ", negative_counts!(), "
            FROM rollup_days
            WHERE account_no = $1 AND app = $2 AND day = $3
        ) AS cells
        GROUP BY channel, skill, source, handoff, error
        ", having_difference!());

    /// Application $2, hour $3, whose transactions are $4 to $5.
    CAMPAIGN_DIFFERENCE = concat!("
        SELECT campaign, channel, skill, ", sums!(), "
        FROM (
            SELECT campaign, channel, skill, ", row_counts!(), "
            FROM transactions
            WHERE account_no = $1 AND app = $2 AND transaction_id >= $4 AND transaction_id < $5 AND campaign <> 0
            UNION ALL
            SELECT campaign, channel, skill, ", negative_counts!(), "
            FROM campaign_hours
            WHERE account_no = $1 AND hour = $3
        ) AS cells
        GROUP BY campaign, channel, skill
        ", having_difference!());
}
