//! Sends the spans of requests, use cases and statements to an OpenTelemetry collector, where one is configured,
//! and carries the trace context (W3C `traceparent`) in from trusted proxies and out to the receivers of webhooks.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::HeaderValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HeaderInjector, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::error::CliError;

/// A collector that does not answer costs the spans, nothing else.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

const TRACE_STATE: &str = "tracestate";

/// The way to a collector; what is still to be sent is sent when it is dropped.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// To the collector at `endpoint`, such as `http://127.0.0.1:4318`, by OTLP over HTTP. Only
    /// plain HTTP: a collector stands beside the service.
    pub(crate) fn to(endpoint: &str) -> Result<Self, CliError> {
        let wrong = |why: String| CliError::Settings(format!("--otlp-endpoint: {why}"));
        if !endpoint.starts_with("http://") {
            return Err(wrong("expected an address such as http://127.0.0.1:4318".to_owned()));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let resource = Resource::builder().with_service_name("outbound").build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource);
        Ok(Self(provider.build()))
    }

    /// Makes the spans.
    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer("outbound")
    }
}

/// Makes `span` part of the trace that a request's headers name, if they name one.
pub(crate) fn continue_trace(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Fails only without a collector, where there is no trace to continue.
    let _ = span.set_parent(parent);
}

/// Adds `traceparent` to the headers of a request that is sent during the current span. Adds nothing without a
/// collector.
pub(crate) fn send_trace(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut HeaderInjector(headers));
    // The propagator writes the optional header also where there is nothing to say.
    if headers.get(TRACE_STATE).is_some_and(HeaderValue::is_empty) {
        headers.remove(TRACE_STATE);
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(EXPORT_TIMEOUT) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Blocking, for the exporter sends from a thread of its own, where no async runtime is.
#[derive(Debug)]
struct Client(ureq::Agent);

impl Client {
    fn new() -> Self {
        Self(ureq::Agent::config_builder().timeout_global(Some(EXPORT_TIMEOUT)).build().into())
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.0.run(request.map(|body| body.to_vec()))?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
