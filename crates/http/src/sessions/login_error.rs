//! Error responses of login, refresh and logout, in the Login Service's format (contract §2.3).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::LoginRejection;
use outbound_model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};

/// The error body of login, refresh and logout.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginErrorBody {
    error: LoginErrorDetails,
}

/// For the OpenAPI document: errors of the login itself, and errors of the edge, which have the usual body.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum LoginErrorResponse {
    /// An error of the login.
    Login(LoginErrorBody),
    /// An error that any request can receive.
    Request(ErrorBody),
}

/// The details of a login error.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginErrorDetails {
    /// The time of the error in UTC.
    #[schema(example = "Sep 22, 2016 4:10:15 PM")]
    time: String,
    /// A message for humans.
    message: String,
    /// A code for programs: 10 wrong csrf, 11 wrong credentials, 12 session ended, 13 too many logins, 14 bad request,
    /// 15 application login.
    #[schema(example = 10)]
    internal_code: u16,
    /// The name of the status.
    #[schema(example = "UNAUTHORIZED")]
    response_status: &'static str,
}

/// An error of login, refresh or logout. `at` is the time of the response.
#[derive(Debug)]
pub(crate) struct LoginError {
    pub(crate) at: Timestamp,
    pub(crate) problem: LoginProblem,
}

/// The cause of a [`LoginError`].
#[derive(Debug)]
pub(crate) enum LoginProblem {
    /// The query or the body is invalid.
    BadRequest(String),
    /// An application login, which is not supported.
    Application,
    /// The use case rejected the request.
    Rejected(LoginRejection),
    /// The request budget is used up.
    Budget(Box<ApiError>),
}

/// The documented code for a wrong csrf. The vendor's other codes are not public, so this server continues the
/// numbers.
const WRONG_CSRF: u16 = 10;
/// The waiting time that the vendor documents for too many logins (contract §4).
const RETRY_SECONDS: i64 = 5;

impl IntoResponse for LoginError {
    fn into_response(self) -> Response {
        let (status, name, internal_code, retry, message) = match self.problem {
            LoginProblem::BadRequest(message) => (StatusCode::BAD_REQUEST, "BAD_REQUEST", 14, None, message),
            LoginProblem::Application => {
                let message = "application login is not supported; use the client's id and secret to get an access \
                                               token from /sentinel/api/account/{accountId}/app/token";
                (StatusCode::BAD_REQUEST, "BAD_REQUEST", 15, None, message.to_owned())
            }
            // These are not specific to the login, so they have the usual format.
            LoginProblem::Rejected(LoginRejection::App(error)) => {
                return ApiError::from(error).into_response();
            }
            LoginProblem::Budget(error) => return error.into_response(),
            LoginProblem::Rejected(rejection) => {
                let message = rejection.to_string();
                let (code, retry) = match rejection {
                    LoginRejection::Csrf => (WRONG_CSRF, None),
                    LoginRejection::SessionOver => (12, None),
                    LoginRejection::Locked { seconds } => (13, Some(seconds)),
                    LoginRejection::Busy => (13, Some(RETRY_SECONDS)),
                    LoginRejection::Credentials | LoginRejection::App(_) => (11, None),
                };
                match retry {
                    None => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", code, None, message),
                    Some(_) => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", code, retry, message),
                }
            }
        };
        let error =
            LoginErrorDetails { time: self.at.in_words(), message, internal_code, response_status: name };
        let body = Json(LoginErrorBody { error });
        let mut response = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
