//! The minimum and maximum cost of an SMS with placeholders, over the possible values.

use std::collections::BTreeMap;

use outbound_model::{Piece, pieces, placeholders};
use serde::Serialize;

use super::gsm7::is_gsm7;
use super::{Encoding, segment_as};
use crate::substitute;

/// Best and worst case of a message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Estimate {
    /// The cost with the cheapest values.
    pub best: Tally,
    /// The cost with the most expensive values.
    pub worst: Tally,
    /// Placeholders without known values. They count as empty, so the actual cost may exceed `worst`.
    pub unknown: Vec<u16>,
}

/// The cost of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Tally {
    /// The encoding of the message.
    pub encoding: Encoding,
    /// The number of septets or code units of the message.
    pub units: usize,
    /// The number of segments.
    pub segments: usize,
}

/// A value for [`estimate`] of `length` characters of one unit each.
///
/// ```
/// use outbound_render::sms::{Encoding, value_of_length};
///
/// assert_eq!(value_of_length(3, Encoding::Gsm7), "xxx");
/// ```
pub fn value_of_length(length: usize, encoding: Encoding) -> String {
    match encoding {
        Encoding::Gsm7 => "x".repeat(length),
        Encoding::Ucs2 => "я".repeat(length),
    }
}

/// Estimates the best and worst case of a message in which placeholder `n` may have any of `values(n)`: sample
/// values, or the shortest and longest possible ones.
///
/// The worst case combines the longest value of each placeholder with UCS-2 if any value requires it. It is an
/// upper bound that no actual choice of values may reach.
///
/// ```
/// use outbound_render::sms::estimate;
///
/// let names = ["Ann".to_owned(), "Željko".to_owned()];
/// let cost = estimate(&format!("Hi ${{{{1}}}}{}", ".".repeat(67)), |_| &names);
/// assert_eq!((cost.best.segments, cost.worst.segments), (1, 2));
/// ```
pub fn estimate<'v>(text: &str, values: impl Fn(u16) -> &'v [String]) -> Estimate {
    let values: Values<'v> = placeholders(text).map(|p| (p.number, values(p.number))).collect();
    let unknown = values.iter().filter(|(_, known)| known.is_empty()).map(|(number, _)| *number).collect();
    let fixed_is_gsm7 = fixed_text_is_gsm7(text);
    let all_may_be_gsm7 = values.values().all(|known| known.is_empty() || known.iter().any(|v| is_gsm7(v)));
    let one_may_be_ucs2 = values.values().any(|known| known.iter().any(|v| !is_gsm7(v)));

    let gsm7 = (fixed_is_gsm7 && all_may_be_gsm7).then(|| Case::of(&values, Encoding::Gsm7));
    let ucs2 = (!fixed_is_gsm7 || one_may_be_ucs2).then(|| Case::of(&values, Encoding::Ucs2));
    let tallies: Vec<Tally> = [gsm7, ucs2].iter().flatten().flat_map(|case| case.tallies(text)).collect();
    let order = |tally: &&Tally| (tally.segments, tally.units);
    let best = tallies.iter().min_by_key(order).copied();
    let worst = tallies.iter().max_by_key(order).copied();
    // At least one case exists, because the text or a value requires UCS-2 if GSM-7 is ruled out.
    let none = Tally { encoding: Encoding::Gsm7, units: 0, segments: 1 };
    Estimate { best: best.unwrap_or(none), worst: worst.unwrap_or(none), unknown }
}

type Values<'v> = BTreeMap<u16, &'v [String]>;

/// Whether the text around the placeholders is in GSM-7.
fn fixed_text_is_gsm7(text: &str) -> bool {
    pieces(text).all(|piece| match piece {
        Piece::Text(fixed) => is_gsm7(fixed),
        Piece::Placeholder(_) => true,
    })
}

/// The message in one encoding.
struct Case<'v> {
    encoding: Encoding,
    choices: BTreeMap<u16, Choice<'v>>,
}

struct Choice<'v> {
    shortest: &'v str,
    longest: &'v str,
}

impl<'v> Case<'v> {
    /// Considers only the values that can be encoded.
    fn of(values: &Values<'v>, encoding: Encoding) -> Self {
        let choices = values.iter().filter_map(|(number, values)| {
            let encodable = || values.iter().filter(|v| encoding == Encoding::Ucs2 || is_gsm7(v));
            let shortest = encodable().min_by_key(|value| encoding.measure(value))?;
            let longest = encodable().max_by_key(|value| encoding.measure(value))?;
            Some((*number, Choice { shortest, longest }))
        });
        Self { encoding, choices: choices.collect() }
    }

    /// The costs with the shortest and with the longest values. The shorter text may need more segments,
    /// because graphemes are not split.
    fn tallies(&self, text: &str) -> [Tally; 2] {
        [self.tally(text, |choice| choice.shortest), self.tally(text, |choice| choice.longest)]
    }

    fn tally(&self, text: &str, choose: impl Fn(&Choice<'v>) -> &'v str) -> Tally {
        let filled = substitute(text, |number| Some(self.choices.get(&number).map_or("", &choose)));
        let message = segment_as(self.encoding, &filled.text, &[]);
        Tally { encoding: self.encoding, units: message.units, segments: message.segments.len() }
    }
}
