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

/// Logs the error of work such as `an import`, whose response does not report it: it was sent before, or the change
/// itself was made.
pub fn log_unreported_error(work: &str, error: &dyn Error) {
    tracing::warn!(work, error = error_chain(error), "an error that the response does not report");
}
