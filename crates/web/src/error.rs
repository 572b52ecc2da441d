//! Errors of pages, and the page that shows an error.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{AccessError, AppError};
use outbound_http::{ApiError, Problem};

use crate::page::Page;
use crate::text::{self, Text, rich};
use crate::theme::Theme;

/// The response instead of the requested page.
#[derive(Debug)]
pub enum PageError {
    /// An error, shown by [`error_page`].
    Api(ApiError),
    /// Another response, such as a redirect to the login page.
    Instead(Box<Response>),
}

/// The result of a handler of a page.
pub(crate) type PageResult = Result<Response, PageError>;

impl PageError {
    /// An error with a code for the log and a sentence for the user.
    pub(crate) fn new(status: StatusCode, code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Api(ApiError::new(status, code, sentence))
    }
}

/// An invalid form. Always 400: the libraries that read bodies report some errors of clients as errors of the
/// server.
pub(crate) fn invalid_form(sentence: Text) -> PageError {
    PageError::new(StatusCode::BAD_REQUEST, "bad_body", sentence)
}

/// An incomplete or malformed body. If the edge aborted it (too long, too slow), the edge's response replaces
/// this one.
pub(crate) fn incomplete_body<E>(_: E) -> PageError {
    invalid_form(text::form_incomplete())
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            PageError::Api(error) => error.into_response(),
            PageError::Instead(response) => *response,
        }
    }
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Access(rejection) => rejection.into(),
            other => Self::Api(other.into()),
        }
    }
}

impl From<AccessError> for PageError {
    /// Users know roles, not credentials, so a missing right has its own sentence.
    fn from(rejection: AccessError) -> Self {
        match rejection {
            AccessError::NoRight => Self::new(StatusCode::FORBIDDEN, "no_right", text::no_right()),
            other => Self::Api(AppError::Access(other).into()),
        }
    }
}

impl From<Response> for PageError {
    fn from(response: Response) -> Self {
        Self::Instead(Box::new(response))
    }
}

impl From<Redirect> for PageError {
    fn from(redirect: Redirect) -> Self {
        redirect.into_response().into()
    }
}

/// The page of an error: what happened, what to do, and the request id for the log.
pub fn error_page(problem: &Problem<'_>) -> Response {
    let (status, request) = (problem.error.status(), problem.request.to_string());
    let title = title(status, problem.error.code());
    let content = html! {
        section class="panel narrow" {
            h1 { (title) }
            p { (sentence(problem.error.message())) }
            div class="actions" {
                a class="button primary" href="/" { (text::go_to_handoffs()) }
                @if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                    a class="button" href="" { (text::try_again()) }
                }
            }
            p class="hint" {
                (rich(|[request]| text::error_reference(request, status.as_str()), &[html! { code { (request) } }]))
            }
        }
    };
    let mut response =
        Page::new(title, content).status(status).public_response(Theme::of_request(problem.headers), "/");
    response.headers_mut().remove(header::CACHE_CONTROL);
    response
}

fn title(status: StatusCode, code: &str) -> Text {
    match status {
        StatusCode::BAD_REQUEST => text::error_bad_request(),
        StatusCode::FORBIDDEN => text::error_forbidden(),
        StatusCode::NOT_FOUND => text::error_not_found(),
        StatusCode::METHOD_NOT_ALLOWED => text::error_method_not_allowed(),
        StatusCode::PRECONDITION_FAILED => text::error_stale(),
        StatusCode::CONFLICT => match code {
            "last_administrator" => text::error_last_administrator(),
            "quota_reached" => text::error_quota_reached(),
            "own_version" => text::error_own_version(),
            "own_user" => text::error_own_user(),
            "archived" => text::error_archived(),
            _ => text::error_conflict(),
        },
        StatusCode::PAYLOAD_TOO_LARGE => text::error_too_large(),
        StatusCode::TOO_MANY_REQUESTS => text::error_too_many_requests(),
        StatusCode::SERVICE_UNAVAILABLE => text::error_unavailable(),
        status if status.is_server_error() => text::error_internal(),
        _ => text::error_other(),
    }
}

/// A message of the API as a sentence: with a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_have_specific_titles() {
        for (status, code, expected) in [
            (StatusCode::PRECONDITION_FAILED, "stale", "Somebody else saved a change first"),
            (StatusCode::CONFLICT, "last_administrator", "An account needs an administrator"),
            (StatusCode::CONFLICT, "quota_reached", "Limit reached"),
            (StatusCode::CONFLICT, "conflict", "This is not possible now"),
        ] {
            assert_eq!(title(status, code), expected, "{code}");
        }
    }

    #[test]
    fn sentences_begin_with_a_capital_and_end() {
        for (text, expected) in [("there is none", "There is none."), ("Done.", "Done."), ("éa", "Éa.")] {
            assert_eq!(sentence(text), expected);
        }
    }
}
