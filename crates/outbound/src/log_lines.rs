//! Lines of the log on their way to standard error: gathered in memory, and written some
//! milliseconds later by a thread of their own, many at a time. Each request has a line, and one
//! write for each would take longer than most requests do.
//!
//! Lines are written whole and in their order, and none is dropped: whoever logs faster than can be
//! written waits. Only a process that is killed outright takes the last few milliseconds with it.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// From a line until it is written, while others may join it.
const FLUSH_INTERVAL: Duration = Duration::from_millis(10);
/// Bytes that may be waiting; then those who log wait.
const MOST: usize = 1 << 20;

/// Where lines are left.
pub(crate) struct Lines(Arc<Shared>);

/// The thread that writes; when this is dropped, all that was logged is written. Later lines are
/// written at once.
pub(crate) struct Writing(Arc<Shared>, Option<JoinHandle<()>>);

struct Shared {
    state: Mutex<State>,
    /// Of the state: there is something to write, room for more, or the end.
    changed: Condvar,
    sink: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    ended: bool,
}

/// Starts the thread that writes to `sink`.
pub(crate) fn start(sink: impl Write + Send + 'static) -> io::Result<(Lines, Writing)> {
    let shared =
        Shared { state: Mutex::default(), changed: Condvar::new(), sink: Mutex::new(Box::new(sink)) };
    let shared = Arc::new(shared);
    let of_thread = shared.clone();
    let thread = thread::Builder::new().name("log".to_owned()).spawn(move || of_thread.write_to_the_end())?;
    Ok((Lines(shared.clone()), Writing(shared, Some(thread))))
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &[u8]) {
        let full = |state: &mut State| state.waiting.len() >= MOST && !state.ended;
        let mut state = self.changed.wait_while(self.state(), full).unwrap_or_else(PoisonError::into_inner);
        if state.ended {
            return self.write(line);
        }
        let first = state.waiting.is_empty();
        state.waiting.extend_from_slice(line);
        let full = state.waiting.len() >= MOST;
        drop(state);
        if first || full {
            self.changed.notify_all();
        }
    }

    /// Where the log cannot be written there is nowhere to say so.
    fn write(&self, lines: &[u8]) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sink.write_all(lines).and_then(|()| sink.flush());
    }

    fn write_to_the_end(&self) {
        let mut taken = Vec::new();
        let mut ended = false;
        while !ended {
            let nothing = |state: &mut State| state.waiting.is_empty() && !state.ended;
            let state =
                self.changed.wait_while(self.state(), nothing).unwrap_or_else(PoisonError::into_inner);
            let early = |state: &mut State| state.waiting.len() < MOST && !state.ended;
            let (mut state, _) = self
                .changed
                .wait_timeout_while(state, FLUSH_INTERVAL, early)
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut state.waiting, &mut taken);
            ended = state.ended;
            drop(state);
            self.changed.notify_all();
            self.write(&taken);
            taken.clear();
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.state().ended = true;
        self.0.changed.notify_all();
        if let Some(thread) = self.1.take() {
            let _ = thread.join();
        }
    }
}

/// Each call of `write` is one line or more, whole.
impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
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
    fn every_line_is_written_whole_and_in_order() {
        const THREADS: usize = 4;
        const EACH: usize = 20_000;
        let (sink, written) = channel();
        let (lines, writing) = start(Sink(sink)).unwrap();
        thread::scope(|scope| {
            for name in 0..THREADS {
                let mut lines = &lines;
                let line = move |n| format!("{name} {n}\n");
                scope.spawn(move || (0..EACH).for_each(|n| lines.write_all(line(n).as_bytes()).unwrap()));
            }
        });
        drop(writing);
        (&lines).write_all(b"late\n").unwrap();
        drop(lines);
        let text = String::from_utf8(written.iter().flatten().collect()).unwrap();
        let (text, late) = text.split_at(text.len() - 5);
        assert_eq!(late, "late\n");
        for name in 0..THREADS {
            let own = text.lines().filter_map(|line| line.strip_prefix(&format!("{name} ")));
            assert!(own.eq((0..EACH).map(|n| n.to_string())), "thread {name}");
        }
        assert_eq!(text.lines().count(), THREADS * EACH);
    }

    #[test]
    fn a_line_is_written_soon() {
        let (sink, written) = channel();
        let (lines, _writing) = start(Sink(sink)).unwrap();
        (&lines).write_all(b"alone\n").unwrap();
        assert_eq!(written.recv().unwrap(), b"alone\n");
    }
}
