//! Substitution of placeholders by values. All previews use this function.

use std::ops::Range;

use outbound_model::{Piece, pieces};
use serde::Serialize;
use utoipa::ToSchema;

/// Maximum number of bytes of values filled into one text or one handoff. The limit is far above what any
/// provider sends (LivePerson allows 1550 characters per value), and prevents thousands of placeholders with a
/// long value from exhausting memory.
pub const MAX_FILLED_IN: usize = 1 << 20;

/// A text with filled-in values.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewText)]
pub struct Text {
    /// The shown text. Placeholders without a value are shown as written.
    pub text: String,
    /// The positions of the placeholders, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Filled>,
}

/// The position of a placeholder in a filled-in text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = FilledPlaceholder)]
pub struct Filled {
    /// The placeholder's number.
    pub number: u16,
    /// The bytes of the value in the text, or of the placeholder if its value is missing.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// Whether the placeholder has no value and is shown as written.
    pub missing: bool,
}

impl Text {
    /// The placeholders without a value.
    pub fn missing(&self) -> impl Iterator<Item = &Filled> {
        self.values.iter().filter(|filled| filled.missing)
    }
}

/// Replaces the placeholders of `text` with the values that `value` returns for their numbers.
///
/// Placeholders inside values are not replaced. A value that would exceed [`MAX_FILLED_IN`] counts as missing.
///
/// ```
/// use outbound_render::substitute;
///
/// let filled = substitute("Hi ${{1}}, see {{2}}", |number| (number == 1).then_some("Ann"));
/// assert_eq!(filled.text, "Hi Ann, see {{2}}");
/// assert_eq!(filled.values[0].range, 3..6);
/// assert_eq!(filled.missing().next().unwrap().number, 2);
/// ```
pub fn substitute<'v>(text: &str, value: impl FnMut(u16) -> Option<&'v str>) -> Text {
    substitute_within(&mut { MAX_FILLED_IN }, text, value)
}

/// Like [`substitute`], but limited to `room` bytes of values. Reduces `room` accordingly.
pub(crate) fn substitute_within<'v>(
    room: &mut usize,
    text: &str,
    mut value: impl FnMut(u16) -> Option<&'v str>,
) -> Text {
    let mut filled = Text { text: String::with_capacity(text.len()), values: Vec::new() };
    for piece in pieces(text) {
        match piece {
            Piece::Text(fixed) => filled.text.push_str(fixed),
            Piece::Placeholder(placeholder) => {
                let start = filled.text.len();
                let value = value(placeholder.number).filter(|value| value.len() <= *room);
                *room -= value.map_or(0, str::len);
                filled.text.push_str(value.or(text.get(placeholder.range)).unwrap_or_default());
                let range = start..filled.text.len();
                filled.values.push(Filled { number: placeholder.number, range, missing: value.is_none() });
            }
        }
    }
    filled
}
