//! Reads handoffs with the text and location at which findings are reported.

use std::io::BufRead;

use outbound_formats::{
    Format, FormatError, ImportedHandoff, Location, Names, ReadOptions, liveperson, read_any,
};
use outbound_model::Handoff;

use crate::commands::files::TemporaryIds;
use crate::error::CliError;

/// A handoff of an account, which has no location in a file.
pub(super) fn from_account(handoff: &Handoff) -> Result<liveperson::Located, CliError> {
    let text = liveperson::pretty(handoff)?;
    Ok(liveperson::Located { handoff: handoff.clone(), has_id: true, text, at: Location::START })
}

/// Reads the handoffs of a file. The flag is true if the text is that of the file. For a provider's file it is false:
/// the text is that of the converted handoff, and the location that of the provider's element.
pub(super) fn from_file<'f>(
    format: Format,
    input: impl BufRead + 'f,
    options: ReadOptions,
    ids: &'f mut TemporaryIds,
    names: &'f mut Names,
) -> Box<dyn Iterator<Item = Result<(liveperson::Located, bool), FormatError>> + 'f> {
    if format == Format::LivePerson {
        let handoffs = liveperson::read_located(input, ids);
        return Box::new(handoffs.map(|located| Ok((located?, true))));
    }
    Box::new(read_any(format, input, options, ids).map(|imported| {
        let mut imported = imported?;
        names.make_unique(&mut imported);
        let text = liveperson::pretty(&imported.handoff)?;
        let ImportedHandoff { handoff, has_id, at, .. } = imported;
        Ok((liveperson::Located { handoff, has_id, text, at }, false))
    }))
}

/// The message of an error without its location, which is reported separately.
pub(super) fn message_without_location(error: &FormatError) -> String {
    match error {
        FormatError::Syntax { problem, .. } => problem.clone(),
        FormatError::Shape { pointer, problem, .. } if pointer.is_empty() => problem.clone(),
        FormatError::Shape { pointer, problem, .. } => format!("{pointer}: {problem}"),
        other => other.to_string(),
    }
}
