//! The `outbound` program: reads the settings, connects the crates and runs one command.

mod arguments;
mod commands;
mod environment;
mod error;
mod installation;
mod log_request;
mod log_text;
mod log_time;
mod log_writer;
mod logging;
mod output;
mod sending_marker;
mod settings;
mod traces;
mod webhooks;

use std::process::ExitCode;
use std::time::Duration;

use rustix::process::Signal;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::CliError;

/// See `docs/decisions/0039-allocator.md`.
#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// How long the process waits for its threads after the command has ended. By then, the command has awaited everything
/// that has to be finished, such as commits and files, and has flushed traces and log lines. What may still run are
/// background tasks, which a crash could interrupt, too, and threads whose result is not needed, such as a lookup of a
/// host whose name server does not answer.
const THREADS_STOP_TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => run_to_end(runtime, exit_code()),
        Err(error) => {
            output::print_error(&CliError::Runtime(error));
            ExitCode::FAILURE
        }
    }
}

/// Runs a future and stops the runtime. `#[tokio::main]` would wait for blocked threads without limit.
fn run_to_end<T>(runtime: Runtime, future: impl Future<Output = T>) -> T {
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(THREADS_STOP_TIMEOUT);
    result
}

/// Runs the command and prints its error.
async fn exit_code() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Usage(error)) => {
            // clap also reports --help and --version as errors; it chooses the stream and the exit code.
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(CliError::Findings) => ExitCode::FAILURE,
        Err(error) => {
            output::print_error(&error);
            ExitCode::from(error.exit_status())
        }
    }
}

async fn run() -> Result<(), CliError> {
    // Without a handler, exceeding the file size limit kills the process. With one, the write fails.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
    let cli = settings::read()?;
    // Flushes traces and log lines when it is dropped.
    let _logging = logging::start(&cli)?;
    commands::run(cli).await
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::oneshot;
    use tokio::task::spawn_blocking;

    use super::*;

    #[test]
    fn a_blocked_thread_does_not_delay_the_exit() {
        let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
        let (release, blocked) = mpsc::channel::<()>();
        let (start, started) = oneshot::channel();
        run_to_end(runtime, async {
            spawn_blocking(move || {
                start.send(()).unwrap();
                let _ = blocked.recv_timeout(Duration::from_mins(2));
            });
            started.await.unwrap();
        });
        assert!(release.send(()).is_ok(), "the runtime has waited until the thread ended");
    }
}
