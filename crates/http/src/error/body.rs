//! Bodies of error responses: the format of the vendor's related APIs (contract §4, design §4.6), and OAuth's format
//! for the token endpoint.

use outbound_rules::Finding;
use serde::Serialize;
use utoipa::ToSchema;

/// The format of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorFormat {
    /// The API's JSON.
    Json,
    /// The API's JSON, but OAuth's format (RFC 6749 §5.2) if the body of the request is rejected.
    OAuth,
    /// A page for browsers that request HTML, JSON for other clients.
    Page,
}

/// The body of an error response.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Always 0, as in the vendor's related APIs.
    #[schema(example = 0)]
    pub(super) code: u8,
    /// The request's id, the same as in `X-Request-Id`.
    #[serde(rename = "requestTraceId")]
    #[schema(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    pub(super) request_trace_id: String,
    /// A message for humans.
    #[schema(example = "limit must be a whole number from 1 to 1000")]
    pub(super) message: String,
    /// A stable code for programs.
    #[schema(example = "bad_parameter")]
    pub(super) error: &'static str,
    /// Findings and invalid fields.
    #[serde(flatten)]
    pub(super) details: Details,
}

/// Details about a handoff that was sent or is to be published.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(super) struct Details {
    /// The violated rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<Finding>,
    /// The invalid fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<WrongField>,
}

/// An invalid field of the request body.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct WrongField {
    /// JSON pointer (RFC 6901) into the request body.
    #[schema(example = "/channels/0/language")]
    pub(super) pointer: String,
    /// What is wrong with the field.
    #[schema(example = "expected a string")]
    pub(super) message: String,
}

/// The error body of the token endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OAuthErrorBody {
    /// A code of RFC 6749 §5.2.
    #[schema(example = "invalid_client")]
    pub(crate) error: &'static str,
    /// A message for humans.
    #[schema(example = "the client is unknown, or its secret is wrong")]
    pub(crate) error_description: String,
}

impl OAuthErrorBody {
    /// Creates the body for an invalid request.
    pub(super) fn invalid_request(message: &str) -> Self {
        Self { error: "invalid_request", error_description: message.to_owned() }
    }
}
