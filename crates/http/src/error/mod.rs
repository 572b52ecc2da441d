//! The errors of the API. The edge renders them as response bodies.

mod body;
mod from_app;

use std::error::Error;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::error_chain;
use outbound_model::Invalid;
use uuid::Uuid;

use self::body::{Details, WrongField};

pub use self::body::ErrorFormat;
pub(crate) use self::body::{ErrorBody, OAuthErrorBody};

/// An error response: what the client receives, and the cause, which is only logged. The edge renders it as JSON, or
/// as a page for a browser.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    header: Option<(HeaderName, &'static str)>,
    details: Option<Box<Details>>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

const CHALLENGE: (HeaderName, &str) =
    (header::WWW_AUTHENTICATE, "Bearer realm=\"outbound\", OAuth realm=\"outbound\"");

const BEARER_CHALLENGE: (HeaderName, &str) = (header::WWW_AUTHENTICATE, "Bearer realm=\"outbound\"");

const RETRY_AFTER_5_SECONDS: (HeaderName, &str) = (header::RETRY_AFTER, "5");

impl ApiError {
    /// Creates an error with a stable code for programs and a message for humans.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None, details: None, cause: None }
    }

    pub(crate) fn with(mut self, header: (HeaderName, &'static str)) -> Self {
        self.header = Some(header);
        self
    }

    fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    pub(crate) fn unknown_import() -> Self {
        let message = "the import does not exist, or its result has expired";
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(crate) fn unknown_campaign() -> Self {
        let message = "the account has no messages of this campaign in the last 13 months";
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(crate) fn stopping() -> Self {
        let message =
            "the server stopped before the import was complete; nothing was imported; send it again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message).with(RETRY_AFTER_5_SECONDS)
    }

    /// The process of an import has ended. `message` comes from the import's row.
    pub(crate) fn import_interrupted(message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message).with(RETRY_AFTER_5_SECONDS)
    }

    /// A temporary file cannot be written or read.
    pub(crate) fn temporary_file(cause: std::io::Error) -> Self {
        let message = "the server cannot store this upload now; try again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "no_room", message)
            .with(RETRY_AFTER_5_SECONDS)
            .because(cause)
    }

    /// Adds an invalid field, named by a JSON pointer into the request body.
    pub(crate) fn with_field(self, pointer: String, message: String) -> Self {
        let fields = vec![WrongField { pointer, message }];
        self.detailed(Details { fields, ..Details::default() })
    }

    /// Prepends `pointer` to all fields, for errors of a value that is part of the request body.
    pub(crate) fn within(mut self, pointer: &str) -> Self {
        for field in self.details.iter_mut().flat_map(|details| &mut details.fields) {
            field.pointer.insert_str(0, pointer);
        }
        self
    }

    fn detailed(mut self, details: Details) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    pub(crate) fn bad_parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_parameter", message)
    }

    /// A field of the body is invalid.
    pub(crate) fn bad_field(pointer: &str, error: &Invalid) -> Self {
        Self::bad_parameter(format!("{pointer}: {error}")).with_field(pointer.to_owned(), error.to_string())
    }

    pub(crate) fn unknown_channel(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unknown_channel", message)
    }

    /// `known` are the apps that exist.
    pub(crate) fn unknown_app(known: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_app", format!("the app does not exist; use {known}"))
    }

    pub(crate) fn unknown_account() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_account", "the account does not exist")
    }

    pub(crate) fn unknown_service(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_service", message)
    }

    pub(crate) fn missing_credential() -> Self {
        let message = "the Authorization header must contain an access token or an OAuth 1.0 signature";
        Self::new(StatusCode::UNAUTHORIZED, "missing_credential", message).with(CHALLENGE)
    }

    /// For APIs of clients, which accept an access token only.
    pub(crate) fn missing_access_token() -> Self {
        let message = "the Authorization header must contain an access token of a client (AppJWT)";
        Self::new(StatusCode::UNAUTHORIZED, "missing_credential", message).with(BEARER_CHALLENGE)
    }

    pub(crate) fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "not_acceptable",
            "the Accept header excludes application/json, the only format of this response",
        )
    }

    /// The path has no route.
    pub(crate) fn path_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "this path does not exist")
    }

    /// The path does not support the method.
    pub(crate) fn method_not_allowed(read_only: bool) -> Self {
        let message = if read_only {
            "the configuration API is read-only: use GET or HEAD"
        } else {
            "this path does not support the method; use one of the Allow header"
        };
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    /// Returns whether the edge rejected the request's body before a handler could read it.
    fn is_about_body(&self) -> bool {
        matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT)
    }

    pub(crate) fn body(&self, request: Uuid) -> ErrorBody {
        let (message, error) = (self.message.clone(), self.code);
        let details = self.details.as_deref().cloned().unwrap_or_default();
        ErrorBody { code: 0, request_trace_id: request.to_string(), message, error, details }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The message for humans.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Logs the cause, which the client does not receive. Called once, inside the request's span.
    pub(crate) fn log(&self) {
        let Some(cause) = &self.cause else { return };
        let chain = error_chain(&**cause);
        tracing::error!(status = self.status.as_u16(), error = self.code, cause = chain, "failed");
    }
}

impl IntoResponse for ApiError {
    /// Creates a response without a body. `render` adds the body, which contains the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders the error as JSON. Headers of `response`, such as `Allow`, are kept.
pub(crate) fn render(error: &ApiError, format: ErrorFormat, response: &Response, request: Uuid) -> Response {
    let rendered = match format {
        ErrorFormat::OAuth if error.is_about_body() => {
            (error.status, axum::Json(OAuthErrorBody::invalid_request(&error.message))).into_response()
        }
        _ => (error.status, axum::Json(error.body(request))).into_response(),
    };
    finish(rendered, error, response)
}

/// Adds the headers of the error, and those of `response`.
pub(crate) fn finish(mut rendered: Response, error: &ApiError, response: &Response) -> Response {
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH {
            rendered.headers_mut().insert(name.clone(), value.clone());
        }
    }
    if let Some((name, value)) = &error.header {
        rendered.headers_mut().insert(name.clone(), HeaderValue::from_static(value));
    }
    rendered.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    rendered
}
