//! Buffers log lines and writes them in batches from a dedicated thread. Each request logs a line, and a
//! write call per line would take longer than most requests.
//!
//! Lines are written completely and in order, and none is dropped: while the buffer is full, callers wait.
//! Only a killed process loses the lines of the last few milliseconds.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others before the batch is written.
const FLUSH_INTERVAL: Duration = Duration::from_millis(10);
/// Maximum size of the buffer. Callers wait while it is full.
const MAX_BUFFERED_BYTES: usize = 1 << 20;

/// Adds lines to the buffer.
pub(crate) struct LogWriter(Arc<Shared>);

/// Flushes the buffer and stops the thread when it is dropped. Later lines are written immediately.
pub(crate) struct FlushGuard(Arc<Shared>, Option<JoinHandle<()>>);

struct Shared {
    buffer: Mutex<Buffer>,
    /// Notified when the buffer has lines to write, has room again, or is closed.
    changed: Condvar,
    sink: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    closed: bool,
}

/// Starts the thread that writes to `sink`.
pub(crate) fn start(sink: impl Write + Send + 'static) -> io::Result<(LogWriter, FlushGuard)> {
    let shared =
        Shared { buffer: Mutex::default(), changed: Condvar::new(), sink: Mutex::new(Box::new(sink)) };
    let shared = Arc::new(shared);
    let reader = shared.clone();
    let thread = thread::Builder::new().name("log".to_owned()).spawn(move || reader.write_until_closed())?;
    Ok((LogWriter(shared.clone()), FlushGuard(shared, Some(thread))))
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &[u8]) {
        let is_full = |buffer: &mut Buffer| buffer.bytes.len() >= MAX_BUFFERED_BYTES && !buffer.closed;
        let mut buffer =
            self.changed.wait_while(self.lock(), is_full).unwrap_or_else(PoisonError::into_inner);
        if buffer.closed {
            return self.write(line);
        }
        let was_empty = buffer.bytes.is_empty();
        buffer.bytes.extend_from_slice(line);
        let is_full = buffer.bytes.len() >= MAX_BUFFERED_BYTES;
        drop(buffer);
        if was_empty || is_full {
            self.changed.notify_all();
        }
    }

    /// Ignores errors, because the log is the only place to report them.
    fn write(&self, lines: &[u8]) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sink.write_all(lines).and_then(|()| sink.flush());
    }

    fn write_until_closed(&self) {
        let mut batch = Vec::new();
        let mut closed = false;
        while !closed {
            let is_empty = |buffer: &mut Buffer| buffer.bytes.is_empty() && !buffer.closed;
            let buffer =
                self.changed.wait_while(self.lock(), is_empty).unwrap_or_else(PoisonError::into_inner);
            let has_room = |buffer: &mut Buffer| buffer.bytes.len() < MAX_BUFFERED_BYTES && !buffer.closed;
            let (mut buffer, _) = self
                .changed
                .wait_timeout_while(buffer, FLUSH_INTERVAL, has_room)
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut buffer.bytes, &mut batch);
            closed = buffer.closed;
            drop(buffer);
            self.changed.notify_all();
            self.write(&batch);
            batch.clear();
        }
    }
}

impl Drop for FlushGuard {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
        if let Some(thread) = self.1.take() {
            let _ = thread.join();
        }
    }
}

/// Each call of `write` passes complete lines.
impl Write for &LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    struct Sink(Sender<Vec<u8>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_written_completely_and_in_order() {
        const THREADS: usize = 4;
        const LINES: usize = 20_000;
        let (sink, written) = channel();
        let (writer, guard) = start(Sink(sink)).unwrap();
        thread::scope(|scope| {
            for name in 0..THREADS {
                let mut writer = &writer;
                let line = move |n| format!("{name} {n}\n");
                scope.spawn(move || (0..LINES).for_each(|n| writer.write_all(line(n).as_bytes()).unwrap()));
            }
        });
        drop(guard);
        (&writer).write_all(b"late\n").unwrap();
        drop(writer);
        let text = String::from_utf8(written.iter().flatten().collect()).unwrap();
        let (text, late) = text.split_at(text.len() - 5);
        assert_eq!(late, "late\n");
        for name in 0..THREADS {
            let lines = text.lines().filter_map(|line| line.strip_prefix(&format!("{name} ")));
            assert!(lines.eq((0..LINES).map(|n| n.to_string())), "thread {name}");
        }
        assert_eq!(text.lines().count(), THREADS * LINES);
    }

    #[test]
    fn a_single_line_is_written_without_waiting_for_others() {
        let (sink, written) = channel();
        let (writer, _guard) = start(Sink(sink)).unwrap();
        (&writer).write_all(b"alone\n").unwrap();
        assert_eq!(written.recv().unwrap(), b"alone\n");
    }
}
