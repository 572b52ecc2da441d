//! OpenAPI schema of a byte range, in the form in which serde writes [`std::ops::Range`].

use utoipa::ToSchema;

/// Bytes of a UTF-8 string, from `start` (included) to `end` (excluded).
#[derive(Clone, Copy, Debug, ToSchema)]
pub struct ByteRange {
    /// Offset of the first byte.
    #[schema(example = 0)]
    pub start: usize,
    /// Offset after the last byte.
    #[schema(example = 4)]
    pub end: usize,
}
