//! Why a page is not shown: the answer instead of it, or an error that becomes a page here and nowhere
//! else.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{AppError, Refusal};
use outbound_http::{ApiError, Problem};

use crate::page::Page;
use crate::theme::Theme;

/// What comes instead of a page.
#[derive(Debug)]
pub enum PageError {
    /// An error; [`error_page`] draws it.
    Refused(ApiError),
    /// Another answer: a way to sign in, say.
    Instead(Box<Response>),
}

/// What handlers of pages answer.
pub(crate) type PageResult = Result<Response, PageError>;

impl PageError {
    /// A refusal with a code for the log and a sentence for the person.
    pub(crate) fn refused(status: StatusCode, code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Refused(ApiError::new(status, code, sentence))
    }
}

/// A form that cannot be read. Always 400: the libraries that read bodies report some faults of the
/// sender as errors of the server.
pub(crate) fn bad_form(sentence: &str) -> PageError {
    PageError::refused(StatusCode::BAD_REQUEST, "bad_body", sentence)
}

/// A body that ended early or whose parts do not fit together. If the edge ended it (too long, too
/// slow), the edge's answer replaces this one.
pub(crate) fn broken_off<E>(_: E) -> PageError {
    bad_form("The form did not arrive whole. Send it again.")
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            PageError::Refused(error) => error.into_response(),
            PageError::Instead(response) => *response,
        }
    }
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => refusal.into(),
            other => Self::Refused(other.into()),
        }
    }
}

impl From<Refusal> for PageError {
    /// In words for people, who know of roles and not of credentials.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoRight => {
                let sentence = "Your role does not include the right to do this. Ask an administrator.";
                Self::refused(StatusCode::FORBIDDEN, "no_right", sentence)
            }
            other => Self::Refused(AppError::Refused(other).into()),
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

/// Draws an error: what happened, what to do, and the id under which the log has more.
pub fn error_page(problem: &Problem<'_>) -> Response {
    let (status, request) = (problem.error.status(), problem.request.to_string());
    let title = title(status, problem.error.code());
    let content = html! {
        section class="panel narrow" {
            h1 { (title) }
            p { (sentence(problem.error.message())) }
            div class="actions" {
                a class="button primary" href="/" { "To the handoffs" }
                @if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                    a class="button" href="" { "Try again" }
                }
            }
            p class="hint" { "Status " (status.as_u16()) " · request " code { (request) } }
        }
    };
    let mut response =
        Page::new(title, content).status(status).to_stranger(Theme::of_request(problem.headers), "/");
    response.headers_mut().remove(header::CACHE_CONTROL);
    response
}

fn title(status: StatusCode, code: &str) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "That request cannot be understood",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::METHOD_NOT_ALLOWED => "Not this way",
        StatusCode::PRECONDITION_FAILED => "Somebody was faster",
        StatusCode::CONFLICT => match code {
            "last_administrator" => "The last administrator stays",
            "quota_reached" => "No room for more",
            "own_version" => "Somebody else has to publish it",
            "own_user" => "Not to yourself",
            "archived" => "This handoff is archived",
            _ => "That cannot be done now",
        },
        StatusCode::PAYLOAD_TOO_LARGE => "Too much at once",
        StatusCode::TOO_MANY_REQUESTS => "One moment, please",
        StatusCode::SERVICE_UNAVAILABLE => "Not available just now",
        status if status.is_server_error() => "Something went wrong",
        _ => "Not done",
    }
}

/// With a capital letter and a full stop, as sentences of the API lack them.
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
    fn a_conflict_is_titled_by_what_it_is() {
        for (status, code, expected) in [
            (StatusCode::PRECONDITION_FAILED, "stale", "Somebody was faster"),
            (StatusCode::CONFLICT, "last_administrator", "The last administrator stays"),
            (StatusCode::CONFLICT, "quota_reached", "No room for more"),
            (StatusCode::CONFLICT, "conflict", "That cannot be done now"),
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
