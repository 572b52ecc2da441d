//! Paths that several pages link to.

/// The board.
pub(super) const BOARD: &str = "/reports";
/// The messages of a day; with an id behind it, one message.
pub(super) const TRANSACTIONS: &str = "/reports/transactions";
