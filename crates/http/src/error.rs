//! The error answers of the outbound and management APIs, in the shape of the vendor's sister APIs
//! (contract §4, design §4.6). The one place that turns an app error into JSON.

use std::error::Error;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::{AppError, ImportPlan, Planned, Refusal, StoreError, causes};
use outbound_auth::{OAuth1Error, TokenError};
use outbound_model::Invalid;
use outbound_rules::Finding;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::credentials::oauth_error;

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Always 0, as in the vendor's sister APIs.
    #[schema(example = 0)]
    code: u8,
    /// The request's id, the same as in `X-Request-Id`.
    #[serde(rename = "requestTraceId")]
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    request_trace_id: String,
    /// A sentence for people.
    #[schema(example = "limit is a whole number from 1 to 1000")]
    message: String,
    /// A stable code for programs.
    #[schema(example = "bad_parameter")]
    error: &'static str,
    /// What exactly is wrong with a handoff.
    #[serde(flatten)]
    details: Details,
}

/// What exactly is wrong with a handoff that was sent or is to be published.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
struct Details {
    /// The rules that it breaks, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    /// The fields that are wrong, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<WrongField>,
}

/// A place in what was sent, and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WrongField {
    /// JSON pointer (RFC 6901) into what was sent.
    #[schema(example = "/channels/0/language")]
    pointer: String,
    /// What is wrong there.
    #[schema(example = "expected a string")]
    message: String,
}

/// An error on its way out: what the client sees, and what only the log sees. The edge turns it into
/// a body: JSON, or a page for a browser.
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
const OAUTH: (HeaderName, &str) = (header::WWW_AUTHENTICATE, "OAuth realm=\"outbound\"");
const INVALID_TOKEN: (HeaderName, &str) =
    (header::WWW_AUTHENTICATE, "Bearer realm=\"outbound\", error=\"invalid_token\"");
const LATER: (HeaderName, &str) = (header::RETRY_AFTER, "5");

impl ApiError {
    /// A refusal with a stable code for programs and a sentence for people.
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

    /// Names a place in what was sent, as a JSON pointer, that is wrong.
    pub(crate) fn about_field(self, pointer: String, message: String) -> Self {
        let fields = vec![WrongField { pointer, message }];
        self.detailed(Details { fields, ..Details::default() })
    }

    /// The same where what was read stood at `pointer` of what was sent.
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

    /// A field of a body says what cannot be.
    pub(crate) fn bad_field(pointer: &str, error: &Invalid) -> Self {
        Self::bad_parameter(format!("{pointer}: {error}")).about_field(pointer.to_owned(), error.to_string())
    }

    pub(crate) fn unknown_channel(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unknown_channel", message)
    }

    pub(crate) fn unknown_app() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_app", "there is no such app; the app is prmsg")
    }

    pub(crate) fn unknown_account() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_account", "there is no such account")
    }

    pub(crate) fn unknown_service(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_service", message)
    }

    pub(crate) fn missing_credential() -> Self {
        let message = "the Authorization header must hold an access token or an OAuth 1.0 signature";
        Self::new(StatusCode::UNAUTHORIZED, "missing_credential", message).with(CHALLENGE)
    }

    pub(crate) fn not_acceptable() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", "the answer is application/json")
    }

    fn body(&self, request: Uuid) -> ErrorBody {
        let (message, error) = (self.message.clone(), self.code);
        let details = self.details.as_deref().cloned().unwrap_or_default();
        ErrorBody { code: 0, request_trace_id: request.to_string(), message, error, details }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Writes what the client does not see, once.
    pub(crate) fn log(&self, request: Uuid) {
        let Some(cause) = &self.cause else { return };
        let chain = causes(&**cause);
        tracing::error!(%request, status = self.status.as_u16(), error = self.code, cause = chain, "failed");
    }
}

impl IntoResponse for ApiError {
    /// Without its body, which needs the request's id: `render` adds it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The finished answer; keeps the headers that a layer has set meanwhile, such as `Allow`.
pub(crate) fn render(error: &ApiError, path: &str, response: &Response, request: Uuid) -> Response {
    let rendered = match oauth_error::about_body(path, error.status, &error.message) {
        Some(body) => (error.status, axum::Json(body)).into_response(),
        None => (error.status, axum::Json(error.body(request))).into_response(),
    };
    finish(rendered, error, response)
}

/// With the headers of the error, and those that layers have set for its answer.
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

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => refusal.into(),
            AppError::Invalid(invalid) => Self::bad_parameter(invalid.to_string()),
            AppError::UnknownAccount(_)
            | AppError::UnknownClient(_)
            | AppError::UnknownApiKey(_)
            | AppError::UnknownUser(_)
            | AppError::UnknownHandoff(_)
            | AppError::UnknownVersion { .. }
            | AppError::UnknownWebhook(_)
            | AppError::UnknownDelivery { .. }
            | AppError::NotPublished(_) => Self::new(StatusCode::NOT_FOUND, "not_found", error.to_string()),
            AppError::AccountExists(_)
            | AppError::NameTaken(_)
            | AppError::UsernameTaken(_)
            | AppError::MadeAlready
            | AppError::WebhookDisabled(_) => Self::new(StatusCode::CONFLICT, "conflict", error.to_string()),
            AppError::QuotaReached(_) | AppError::TooManyWebhooks => {
                Self::new(StatusCode::CONFLICT, "quota_reached", error.to_string())
            }
            AppError::LastAdministrator(_) => {
                Self::new(StatusCode::CONFLICT, "last_administrator", error.to_string())
            }
            AppError::Archived(_) => Self::new(StatusCode::CONFLICT, "archived", error.to_string()),
            AppError::OwnVersion(_) | AppError::ImportPublishes => {
                Self::new(StatusCode::CONFLICT, "own_version", error.to_string())
            }
            AppError::Stale { .. } | AppError::StaleSettings(_) => {
                Self::new(StatusCode::PRECONDITION_FAILED, "stale", error.to_string())
            }
            AppError::Broken(ref findings) => {
                let details = Details { findings: findings.clone(), ..Details::default() };
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "findings", error.to_string()).detailed(details)
            }
            AppError::NoHandoff(ref wrong) => {
                let fields = wrong.field().map(|(pointer, message)| WrongField {
                    pointer: pointer.to_owned(),
                    message: message.to_owned(),
                });
                let details = Details { fields: fields.into_iter().collect(), ..Details::default() };
                Self::new(StatusCode::BAD_REQUEST, "bad_handoff", error.to_string()).detailed(details)
            }
            AppError::ImportRefused(ref plan) => {
                let details = Details { fields: refused_handoffs(plan), ..Details::default() };
                Self::new(StatusCode::CONFLICT, "conflict", error.to_string()).detailed(details)
            }
            AppError::IdempotencyKeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", error.to_string())
            }
            AppError::Unavailable(cause) => {
                let (code, message) = match &cause {
                    StoreError::Busy(_) => ("database_busy", cause.to_string()),
                    _ => ("database_unavailable", format!("{cause}; try again later")),
                };
                Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message).with(LATER).because(cause)
            }
            AppError::Internal(_) => {
                let message = "something went wrong on our side; the log has more under this request's id";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).because(error)
            }
        }
    }
}

/// Each by its place in what was sent.
fn refused_handoffs(plan: &ImportPlan) -> Vec<WrongField> {
    let field = |(place, planned): (usize, &Planned)| match planned {
        Planned::Refused(why) => Some(WrongField { pointer: format!("/{place}"), message: why.clone() }),
        Planned::Done(_) => None,
    };
    plan.handoffs.iter().enumerate().filter_map(field).collect()
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Token(TokenError::Expired) => {
                Self::new(StatusCode::UNAUTHORIZED, "token_expired", message).with(INVALID_TOKEN)
            }
            Refusal::Token(_) => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_token", message).with(INVALID_TOKEN)
            }
            Refusal::SessionOver => {
                Self::new(StatusCode::UNAUTHORIZED, "session_over", message).with(INVALID_TOKEN)
            }
            Refusal::Revoked => {
                Self::new(StatusCode::UNAUTHORIZED, "credential_revoked", message).with(INVALID_TOKEN)
            }
            Refusal::OAuth1(refused) => {
                Self::new(StatusCode::UNAUTHORIZED, oauth1_code(refused), message).with(OAUTH)
            }
            Refusal::RevokedApiKey => {
                Self::new(StatusCode::UNAUTHORIZED, "credential_revoked", message).with(OAUTH)
            }
            Refusal::OtherAccount => Self::new(StatusCode::FORBIDDEN, "other_account", message),
            Refusal::NoRight => Self::new(StatusCode::FORBIDDEN, "no_right", message),
        }
    }
}

fn oauth1_code(refused: OAuth1Error) -> &'static str {
    match refused {
        OAuth1Error::SignatureMethod => "unsupported_signature_method",
        OAuth1Error::TimestampOutOfWindow => "timestamp_out_of_window",
        OAuth1Error::Signature => "invalid_signature",
        OAuth1Error::NonceUsed => "nonce_used",
        OAuth1Error::TooLong
        | OAuth1Error::Malformed
        | OAuth1Error::Missing(_)
        | OAuth1Error::Doubled
        | OAuth1Error::InQuery
        | OAuth1Error::Version => "invalid_oauth_header",
    }
}

/// For a path that is not there.
pub(crate) async fn not_found() -> ApiError {
    nothing_here()
}

/// The same, where it is found out later.
pub(crate) fn nothing_here() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this path")
}

/// For a method that a path does not have; the router adds `Allow`.
pub(crate) async fn method_not_allowed(request: Request) -> ApiError {
    no_such_method(request.uri().path())
}

/// The same, where it is found out later.
pub(crate) fn no_such_method(path: &str) -> ApiError {
    let message = if path.starts_with("/api/") && path.contains("/handoffs/") {
        "the configuration API is read-only: use GET or HEAD"
    } else {
        "this path does not have this method; see the Allow header"
    };
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}
