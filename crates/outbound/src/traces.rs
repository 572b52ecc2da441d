//! Exports the spans of requests, use cases and statements to an OpenTelemetry collector, if one is configured.
//! Propagates the trace context (W3C `traceparent`) from trusted proxies and to the receivers of webhooks.

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

/// Spans are dropped if the collector does not answer in time.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

const TRACE_STATE: &str = "tracestate";

/// Exports spans to a collector. Flushes them when it is dropped.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Exports to the collector at `endpoint`, such as `http://127.0.0.1:4318`, with OTLP over HTTP. HTTPS is
    /// not supported, because collectors usually run on the same machine or network.
    pub(crate) fn export_to(endpoint: &str) -> Result<Self, CliError> {
        let invalid = |problem: String| CliError::Settings(format!("--otlp-endpoint: {problem}"));
        if !endpoint.starts_with("http://") {
            return Err(invalid(
                "the URL does not begin with http://; use one such as http://127.0.0.1:4318".to_owned(),
            ));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|error| invalid(error.to_string()))?;
        let resource = Resource::builder().with_service_name("outbound").build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource);
        Ok(Self(provider.build()))
    }

    /// Creates the tracer for the spans of this process.
    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer("outbound")
    }
}

/// Makes `span` part of the trace in a request's headers, if there is one.
pub(crate) fn continue_trace(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Fails only if no collector is configured. Then there is no trace to continue.
    let _ = span.set_parent(parent);
}

/// Adds the `traceparent` of the current span to the headers of a request. Adds nothing if no collector is
/// configured.
pub(crate) fn inject_trace_context(headers: &mut HeaderMap) {
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut HeaderInjector(headers));
    // The propagator also writes this optional header if it is empty.
    if headers.get(TRACE_STATE).is_some_and(HeaderValue::is_empty) {
        headers.remove(TRACE_STATE);
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(EXPORT_TIMEOUT) {
            tracing::warn!(%error, "could not export the last traces");
        }
    }
}

/// A blocking client, because the exporter runs in its own thread without an async runtime.
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
