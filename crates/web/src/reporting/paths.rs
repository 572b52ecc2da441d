//! Paths that several pages link to.

/// The board.
pub(super) const BOARD: &str = "/reports";
/// Files that a job writes; with an id behind it, one file.
pub(super) const FILES: &str = "/reports/files";
/// The messages of a day; with an id behind it, one message.
pub(super) const TRANSACTIONS: &str = "/reports/transactions";
