//! The `outbound` program: reads the settings, wires the layers together, runs one command.

mod arguments;
mod commands;
mod environment;
mod error;
mod installation;
mod log_lines;
mod log_request;
mod log_text;
mod logging;
mod output;
mod settings;
mod traces;
mod webhooks;

use std::process::ExitCode;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::CliError;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Usage(error)) => {
            // Help and version are such errors too; clap knows where they belong and their status.
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(CliError::Findings) => ExitCode::FAILURE,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(error.exit_status())
        }
    }
}

async fn run() -> Result<(), CliError> {
    // A limit of file sizes shall be an error of the write, not the end of the process.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
    let cli = settings::read()?;
    // Sends the last traces and writes the last lines when it is dropped.
    let _logging = logging::start(&cli)?;
    commands::run(cli).await
}
