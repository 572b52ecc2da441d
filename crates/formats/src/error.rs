//! Errors when reading a file.

use crate::Location;

/// Error when reading or writing a file.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// An error in the named file.
    #[error("{file}: {error}")]
    InFile {
        /// The file.
        file: String,
        /// The error.
        error: Box<FormatError>,
    },
    /// Reading or writing failed with an I/O error.
    #[error("cannot read on: {0}")]
    Io(#[from] std::io::Error),
    /// Not valid JSON.
    #[error("line {}, column {}: {problem}", at.line, at.column)]
    Syntax {
        /// The location of the error.
        at: Location,
        /// What is wrong.
        problem: String,
    },
    /// Valid JSON with a structure that does not match the format.
    #[error("line {}, column {}: {noun} {number}, {}: {problem}", at.line, at.column, field(pointer))]
    Shape {
        /// The location of the wrong value.
        at: Location,
        /// The name of the format's elements: handoff, template, content or message.
        noun: &'static str,
        /// The number of the element in the file, from 1.
        number: usize,
        /// JSON pointer to the wrong value within the element.
        pointer: String,
        /// What is wrong.
        problem: String,
    },
    /// An element is larger than a request may be.
    #[error("line {line}: this {noun} is larger than {limit} bytes")]
    TooLarge {
        /// The line on which it begins.
        line: usize,
        /// The name of the format's elements.
        noun: &'static str,
        /// The maximum number of bytes.
        limit: usize,
    },
    /// The file is larger than a request may be.
    #[error("the file is larger than {limit} bytes")]
    FileTooLarge {
        /// The maximum number of bytes.
        limit: u64,
    },
}

impl FormatError {
    /// The wrong field as a JSON pointer within its element, and the problem, if known.
    pub fn field(&self) -> Option<(&str, &str)> {
        match self {
            Self::Shape { pointer, problem, .. } => Some((pointer, problem)),
            Self::InFile { error, .. } => error.field(),
            _ => None,
        }
    }

    /// The location in the file, if known.
    pub fn location(&self) -> Option<Location> {
        match self {
            FormatError::InFile { error, .. } => error.location(),
            FormatError::Io(_) | FormatError::FileTooLarge { .. } => None,
            FormatError::Syntax { at, .. } | FormatError::Shape { at, .. } => Some(*at),
            FormatError::TooLarge { line, .. } => Some(Location { line: *line, column: 1 }),
        }
    }
}

/// Errors when writing a value as JSON.
impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        FormatError::Io(error.into())
    }
}

fn field(pointer: &str) -> &str {
    if pointer.is_empty() { "the whole" } else { pointer }
}
