//! Putting values in the place of placeholders: the one place that does.

use std::ops::Range;

use outbound_model::{Piece, pieces};
use serde::Serialize;
use utoipa::ToSchema;

/// The bytes of values that are filled into one text, or into one handoff, at the most: far above what
/// any provider sends (LivePerson takes 1550 characters a value), and low enough that thousands of
/// placeholders and a long value do not fill the memory.
pub const MAX_FILLED_IN: usize = 1 << 20;

/// A text with its values filled in.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewText)]
pub struct Text {
    /// What is shown. A placeholder without a value stands as it is written.
    pub text: String,
    /// Where placeholders were, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Filled>,
}

/// A place in a filled-in text that was a placeholder.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = FilledPlaceholder)]
pub struct Filled {
    /// The placeholder's number.
    pub number: u16,
    /// The bytes of the text that the value, or the placeholder itself, covers.
    #[schema(value_type = outbound_model::ByteRange)]
    pub range: Range<usize>,
    /// Whether there was no value, so that the placeholder itself is shown.
    pub missing: bool,
}

impl Text {
    /// The places where a value is missing.
    pub fn missing(&self) -> impl Iterator<Item = &Filled> {
        self.values.iter().filter(|filled| filled.missing)
    }
}

/// Fills the placeholders of `text` with what `value` has for their numbers.
///
/// A value is text: placeholders in it are not filled in again. One for which [`MAX_FILLED_IN`] leaves
/// no room counts as missing.
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

/// The same, where `room` bytes of values are left to fill in.
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
