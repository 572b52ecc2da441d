//! The limits of campaign requests (contract §6.1).

/// The largest body of a request, in bytes: 10 KB for each recipient, several times the longest SMS.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;
/// The largest number of recipients in a request.
pub const MAX_CONSUMERS: usize = 100;
/// The number of recipients that an account may add per channel and day of creation.
pub const DAILY_LIMIT: u32 = 100_000;
