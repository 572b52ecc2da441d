//! The least and the most that an SMS with placeholders can cost, over what their values may be.

use std::collections::BTreeMap;

use outbound_model::{Piece, pieces, placeholders};
use serde::Serialize;

use super::gsm7::fits;
use super::{Encoding, segment_as};
use crate::substitute;

/// Best and worst case of a message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Estimate {
    /// With the values that cost least.
    pub best: Tally,
    /// With the values that cost most.
    pub worst: Tally,
    /// Placeholders of which no value is known; they count as empty, so the worst may be worse.
    pub unknown: Vec<u16>,
}

/// A cost in numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Tally {
    /// How the message travels.
    pub encoding: Encoding,
    /// The septets or code units of the whole message.
    pub units: usize,
    /// How many segments it takes.
    pub segments: usize,
}

/// A value of a declared length, for [`estimate`]: `length` characters of one unit each.
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

/// Best and worst case of a message whose placeholder `n` may get any of `values(n)`: samples, or
/// the shortest and the longest that are declared.
///
/// The worst case takes the longest value of each placeholder, and UCS-2 if any value needs it, be
/// it another one: a bound, which no single choice of values may reach.
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
    let cheap = fixed_text_fits(text);
    let all_may_be_cheap = values.values().all(|known| known.is_empty() || known.iter().any(|v| fits(v)));
    let one_may_be_costly = values.values().any(|known| known.iter().any(|v| !fits(v)));

    let gsm7 = (cheap && all_may_be_cheap).then(|| Case::of(&values, Encoding::Gsm7));
    let ucs2 = (!cheap || one_may_be_costly).then(|| Case::of(&values, Encoding::Ucs2));
    let tallies: Vec<Tally> = [gsm7, ucs2].iter().flatten().flat_map(|case| case.tallies(text)).collect();
    let order = |tally: &&Tally| (tally.segments, tally.units);
    let best = tallies.iter().min_by_key(order).copied();
    let worst = tallies.iter().max_by_key(order).copied();
    // There is always a case: where GSM-7 is ruled out, the text or a value needs UCS-2.
    let none = Tally { encoding: Encoding::Gsm7, units: 0, segments: 1 };
    Estimate { best: best.unwrap_or(none), worst: worst.unwrap_or(none), unknown }
}

type Values<'v> = BTreeMap<u16, &'v [String]>;

/// Whether GSM-7 has all of the text around the placeholders.
fn fixed_text_fits(text: &str) -> bool {
    pieces(text).all(|piece| match piece {
        Piece::Text(fixed) => fits(fixed),
        Piece::Placeholder(_) => true,
    })
}

/// The message in one encoding.
struct Case<'v> {
    encoding: Encoding,
    choices: BTreeMap<u16, Choice<'v>>,
}

struct Choice<'v> {
    cheapest: &'v str,
    dearest: &'v str,
}

impl<'v> Case<'v> {
    /// With the values that the encoding can carry.
    fn of(values: &Values<'v>, encoding: Encoding) -> Self {
        let choices = values.iter().filter_map(|(number, values)| {
            let carried = || values.iter().filter(|v| encoding == Encoding::Ucs2 || fits(v));
            let cheapest = carried().min_by_key(|value| encoding.measure(value))?;
            let dearest = carried().max_by_key(|value| encoding.measure(value))?;
            Some((*number, Choice { cheapest, dearest }))
        });
        Self { encoding, choices: choices.collect() }
    }

    /// With the cheapest values and with the dearest; packing may make the shorter text the dearer.
    fn tallies(&self, text: &str) -> [Tally; 2] {
        [self.tally(text, |choice| choice.cheapest), self.tally(text, |choice| choice.dearest)]
    }

    fn tally(&self, text: &str, choose: impl Fn(&Choice<'v>) -> &'v str) -> Tally {
        let filled = substitute(text, |number| Some(self.choices.get(&number).map_or("", &choose)));
        let message = segment_as(self.encoding, &filled.text, &[]);
        Tally { encoding: self.encoding, units: message.units, segments: message.segments.len() }
    }
}
