//! The error answers of login, refresh and logout, in the Login Service's shape (contract §2.3).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outbound_app::{AppError, LoginRefusal};
use outbound_model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};

/// The body of a refused login, refresh or logout.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginErrorBody {
    error: LoginErrorDetails,
}

/// For the OpenAPI file: what refuses a login before the Login Service does has the usual body.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum LoginErrorResponse {
    /// By the Login Service.
    Login(LoginErrorBody),
    /// By the limits of every request.
    Request(ErrorBody),
}

/// What was wrong.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginErrorDetails {
    /// When, in UTC.
    #[schema(example = "Sep 22, 2016 4:10:15 PM")]
    time: String,
    /// A sentence for people.
    message: String,
    /// A number for programs: 10 wrong csrf, 11 wrong credentials, 12 session over, 13 too many
    /// logins, 14 bad request, 15 application login.
    #[schema(example = 10)]
    internal_code: u16,
    /// The name of the status.
    #[schema(example = "UNAUTHORIZED")]
    response_status: &'static str,
}

/// A login, refresh or logout on its way to being refused; `at` is the time of the answer.
#[derive(Debug)]
pub(crate) struct LoginError {
    pub(crate) at: Timestamp,
    pub(crate) problem: LoginProblem,
}

/// Why.
#[derive(Debug)]
pub(crate) enum LoginProblem {
    /// The query or the body is wrong.
    BadRequest(String),
    /// An application's login, which is not offered.
    Application,
    /// The use case refused.
    Refused(LoginRefusal),
}

/// The documented code of a wrong csrf; the vendor's other codes are not public, so ours follow it.
const WRONG_CSRF: u16 = 10;
/// As the vendor documents it for too many logins (contract §4).
const RETRY_SECONDS: i64 = 5;

impl IntoResponse for LoginError {
    fn into_response(self) -> Response {
        let (status, name, internal_code, retry, message) = match self.problem {
            LoginProblem::BadRequest(message) => (StatusCode::BAD_REQUEST, "BAD_REQUEST", 14, None, message),
            LoginProblem::Application => {
                let message = "Application login is not offered: with a client's id and secret, get an access \
                               token at /sentinel/api/account/{accountId}/app/token";
                (StatusCode::BAD_REQUEST, "BAD_REQUEST", 15, None, message.to_owned())
            }
            LoginProblem::Refused(LoginRefusal::App(error)) => return app_error(error),
            LoginProblem::Refused(refusal) => {
                let message = refusal.to_string();
                let (code, retry) = match refusal {
                    LoginRefusal::Csrf => (WRONG_CSRF, None),
                    LoginRefusal::SessionOver => (12, None),
                    LoginRefusal::Locked { seconds } => (13, Some(seconds)),
                    LoginRefusal::Busy => (13, Some(RETRY_SECONDS)),
                    LoginRefusal::Credentials | LoginRefusal::App(_) => (11, None),
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

/// What is not the caller's fault looks as it does everywhere.
fn app_error(error: AppError) -> Response {
    ApiError::from(error).into_response()
}
