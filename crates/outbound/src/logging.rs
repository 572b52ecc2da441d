//! Configures the log on standard error and the export of traces.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::arguments::{Cli, Command, LogFormat};
use crate::error::CliError;
use crate::log_request::{JsonFormat, RequestId, is_request_span};
use crate::log_text::TextFormat;
use crate::log_writer::{self, FlushGuard};
use crate::traces::Traces;

/// Flushes traces and log lines when it is dropped. Fields are dropped in this order, because flushing
/// traces may log a warning.
pub(crate) struct Logging {
    _traces: Option<Traces>,
    _lines: FlushGuard,
}

/// Starts logging to standard error. Standard output is reserved for the output of commands.
pub(crate) fn start(cli: &Cli) -> Result<Logging, CliError> {
    let (default, collector) = match &cli.command {
        Command::Serve(serve) => ("info", serve.otlp_endpoint.as_deref()),
        _ => ("warn", None),
    };
    let filter = cli.common.log.as_deref().unwrap_or(default);
    let filter: EnvFilter = filter.parse().map_err(|e| CliError::Settings(format!("--log: {e}")))?;
    // The log needs only the request span, for the request id. All other spans are for the collector.
    let filter = filter.and(filter_fn(|metadata| !metadata.is_span())).or(filter_fn(is_request_span));
    let (writer, guard) = log_writer::start(stderr())
        .map_err(|e| CliError::Settings(format!("cannot start the thread that writes the log: {e}")))?;
    let log = fmt::layer().with_writer(writer).fmt_fields(RequestId);
    let log = match cli.common.log_format {
        LogFormat::Text => log.event_format(TextFormat { coloured: stderr().is_terminal() }).boxed(),
        LogFormat::Json => log.event_format(JsonFormat::new()).boxed(),
    };
    let traces = collector.map(Traces::export_to).transpose()?;
    let spans = traces.as_ref().map(|traces| {
        let is_own_span =
            filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("outbound"));
        let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
        layer.with_tracer(traces.tracer()).with_filter(is_own_span)
    });
    tracing_subscriber::registry().with(log.with_filter(filter)).with(spans).init();
    Ok(Logging { _traces: traces, _lines: guard })
}
