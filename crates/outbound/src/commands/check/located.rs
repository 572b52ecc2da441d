//! Handoffs with the places that findings in them are reported at.

use std::io::BufRead;

use outbound_formats::{
    Format, FormatError, ImportedHandoff, Location, Names, ReadOptions, liveperson, read_any,
};
use outbound_model::Handoff;

use crate::commands::files::Unnamed;
use crate::error::CliError;

/// A handoff that comes from no file.
pub(super) fn located_of(handoff: &Handoff) -> Result<liveperson::Located, CliError> {
    let text = liveperson::pretty(handoff)?;
    Ok(liveperson::Located { handoff: handoff.clone(), has_id: true, text, at: Location::START })
}

/// The handoffs of a file. Of a provider's file the text is that of the handoff it becomes, and the place
/// that of its element, which the flag tells.
pub(super) fn located<'f>(
    format: Format,
    input: impl BufRead + 'f,
    options: ReadOptions,
    unnamed: &'f mut Unnamed,
    names: &'f mut Names,
) -> Box<dyn Iterator<Item = Result<(liveperson::Located, bool), FormatError>> + 'f> {
    if format == Format::LivePerson {
        let exact = |located| Ok((located?, true));
        return Box::new(liveperson::read_located(input, unnamed).map(exact));
    }
    Box::new(read_any(format, input, options, unnamed).map(|imported| {
        let mut imported = imported?;
        names.tell_apart(&mut imported);
        let text = liveperson::pretty(&imported.handoff)?;
        let ImportedHandoff { handoff, has_id, at, .. } = imported;
        Ok((liveperson::Located { handoff, has_id, text, at }, false))
    }))
}

/// What is wrong, without the place, which is told apart.
pub(super) fn sentence(error: &FormatError) -> String {
    match error {
        FormatError::Syntax { problem, .. } => problem.clone(),
        FormatError::Shape { pointer, problem, .. } if pointer.is_empty() => problem.clone(),
        FormatError::Shape { pointer, problem, .. } => format!("{pointer}: {problem}"),
        other => other.to_string(),
    }
}
