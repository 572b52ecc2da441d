//! Error responses of the token endpoint (RFC 6749 §5.2).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::GrantError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody, OAuthErrorBody};

/// For the OpenAPI document: errors of the token endpoint, and errors of the edge, which have the usual body.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum TokenErrorResponse {
    /// An error of the token endpoint.
    Token(OAuthErrorBody),
    /// An error that any request can receive.
    Request(ErrorBody),
}

/// An error of a token request.
#[derive(Debug)]
pub(crate) enum OAuthError {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest(String),
    /// The grant type is not `client_credentials`.
    UnsupportedGrantType,
    /// The body is not a form.
    NotAForm,
    /// The use case rejected the request.
    Rejected(GrantError),
}

impl From<GrantError> for OAuthError {
    fn from(rejection: GrantError) -> Self {
        Self::Rejected(rejection)
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::InvalidRequest(problem) => (StatusCode::BAD_REQUEST, "invalid_request", problem),
            Self::UnsupportedGrantType => {
                let description = "grant_type must be client_credentials".to_owned();
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
            }
            Self::NotAForm => {
                let description = "the body must be application/x-www-form-urlencoded".to_owned();
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description)
            }
            Self::Rejected(rejection @ GrantError::InvalidClient) => {
                (StatusCode::UNAUTHORIZED, "invalid_client", rejection.to_string())
            }
            Self::Rejected(rejection @ GrantError::InvalidScope) => {
                (StatusCode::BAD_REQUEST, "invalid_scope", rejection.to_string())
            }
            Self::Rejected(GrantError::App(error)) => return ApiError::from(error).into_response(),
        };
        let body = Json(OAuthErrorBody { error, error_description: description });
        let mut response = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = header::HeaderValue::from_static("Basic realm=\"outbound\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
