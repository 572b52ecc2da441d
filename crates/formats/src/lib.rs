//! The file formats in which handoffs come and go. Pure: a reader in, handoffs or errors with
//! their line and column out.
//!
//! - [`liveperson`]: the shape of the configuration API itself.

mod elements;
pub mod liveperson;
mod locate;

pub use locate::{Location, Places, locate, within_text};

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// One of these, in a named file.
    #[error("{file}: {error}")]
    InFile {
        /// The file.
        file: String,
        /// What is wrong in it.
        error: Box<FormatError>,
    },
    /// The file could not be read on.
    #[error("cannot read on: {0}")]
    Io(#[from] std::io::Error),
    /// Not JSON.
    #[error("line {}, column {}: {problem}", at.line, at.column)]
    Syntax {
        /// Where.
        at: Location,
        /// What is wrong.
        problem: String,
    },
    /// JSON, but not a handoff.
    #[error("line {}, column {}: handoff {number}, {}: {problem}", at.line, at.column, field(pointer))]
    Shape {
        /// Where the wrong value stands.
        at: Location,
        /// Which handoff of the file, from 1.
        number: usize,
        /// JSON pointer to the wrong value within the handoff.
        pointer: String,
        /// What is wrong.
        problem: String,
    },
    /// A single handoff that is larger than any request may be.
    #[error("line {line}: this handoff is larger than {limit} bytes")]
    TooLarge {
        /// Where it begins.
        line: usize,
        /// The most bytes that are read.
        limit: usize,
    },
}

impl FormatError {
    /// The wrong field as a JSON pointer within its handoff, and what is wrong there, where that is known.
    pub fn field(&self) -> Option<(&str, &str)> {
        match self {
            Self::Shape { pointer, problem, .. } => Some((pointer, problem)),
            Self::InFile { error, .. } => error.field(),
            _ => None,
        }
    }

    /// Where in the file it is, where that is known.
    pub fn location(&self) -> Option<Location> {
        match self {
            FormatError::InFile { error, .. } => error.location(),
            FormatError::Io(_) => None,
            FormatError::Syntax { at, .. } | FormatError::Shape { at, .. } => Some(*at),
            FormatError::TooLarge { line, .. } => Some(Location { line: *line, column: 1 }),
        }
    }
}

fn field(pointer: &str) -> &str {
    if pointer.is_empty() { "the whole" } else { pointer }
}
