//! Full error messages for logs. Clients see only the outermost message.

use std::error::Error;

/// The messages of an error and its causes, joined by colons. A message that is already contained is skipped.
pub fn error_chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let cause_message = cause.to_string();
        if !message.contains(&cause_message) {
            message.push_str(": ");
            message.push_str(&cause_message);
        }
        inner = cause.source();
    }
    message
}
