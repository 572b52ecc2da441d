//! A line of the log as plain text, such as
//! `2026-11-22T17:33:15.201Z  INFO outbound_http::request_id: answered status=200`.
//!
//! It looks like that of tracing-subscriber, whose own puts every name and value together from pieces
//! that could be coloured, and costs three times as much. Nothing in a value can end the line, reach a
//! terminal or pass for another field: values that are not one plain word stand in quotes, and control
//! characters are escaped.

use std::cell::RefCell;
use std::fmt::{self, Debug, Write};

use outbound_model::{Clock, Timestamp};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent};
use tracing_subscriber::registry::LookupSpan;

use crate::environment::SystemClock;
use crate::log_request::{self, RequestId};

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

/// Formats a line; in colour only the level is coloured.
pub(crate) struct PlainText {
    /// Whether a person reads it on a terminal.
    pub(crate) coloured: bool,
}

impl<S> FormatEvent<S, RequestId> for PlainText
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, RequestId>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        Now.format_time(&mut writer)?;
        let level = metadata.level();
        if self.coloured {
            write!(writer, " \u{1b}[{}m{level:>5}\u{1b}[0m {}:", colour(*level), metadata.target())?;
        } else {
            write!(writer, " {level:>5} {}:", metadata.target())?;
        }
        let mut fields = Fields { writer: Escaped(writer), text: String::new(), written: Ok(()) };
        event.record(&mut fields);
        fields.written?;
        let writer = &mut fields.writer.0;
        log_request::with_id(context, |id| write!(writer, " request={id}"))?;
        writer.write_char('\n')
    }
}

/// The ANSI code of a level's colour, as tracing-subscriber has it.
fn colour(level: Level) -> u8 {
    match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    }
}

/// Writes ` name=value` for each field, but for the message, which needs no name. The names are ours; a
/// value that could be taken for anything else stands in quotes.
struct Fields<'a> {
    writer: Escaped<'a>,
    /// The value that is being written, reused.
    text: String,
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
            self.write(field, |writer| write!(writer, "{value:?}"));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            return self.write(field, |writer| write!(writer, "{value:?}"));
        }
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.written = self.written.and_then(|()| write!(text, "{value:?}"));
        self.record_str(field, &text);
        self.text = text;
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
        logged_by(PlainText { coloured: false }, log)
    }

    fn logged_by(format: PlainText, log: impl Fn()) -> String {
        let memory = Memory::default();
        let to = memory.clone();
        let lines = tracing_subscriber::fmt().fmt_fields(RequestId).event_format(format);
        let lines = lines.with_writer(move || to.clone());
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
        assert!(line.ends_with(": two\\nlines shown=\"a\\nb\\u{1b}[31m\\u{9b}é\"\n"), "{line}");
    }

    #[test]
    fn no_value_passes_for_another_field() {
        #[derive(Debug)]
        struct Done {
            _text: &'static str,
        }
        for coloured in [false, true] {
            let name = "eve\" by=operator status=200";
            let line = logged_by(PlainText { coloured }, || {
                tracing::info!(user = %name, text = name, done = ?Done { _text: "a b=c" }, plain = %7, "made");
            });
            let quoted = "\"eve\\\" by=operator status=200\"";
            let rest = format!(
                ": made user={quoted} text={quoted} done=\"Done {{ _text: \\\"a b=c\\\" }}\" plain=7\n"
            );
            assert!(line.ends_with(&rest), "{line}");
            assert_eq!(line.contains("\u{1b}[32m INFO\u{1b}[0m"), coloured, "{line}");
        }
    }
}
