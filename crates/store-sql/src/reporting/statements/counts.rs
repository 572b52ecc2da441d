//! The columns of the eleven counts, in the order of `Counts::to_array`.

/// The counts of totals.
macro_rules! counts {
    () => {
        "attempted, eligible, skipped, sent, failed, delivered, read, conversations_created, conversations_closed, \
         csat_sum, csat_count"
    };
}

/// The counts of totals, with the sign reversed.
macro_rules! negative_counts {
    () => {
        "-attempted AS attempted, -eligible AS eligible, -skipped AS skipped, -sent AS sent, -failed AS failed, \
         -delivered AS delivered, -read AS read, -conversations_created AS conversations_created, \
         -conversations_closed AS conversations_closed, -csat_sum AS csat_sum, -csat_count AS csat_count"
    };
}

/// The counts of transactions (`row::bits`).
macro_rules! row_counts {
    () => {
        "counted & 1 AS attempted, (counted >> 1) & 1 AS eligible, (counted >> 2) & 1 AS skipped, \
         (counted >> 3) & 1 AS sent, (counted >> 4) & 1 AS failed, (counted >> 5) & 1 AS delivered, \
         (counted >> 6) & 1 AS read, (counted >> 7) & 1 AS conversations_created, \
         (counted >> 8) & 1 AS conversations_closed, COALESCE(score, 0) AS csat_sum, \
         (counted >> 10) & 1 AS csat_count"
    };
}

/// The sums of the counts. PostgreSQL's sum of integers is a decimal number.
macro_rules! sums {
    () => {
        "CAST(SUM(attempted) AS BIGINT), CAST(SUM(eligible) AS BIGINT), CAST(SUM(skipped) AS BIGINT), \
         CAST(SUM(sent) AS BIGINT), CAST(SUM(failed) AS BIGINT), CAST(SUM(delivered) AS BIGINT), \
         CAST(SUM(read) AS BIGINT), CAST(SUM(conversations_created) AS BIGINT), \
         CAST(SUM(conversations_closed) AS BIGINT), CAST(SUM(csat_sum) AS BIGINT), CAST(SUM(csat_count) AS BIGINT)"
    };
}

/// Only groups with a sum that is not 0.
macro_rules! having_difference {
    () => {
        "HAVING SUM(attempted) <> 0 OR SUM(eligible) <> 0 OR SUM(skipped) <> 0 OR SUM(sent) <> 0 \
         OR SUM(failed) <> 0 OR SUM(delivered) <> 0 OR SUM(read) <> 0 OR SUM(conversations_created) <> 0 \
         OR SUM(conversations_closed) <> 0 OR SUM(csat_sum) <> 0 OR SUM(csat_count) <> 0"
    };
}

pub(super) use {counts, having_difference, negative_counts, row_counts, sums};
