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

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::CliError;

/// See `docs/decisions/0039-allocator.md`.
#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
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
