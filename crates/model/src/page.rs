//! Paging: which part of a list is asked for (design §4.4).

use crate::Invalid;

/// A part of a list by count and start.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Page {
    limit: u32,
    offset: u32,
}

impl Page {
    /// How many elements a page has when nobody says.
    pub const DEFAULT_LIMIT: u32 = 30;
    /// The most elements a page may have.
    pub const MAX_LIMIT: u32 = 1000;
    /// The largest start.
    pub const MAX_OFFSET: u32 = i32::MAX as u32;

    /// A page of `limit` elements (1 to 1000) from element `offset` (0 to 2^31−1) on.
    pub fn new(limit: u32, offset: u32) -> Result<Self, Invalid> {
        if limit == 0 || limit > Self::MAX_LIMIT {
            return Err(Invalid::new(format!("limit is a whole number from 1 to {}", Self::MAX_LIMIT)));
        }
        if offset > Self::MAX_OFFSET {
            return Err(Invalid::new(format!("offset is a whole number from 0 to {}", Self::MAX_OFFSET)));
        }
        Ok(Self { limit, offset })
    }

    /// The most elements wanted.
    pub fn limit(self) -> u32 {
        self.limit
    }

    /// How many elements to pass over first.
    pub fn offset(self) -> u32 {
        self.offset
    }
}
