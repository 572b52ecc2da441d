//! Adds the request id to every log line that is written while a request is handled.
//!
//! The id is the field `request` of the span that `outbound_http` opens for each request. Other fields of
//! spans are only exported to the trace collector.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use crate::log_time::LogTime;

/// Whether this is the span of a request.
pub(crate) fn is_request_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.name() == "request" && metadata.target().starts_with("outbound_http")
}

/// Formats a span as its field `request`, without the name.
pub(crate) struct RequestId;

impl<'w> FormatFields<'w> for RequestId {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut id = IdWriter { writer, written: Ok(()) };
        fields.record(&mut id);
        id.written
    }

    /// Does nothing, because the id of a request does not change.
    fn add_fields(&self, _: &'w mut FormattedFields<Self>, _: &Record<'_>) -> fmt::Result {
        Ok(())
    }
}

struct IdWriter<'w> {
    writer: Writer<'w>,
    written: fmt::Result,
}

impl Visit for IdWriter<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "request" {
            self.written = self.written.and_then(|()| write!(self.writer, "{value:?}"));
        }
    }
}

/// Calls `write` with the id of the current request, if there is one.
pub(crate) fn with_request_id<S>(
    context: &FmtContext<'_, S, RequestId>,
    write: impl FnOnce(&str) -> fmt::Result,
) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    for span in context.event_scope().into_iter().flatten() {
        let extensions = span.extensions();
        if let Some(id) = extensions.get::<FormattedFields<RequestId>>().filter(|id| !id.is_empty()) {
            return write(id);
        }
    }
    Ok(())
}

/// Formats an event as a line of JSON. The last field is `request`.
pub(crate) struct JsonFormat(Format<Json, LogTime>);

impl JsonFormat {
    pub(crate) fn new() -> Self {
        let format = tracing_subscriber::fmt::format().with_timer(LogTime).json().flatten_event(true);
        Self(format.with_current_span(false).with_span_list(false))
    }
}

impl<S> FormatEvent<S, RequestId> for JsonFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, RequestId>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        // tracing-subscriber cannot add a field to the object, so it is added to the text.
        let object = line.trim_end().strip_suffix('}').ok_or(fmt::Error)?;
        writer.write_str(object)?;
        with_request_id(context, |id| write!(writer, r#","request":"{id}""#))?;
        writer.write_str("}\n")
    }
}
