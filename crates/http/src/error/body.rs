//! The bodies of errors: the shape of the vendor's sister APIs (contract §4, design §4.6), and OAuth's at the
//! token endpoint.

use outbound_rules::Finding;
use serde::Serialize;
use utoipa::ToSchema;

/// The form of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorFormat {
    /// The API's JSON.
    Json,
    /// The API's JSON, but OAuth's form (RFC 6749 §5.2) where the body of the request is refused.
    OAuth,
    /// A page for browsers that ask for HTML, JSON for everybody else.
    Page,
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Always 0, as in the vendor's sister APIs.
    #[schema(example = 0)]
    pub(super) code: u8,
    /// The request's id, the same as in `X-Request-Id`.
    #[serde(rename = "requestTraceId")]
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    pub(super) request_trace_id: String,
    /// A sentence for people.
    #[schema(example = "limit is a whole number from 1 to 1000")]
    pub(super) message: String,
    /// A stable code for programs.
    #[schema(example = "bad_parameter")]
    pub(super) error: &'static str,
    /// What exactly is wrong with a handoff.
    #[serde(flatten)]
    pub(super) details: Details,
}

/// What exactly is wrong with a handoff that was sent or is to be published.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(super) struct Details {
    /// The rules that it breaks, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<Finding>,
    /// The fields that are wrong, where that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<WrongField>,
}

/// A place in what was sent, and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WrongField {
    /// JSON pointer (RFC 6901) into what was sent.
    #[schema(example = "/channels/0/language")]
    pub(super) pointer: String,
    /// What is wrong there.
    #[schema(example = "expected a string")]
    pub(super) message: String,
}

/// The body of a refused token request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OAuthErrorBody {
    /// A code of RFC 6749 §5.2.
    #[schema(example = "invalid_client")]
    pub(crate) error: &'static str,
    /// A sentence for people.
    #[schema(example = "the client is unknown, or its secret is wrong")]
    pub(crate) error_description: String,
}

impl OAuthErrorBody {
    /// The request itself is wrong, whatever it asks for.
    pub(super) fn invalid_request(message: &str) -> Self {
        Self { error: "invalid_request", error_description: message.to_owned() }
    }
}
