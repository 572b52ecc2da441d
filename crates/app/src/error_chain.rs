//! Full error messages for logs. Clients see only the outermost message.

use std::error::Error;

use crate::AppError;

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

/// Logs the error of work that continued after its response was sent, such as `an import`.
pub fn log_late_error(work: &str, error: &AppError) {
    tracing::warn!(work, error = error_chain(error), "work that continued after its response failed");
}
