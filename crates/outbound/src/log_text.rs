//! A line of the log as plain text, such as
//! `2026-11-22T17:33:15.201Z  INFO outbound_http::request_id: answered status=200`.
//!
//! It looks like that of tracing-subscriber, whose own puts every name and value together from pieces
//! that could be coloured, and costs three times as much. Nothing in a value can end the line or
//! reach a terminal: control characters are escaped.

use std::cell::RefCell;
use std::fmt::{self, Debug, Write};

use outbound_model::{Clock, Timestamp};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::environment::SystemClock;

/// The present moment as everywhere else: RFC 3339, UTC, milliseconds.
pub(crate) struct Now;

thread_local! {
    /// The last moment and its text: under load many lines share one.
    static LAST: RefCell<(Timestamp, String)> = const { RefCell::new((Timestamp::EPOCH, String::new())) };
}

impl FormatTime for Now {
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

/// Formats a line without colours.
pub(crate) struct PlainText;

impl<S, N> FormatEvent<S, N> for PlainText
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        Now.format_time(&mut writer)?;
        write!(writer, " {:>5} {}:", metadata.level(), metadata.target())?;
        let mut fields = Fields { writer: Escaped(writer), written: Ok(()) };
        event.record(&mut fields);
        fields.written?;
        fields.writer.0.write_char('\n')
    }
}

/// Writes ` name=value` for each field, but for the message, which needs no name. A text that could
/// be taken for anything else stands in quotes.
struct Fields<'a> {
    writer: Escaped<'a>,
    written: fmt::Result,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Escaped<'_>) -> fmt::Result) {
        self.written = self.written.and_then(|()| {
            let writer = &mut self.writer.0;
            writer.write_char(' ')?;
            if field.name() != "message" {
                writer.write_str(field.name())?;
                writer.write_char('=')?;
            }
            value(&mut self.writer)
        });
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_word = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\');
        if !value.is_empty() && value.bytes().all(is_word) {
            self.write(field, |writer| writer.0.write_str(value));
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, |writer| write!(writer, "{value:?}"));
    }
}

/// Writes control characters as `\n` or `\u{1b}`.
struct Escaped<'a>(Writer<'a>);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return self.0.write_str(text);
        }
        text.chars().try_for_each(|char| match char {
            _ if char.is_control() => write!(self.0, "{}", char.escape_default()),
            _ => self.0.write_char(char),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(log: impl Fn()) -> String {
        let memory = Memory::default();
        let to = memory.clone();
        let lines = tracing_subscriber::fmt().event_format(PlainText).with_writer(move || to.clone());
        with_default(lines.finish(), log);
        let text = memory.0.lock().unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn a_line_names_time_level_place_and_fields() {
        let account: Option<&str> = None;
        let line = logged(|| {
            tracing::warn!(n = 7_u64, text = "a b", word = "/a/{b}", none = "", shown = %"c", account, "hello {}", 1);
        });
        let (time, rest) = line.split_once(' ').unwrap();
        assert_eq!(time.parse::<Timestamp>().unwrap().to_string(), time);
        let place = module_path!();
        assert_eq!(
            rest,
            format!(" WARN {place}: hello 1 n=7 text=\"a b\" word=/a/{{b}} none=\"\" shown=c\n")
        );
    }

    #[test]
    fn nothing_in_a_value_ends_the_line() {
        let line = logged(|| tracing::info!(shown = %"a\nb\u{1b}[31m\u{9b}é", "two\nlines"));
        assert!(line.ends_with(": two\\nlines shown=a\\nb\\u{1b}[31m\\u{9b}é\n"), "{line}");
    }
}
