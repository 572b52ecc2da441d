//! Where the log goes and how it looks, and whether spans go to a collector.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::arguments::{Cli, Command, LogFormat};
use crate::error::CliError;
use crate::traces::Traces;

/// Starts logging to standard error, so that standard output holds only what was asked for.
pub(crate) fn start(cli: &Cli) -> Result<Option<Traces>, CliError> {
    let (default, collector) = match &cli.command {
        Command::Serve(serve) => ("info", serve.otlp_endpoint.as_deref()),
        _ => ("warn", None),
    };
    let filter = cli.common.log.as_deref().unwrap_or(default);
    let filter: EnvFilter = filter.parse().map_err(|e| CliError::Settings(format!("--log: {e}")))?;
    // A log line says all it has to; spans are for the collector.
    let filter = filter.and(filter_fn(|metadata| !metadata.is_span()));
    let log = match cli.common.log_format {
        LogFormat::Text => fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => fmt::layer().with_writer(stderr).json().flatten_event(true).boxed(),
    };
    let traces = collector.map(Traces::to).transpose()?;
    let spans = traces.as_ref().map(|traces| {
        let ours = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("outbound"));
        let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
        layer.with_tracer(traces.tracer()).with_filter(ours)
    });
    tracing_subscriber::registry().with(log.with_filter(filter)).with(spans).init();
    Ok(traces)
}
