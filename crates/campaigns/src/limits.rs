//! The limits of campaign requests (contract §6.1).

/// The largest body that can be a valid request, in bytes: 100 recipients with 20 KB each.
pub const MAX_REQUEST_BYTES: usize = 2 * 1024 * 1024;
/// The largest number of recipients in a request.
pub const MAX_CONSUMERS: usize = 100;
/// The largest number of windows in a request: one for each hour of a week.
pub const MAX_WINDOWS: usize = 7 * 24;
/// The number of recipients that an account may add per channel and day of creation.
pub const DAILY_LIMIT: u32 = 100_000;
