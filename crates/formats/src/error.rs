//! Why a file could not be read.

use crate::Location;

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
    /// The file could not be read on, or not be written.
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
    /// JSON, but not what the format holds.
    #[error("line {}, column {}: {noun} {number}, {}: {problem}", at.line, at.column, field(pointer))]
    Shape {
        /// Where the wrong value stands.
        at: Location,
        /// What one element of the format is called: handoff, template, content or message.
        noun: &'static str,
        /// Which element of the file, from 1.
        number: usize,
        /// JSON pointer to the wrong value within the element.
        pointer: String,
        /// What is wrong.
        problem: String,
    },
    /// A single element that is larger than any request may be.
    #[error("line {line}: this {noun} is larger than {limit} bytes")]
    TooLarge {
        /// Where it begins.
        line: usize,
        /// What one element of the format is called.
        noun: &'static str,
        /// The most bytes that are read.
        limit: usize,
    },
    /// A file that must be read whole, and is larger than any request may be.
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
}

impl FormatError {
    /// The wrong field as a JSON pointer within its element, and what is wrong there, where that is known.
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
            FormatError::Io(_) | FormatError::FileTooLarge { .. } => None,
            FormatError::Syntax { at, .. } | FormatError::Shape { at, .. } => Some(*at),
            FormatError::TooLarge { line, .. } => Some(Location { line: *line, column: 1 }),
        }
    }
}

/// A value that cannot be written as JSON.
impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        FormatError::Io(error.into())
    }
}

fn field(pointer: &str) -> &str {
    if pointer.is_empty() { "the whole" } else { pointer }
}
