//! Phone numbers as providers take them.

use outbound_model::{At, Phone};

use crate::losses::Losses;

/// The number at `at` as E.164 where that is certain. What changes is told, and what is doubtful.
pub(crate) fn e164(number: &str, at: &At<'_>, losses: &mut Losses) -> String {
    let certain = Phone::read(number).ok().and_then(|phone| phone.e164());
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#');
    match &certain {
        Some(e164) if e164 != number => losses.add(at, format!("The number is written in E.164: {e164}.")),
        None if !number.chars().all(dialled) => {
            losses.add(at, "The number is not certain, so it stands as it is: write it as + and digits.");
        }
        _ => {}
    }
    certain.unwrap_or_else(|| number.to_owned())
}
