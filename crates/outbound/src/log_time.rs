//! The time of a log line.

use std::cell::RefCell;
use std::fmt;

use outbound_model::{Clock, Timestamp};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::environment::SystemClock;

/// Writes the current time as RFC 3339 in UTC with milliseconds.
pub(crate) struct LogTime;

thread_local! {
    /// The last time that was formatted, with the result. Under load, many lines share it.
    static LAST: RefCell<(Timestamp, String)> = const { RefCell::new((Timestamp::EPOCH, String::new())) };
}

impl FormatTime for LogTime {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = SystemClock.now();
        LAST.with_borrow_mut(|(last, text)| {
            if *last != now || text.is_empty() {
                (*last, *text) = (now, now.to_string());
            }
            writer.write_str(text)
        })
    }
}
