//! Formats log lines as plain text, such as
//! `2026-11-22T17:33:15.201Z  INFO outbound_http::request_id: answered status=200`.
//!
//! The format is that of tracing-subscriber, whose own formatter takes three times as long, because it
//! prepares every name and value to be coloured. A value can neither end the line nor send control sequences
//! to a terminal nor look like another field: values other than a single word are quoted, and control
//! characters are escaped.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent};
use tracing_subscriber::registry::LookupSpan;

use crate::log_request::{self, RequestId};
use crate::log_time::LogTime;

/// Formats an event as a line of text.
pub(crate) struct TextFormat {
    /// Whether to colour the level.
    pub(crate) coloured: bool,
}

impl<S> FormatEvent<S, RequestId> for TextFormat
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
        LogTime.format_time(&mut writer)?;
        let level = metadata.level();
        if self.coloured {
            write!(writer, " \u{1b}[{}m{level:>5}\u{1b}[0m {}:", colour(*level), metadata.target())?;
        } else {
            write!(writer, " {level:>5} {}:", metadata.target())?;
        }
        let mut fields = FieldWriter {
            writer: EscapingWriter(writer),
            buffer: String::with_capacity(64),
            written: Ok(()),
        };
        event.record(&mut fields);
        fields.written?;
        let writer = &mut fields.writer.0;
        log_request::with_request_id(context, |id| write!(writer, " request={id}"))?;
        writer.write_char('\n')
    }
}

/// The ANSI colour code of a level. Same colours as tracing-subscriber.
fn colour(level: Level) -> u8 {
    match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    }
}

/// Writes ` name=value` for each field, and the message without a name. Names are constants of the program;
/// values are quoted unless they are a single word.
struct FieldWriter<'a> {
    writer: EscapingWriter<'a>,
    /// Reused for each formatted value.
    buffer: String,
    written: fmt::Result,
}

impl FieldWriter<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut EscapingWriter<'_>) -> fmt::Result) {
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

impl Visit for FieldWriter<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_word = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\');
        if !value.is_empty() && all_bytes(value, is_word) {
            self.write(field, |writer| writer.0.write_str(value));
        } else {
            self.write(field, |writer| write!(writer, "{value:?}"));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            return self.write(field, |writer| write!(writer, "{value:?}"));
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.written = self.written.and_then(|()| write!(buffer, "{value:?}"));
        self.record_str(field, &buffer);
        self.buffer = buffer;
    }
}

/// Escapes control characters, for example as `\n` or `\u{1b}`.
struct EscapingWriter<'a>(Writer<'a>);

impl Write for EscapingWriter<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if all_bytes(text, |byte| (b' '..=b'~').contains(&byte)) {
            return self.0.write_str(text);
        }
        text.chars().try_for_each(|char| match char {
            _ if char.is_control() => write!(self.0, "{}", char.escape_default()),
            _ => self.0.write_char(char),
        })
    }
}

/// Like `all`, but compares several bytes at once, because it does not stop at the first that does not match.
fn all_bytes(text: &str, matches: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & matches(byte))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use outbound_model::Timestamp;

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
        logged_with(TextFormat { coloured: false }, log)
    }

    fn logged_with(format: TextFormat, log: impl Fn()) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let lines = tracing_subscriber::fmt().fmt_fields(RequestId).event_format(format);
        let lines = lines.with_writer(move || writer.clone());
        with_default(lines.finish(), log);
        let text = memory.0.lock().unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn a_line_contains_time_level_target_and_fields() {
        let account: Option<&str> = None;
        let line = logged(|| {
            tracing::warn!(n = 7_u64, text = "a b", word = "/a/{b}", none = "", shown = %"c", account, "hello {}", 1);
        });
        let (time, rest) = line.split_once(' ').unwrap();
        assert_eq!(time.parse::<Timestamp>().unwrap().to_string(), time);
        let target = module_path!();
        assert_eq!(
            rest,
            format!(" WARN {target}: hello 1 n=7 text=\"a b\" word=/a/{{b}} none=\"\" shown=c\n")
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        let line = logged(|| tracing::info!(shown = %"a\nb\u{1b}[31m\u{9b}é", "two\nlines"));
        assert!(line.ends_with(": two\\nlines shown=\"a\\nb\\u{1b}[31m\\u{9b}é\"\n"), "{line}");
    }

    #[test]
    fn values_cannot_imitate_fields() {
        #[derive(Debug)]
        struct Report {
            _text: &'static str,
        }
        for coloured in [false, true] {
            let name = "eve\" by=operator status=200";
            let line = logged_with(TextFormat { coloured }, || {
                tracing::info!(user = %name, text = name, report = ?Report { _text: "a b=c" }, plain = %7, "created");
            });
            let quoted = "\"eve\\\" by=operator status=200\"";
            let rest = format!(
                ": created user={quoted} text={quoted} report=\"Report {{ _text: \\\"a b=c\\\" }}\" plain=7\n"
            );
            assert!(line.ends_with(&rest), "{line}");
            assert_eq!(line.contains("\u{1b}[32m INFO\u{1b}[0m"), coloured, "{line}");
        }
    }
}
