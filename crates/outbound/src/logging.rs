//! Configures the log on standard error and the export of traces.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::{Filter, SubscriberExt};
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
    let filter = log_filter(filter);
    let (writer, guard) = log_writer::start(stderr())
        .map_err(|e| CliError::Settings(format!("cannot start the thread that writes the log: {e}")))?;
    let log = fmt::layer().with_writer(writer).fmt_fields(RequestId);
    let log = match cli.common.log_format {
        LogFormat::Text => log.event_format(TextFormat { coloured: stderr().is_terminal() }).boxed(),
        LogFormat::Json => log.event_format(JsonFormat::new()).boxed(),
    };
    let traces = collector.map(Traces::export_to).transpose()?;
    let subscriber = tracing_subscriber::registry().with(log.with_filter(filter));
    match &traces {
        Some(traces) => {
            let is_own_span =
                filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("outbound"));
            let spans = tracing_opentelemetry::layer().with_location(false).with_threads(false);
            subscriber.with(spans.with_tracer(traces.tracer()).with_filter(is_own_span)).init();
        }
        // A layer `None` would have each disabled span and event checked whenever it is reached.
        None => subscriber.init(),
    }
    Ok(Logging { _traces: traces, _lines: guard })
}

/// The log needs only the request span, for the request id. All other spans are for the collector. With the hints, a
/// span or event of a lower level costs one comparison.
fn log_filter<S>(filter: EnvFilter) -> impl Filter<S> {
    let is_event = filter_fn(|metadata| !metadata.is_span()).with_max_level_hint(LevelFilter::TRACE);
    let is_request_span = filter_fn(is_request_span).with_max_level_hint(LevelFilter::INFO);
    filter.and(is_event).or(is_request_span)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::Registry;

    use super::*;

    #[test]
    fn lower_levels_are_disabled_as_a_whole() {
        for (filter, expected) in [
            ("info", LevelFilter::INFO),
            ("warn", LevelFilter::INFO),
            ("info,outbound_app=debug", LevelFilter::DEBUG),
        ] {
            let filter = log_filter::<Registry>(filter.parse().unwrap());
            assert_eq!(filter.max_level_hint(), Some(expected));
        }
    }
}
