//! The whole reason of an error, for logs. What clients see is only the outermost sentence.

use std::error::Error;

/// The error's sentence and those of its causes, each once.
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let sentence = cause.to_string();
        if !text.contains(&sentence) {
            text.push_str(": ");
            text.push_str(&sentence);
        }
        inner = cause.source();
    }
    text
}
