//! Where the log goes and how it looks.

use tracing_subscriber::EnvFilter;

use crate::arguments::{Cli, Command, LogFormat};
use crate::error::CliError;

/// Starts logging to standard error, so that standard output holds only what was asked for.
pub(crate) fn start(cli: &Cli) -> Result<(), CliError> {
    let default = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    let filter = cli.common.log.as_deref().unwrap_or(default);
    let filter: EnvFilter = filter.parse().map_err(|e| CliError::Settings(format!("--log: {e}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.common.log_format {
        LogFormat::Text => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}
