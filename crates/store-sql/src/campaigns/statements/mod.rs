//! Statements of campaigns.

/// Ends a `SELECT` of rows with the alias `r` so that it locks them. SQLite has one writer.
macro_rules! lock_rows {
    (sqlite) => {
        ""
    };
    (postgres) => {
        " FOR UPDATE OF r"
    };
}

mod accounts;
mod lanes;
mod recipients;

pub(crate) use accounts::*;
pub(crate) use lanes::*;
pub(crate) use recipients::*;

/// Statements that look up rows by keys of bytes.
#[cfg(test)]
pub(crate) const BYTES_LOOKUPS: [(&str, crate::lookup::LookupSql); 4] = [
    ("RECIPIENT_BY_TRANSACTION", RECIPIENT_BY_TRANSACTION),
    ("LOCKED_RECIPIENT_BY_TRANSACTION", LOCKED_RECIPIENT_BY_TRANSACTION),
    ("OPT_OUT_BY_CONSUMER", OPT_OUT_BY_CONSUMER),
    ("CONVERSATION_BY_CONSUMER", CONVERSATION_BY_CONSUMER),
];
