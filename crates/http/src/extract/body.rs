//! Bodies of JSON. Another type is refused, so that no form of another site gets in, and a mistake
//! is told with its place.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::error::ApiError;

/// The bytes of a body of JSON, read by whom they are given to.
pub(crate) struct JsonText(pub(crate) Bytes);

impl<S: Sync + Send> FromRequest<S> for JsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        check_type(request.headers())?;
        read_body(request.into_body()).await.map(Self)
    }
}

/// The whole body; the edge bounds its length.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    to_bytes(body, usize::MAX).await.map_err(|_| incomplete_body())
}

/// Too long or too slow a body gets the edge's answer in the place of this one.
pub(crate) fn incomplete_body() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "bad_body", "the body broke off")
}

/// Refuses a body that is not declared as plain JSON.
pub(crate) fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let essence = header(header::CONTENT_TYPE).and_then(|value| value.split(';').next());
    if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json")) {
        return Err(unsupported("the body must be JSON: send Content-Type: application/json"));
    }
    if header(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(unsupported("the body must not be compressed"));
    }
    Ok(())
}

fn unsupported(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

/// A body of JSON, read.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Sync + Send, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let JsonText(bytes) = JsonText::from_request(request, state).await?;
        read(&bytes).map(Self)
    }
}

/// The same, or the default where there is no body.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<S: Sync + Send, T: DeserializeOwned + Default> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let typed = check_type(request.headers());
        let bytes = read_body(request.into_body()).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        typed.and_then(|()| read(&bytes)).map(Self)
    }
}

/// Every body is an object; serde would also take an array of its fields.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().first().is_some_and(|byte| *byte != b'{') {
        return Err(bad("expected an object".to_owned()));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut deserializer);
    read.map_err(|error| {
        let pointer = pointer(error.path());
        wrong(error.inner(), Some(pointer))
    })
    .and_then(|value| deserializer.end().map(|()| value).map_err(|error| wrong(&error, None)))
}

fn bad(message: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message)
}

fn wrong(error: &serde_json::Error, pointer: Option<String>) -> ApiError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(&*text, |(problem, _)| problem);
    match pointer.filter(|_| error.is_data()) {
        Some(pointer) => {
            let problem = without_value(problem).to_owned();
            let place = if pointer.is_empty() { "the body" } else { &pointer };
            bad(format!("{place}: {problem}")).about_field(pointer, problem)
        }
        None => bad(format!("line {line}, column {column}: {problem}")),
    }
}

/// The parser repeats the wrong value, which may be a part of a password.
fn without_value(problem: &str) -> &str {
    let repeats = problem.starts_with("invalid type") || problem.starts_with("invalid value");
    problem.rfind("expected ").filter(|_| repeats).map_or(problem, |at| &problem[at..])
}

/// As RFC 6901 writes it.
fn pointer(path: &Path) -> String {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}
