//! Pagination by limit and offset (design §4.4).

use crate::Invalid;

/// One page of a list: its limit and offset.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Page {
    limit: u32,
    offset: u32,
}

impl Page {
    /// The limit when the request has none.
    pub const DEFAULT_LIMIT: u32 = 30;
    /// The largest limit.
    pub const MAX_LIMIT: u32 = 1000;
    /// The largest offset.
    pub const MAX_OFFSET: u32 = i32::MAX as u32;

    /// A page of at most `limit` elements (1 to 1000), starting at element `offset` (0 to 2^31−1).
    pub fn new(limit: u32, offset: u32) -> Result<Self, Invalid> {
        if limit == 0 || limit > Self::MAX_LIMIT {
            return Err(Invalid::new(format!("limit must be a whole number from 1 to {}", Self::MAX_LIMIT)));
        }
        if offset > Self::MAX_OFFSET {
            return Err(Invalid::new(format!(
                "offset must be a whole number from 0 to {}",
                Self::MAX_OFFSET
            )));
        }
        Ok(Self { limit, offset })
    }

    /// The maximum number of elements.
    pub fn limit(self) -> u32 {
        self.limit
    }

    /// The number of elements to skip.
    pub fn offset(self) -> u32 {
        self.offset
    }
}
