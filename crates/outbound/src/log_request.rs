//! The id of the request on every log line that is written while the request is answered.
//!
//! The id is the field `request` of the span that `outbound_http` opens around each request. Other fields of
//! spans are for the trace collector only.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use crate::log_text::Now;

/// Whether this describes the span around a request.
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

    /// The id does not change, and nothing else is kept.
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

/// Calls `write` with the id of the request during which the event happened, if there is one.
pub(crate) fn with_id<S>(
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

/// A line of JSON: the event's fields, and `request` as the last one.
pub(crate) struct JsonLine(Format<Json, Now>);

impl JsonLine {
    pub(crate) fn new() -> Self {
        let format = tracing_subscriber::fmt::format().with_timer(Now).json().flatten_event(true);
        Self(format.with_current_span(false).with_span_list(false))
    }
}

impl<S> FormatEvent<S, RequestId> for JsonLine
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
        // tracing-subscriber has no way to add a field to the object.
        let object = line.trim_end().strip_suffix('}').ok_or(fmt::Error)?;
        writer.write_str(object)?;
        with_id(context, |id| write!(writer, r#","request":"{id}""#))?;
        writer.write_str("}\n")
    }
}
