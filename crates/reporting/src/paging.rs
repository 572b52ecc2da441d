//! Pages of transactions.

use crate::error::ReportingError;

/// The number of rows of a page of version 1. The vendor's page says that it varies from 1 to 9999.
pub const V1_PAGE_ROWS: u32 = 1000;

/// A page of version 2: offset and limit (contract §5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RowPage {
    offset: u64,
    limit: u32,
}

impl RowPage {
    /// The limit of requests that have none.
    pub const DEFAULT_LIMIT: u32 = 100;
    /// The largest limit.
    pub const MAX_LIMIT: u32 = 5000;

    /// Checks a page. Without an offset it is the first one.
    pub fn new(offset: Option<i64>, limit: Option<i64>) -> Result<Self, ReportingError> {
        let offset = offset.unwrap_or(0);
        let limit = limit.unwrap_or(i64::from(Self::DEFAULT_LIMIT));
        let limits = 1..=Self::MAX_LIMIT;
        let checked_limit = u32::try_from(limit).ok().filter(|limit| limits.contains(limit));
        Ok(Self {
            offset: u64::try_from(offset)
                .map_err(|_| ReportingError::invalid("offset", &offset.to_string(), "0 or more"))?,
            limit: checked_limit.ok_or_else(|| {
                ReportingError::invalid("limit", &limit.to_string(), format!("1 to {}", Self::MAX_LIMIT))
            })?,
        })
    }

    /// The number of rows to skip.
    pub fn offset(self) -> u64 {
        self.offset
    }

    /// The maximum number of rows.
    pub fn limit(self) -> u32 {
        self.limit
    }
}
