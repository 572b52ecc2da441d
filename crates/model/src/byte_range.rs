//! How a range of bytes looks in JSON, for the API's description: serde writes [`std::ops::Range`] so.

use utoipa::ToSchema;

/// Bytes of a text: from `start` to before `end`.
#[derive(Clone, Copy, Debug, ToSchema)]
pub struct ByteRange {
    /// The first byte.
    #[schema(example = 0)]
    pub start: usize,
    /// The byte behind the last one.
    #[schema(example = 4)]
    pub end: usize,
}
