//! Paths that several pages link to.

/// The board.
pub(crate) const BOARD: &str = "/reports";
/// Erasure of a consumer.
pub(super) const ERASE: &str = "/reports/erase";
/// Files that a job writes; with an id behind it, one file.
pub(super) const FILES: &str = "/reports/files";
/// The messages of a day; with an id behind it, one message.
pub(crate) const TRANSACTIONS: &str = "/reports/transactions";
