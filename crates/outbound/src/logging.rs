//! Where the log goes and how it looks, and whether spans go to a collector.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::arguments::{Cli, Command, LogFormat};
use crate::error::CliError;
use crate::log_lines::{self, Writing};
use crate::log_request::{JsonLine, RequestId, is_request_span};
use crate::log_text::PlainText;
use crate::traces::Traces;

/// What must end in good order for the last of them to be seen; in this order, for the traces may
/// have something to say.
pub(crate) struct Logging {
    _traces: Option<Traces>,
    _lines: Writing,
}

/// Starts logging to standard error, so that standard output holds only what was asked for.
pub(crate) fn start(cli: &Cli) -> Result<Logging, CliError> {
    let (default, collector) = match &cli.command {
        Command::Serve(serve) => ("info", serve.otlp_endpoint.as_deref()),
        _ => ("warn", None),
    };
    let filter = cli.common.log.as_deref().unwrap_or(default);
    let filter: EnvFilter = filter.parse().map_err(|e| CliError::Settings(format!("--log: {e}")))?;
    // Log lines name the request they belong to; all other spans are for the collector.
    let filter = filter.and(filter_fn(|metadata| !metadata.is_span())).or(filter_fn(is_request_span));
    let (lines, writing) = log_lines::start(stderr()).map_err(|e| CliError::Settings(format!("log: {e}")))?;
    let log = fmt::layer().with_writer(lines).fmt_fields(RequestId);
    let log = match cli.common.log_format {
        LogFormat::Text => log.event_format(PlainText { coloured: stderr().is_terminal() }).boxed(),
        LogFormat::Json => log.event_format(JsonLine::new()).boxed(),
    };
    let traces = collector.map(Traces::to).transpose()?;
    let spans = traces.as_ref().map(|traces| {
        let ours = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("outbound"));
        let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
        layer.with_tracer(traces.tracer()).with_filter(ours)
    });
    tracing_subscriber::registry().with(log.with_filter(filter)).with(spans).init();
    Ok(Logging { _traces: traces, _lines: writing })
}
