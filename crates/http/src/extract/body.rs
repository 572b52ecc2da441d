//! Extractors of JSON and CSV bodies. Other content types are rejected, so that other sites cannot submit forms. Errors
//! name the location of the mistake.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};

use crate::error::ApiError;

/// The unparsed bytes of a JSON body.
pub(crate) struct JsonText(pub(crate) Bytes);

impl<S: Sync + Send> FromRequest<S> for JsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        check_type(request.headers())?;
        read_body(request.into_body()).await.map(Self)
    }
}

/// The unparsed bytes of a JSON body, which may be empty.
pub(crate) struct OptionalJsonText(pub(crate) Bytes);

impl<S: Sync + Send> FromRequest<S> for OptionalJsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let type_check = check_type(request.headers());
        let bytes = read_body(request.into_body()).await?;
        if !bytes.is_empty() {
            type_check?;
        }
        Ok(Self(bytes))
    }
}

/// The unparsed bytes of a CSV file.
pub(crate) struct CsvText(pub(crate) Bytes);

impl<S: Sync + Send> FromRequest<S> for CsvText {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        check_media_type(request.headers(), ("text/csv", "CSV"))?;
        read_body(request.into_body()).await.map(Self)
    }
}

/// Reads the complete body. The edge limits its length.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    to_bytes(body, usize::MAX).await.map_err(|_| incomplete_body())
}

/// The body ended early. If it exceeded a limit, the edge replaces this error.
pub(crate) fn incomplete_body() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "bad_body", "the body is incomplete")
}

/// Rejects a body that is not declared as uncompressed JSON.
pub(crate) fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    check_media_type(headers, ("application/json", "JSON"))
}

/// Rejects a body that is not declared as uncompressed and of this media type, which also has a name for people.
fn check_media_type(headers: &HeaderMap, (media_type, name): (&str, &str)) -> Result<(), ApiError> {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let essence = header(header::CONTENT_TYPE).and_then(|value| value.split(';').next());
    if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type)) {
        return Err(unsupported(&format!("the body must be {name}; send Content-Type: {media_type}")));
    }
    if header(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(unsupported("the body must not be compressed"));
    }
    Ok(())
}

fn unsupported(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

/// A parsed JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Sync + Send, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let JsonText(bytes) = JsonText::from_request(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// A parsed JSON body, or the default value if the body is empty.
pub(crate) struct OptionalBody<T>(pub(crate) T);

impl<S: Sync + Send, T: DeserializeOwned + Default> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let type_check = check_type(request.headers());
        let bytes = read_body(request.into_body()).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        type_check.and_then(|()| parse(&bytes)).map(Self)
    }
}

/// Parses a body, which must be an object. serde alone would also accept an array of the fields.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.trim_ascii_start().first().is_some_and(|byte| *byte != b'{') {
        return Err(bad_body("expected an object".to_owned()));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        // Where the parser expects one of several names, it reports another type as wrong syntax.
        if error.inner().is_syntax() && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
            return field_error(pointer, "expected a string".to_owned());
        }
        parse_error(error.inner(), Some(pointer))
    })?;
    deserializer.end().map_err(|error| parse_error(&error, None))?;
    Ok(value)
}

fn bad_body(message: String) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message)
}

fn parse_error(error: &serde_json::Error, pointer: Option<String>) -> ApiError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(&*text, |(problem, _)| problem);
    match pointer.filter(|_| error.is_data()) {
        Some(pointer) => field_error(pointer, in_terms_of_json(without_value(problem))),
        None => bad_body(format!("line {line}, column {column}: {problem}")),
    }
}

fn field_error(pointer: String, problem: String) -> ApiError {
    let location = if pointer.is_empty() { "the body" } else { &pointer };
    bad_body(format!("{location}: {problem}")).with_field(pointer, problem)
}

/// Removes the invalid value, which the parser repeats and which may be part of a password.
fn without_value(problem: &str) -> &str {
    let repeats = problem.starts_with("invalid type") || problem.starts_with("invalid value");
    problem.rfind("expected ").filter(|_| repeats).map_or(problem, |at| &problem[at..])
}

/// Replaces the name of a Rust type that the parser expected.
fn in_terms_of_json(problem: &str) -> String {
    let Some(expected) = problem.strip_prefix("expected ") else { return problem.to_owned() };
    let expected = match expected {
        "u8" => whole_number(0, u8::MAX.into()),
        "u16" => whole_number(0, u16::MAX.into()),
        "u32" => whole_number(0, u32::MAX.into()),
        "i32" => whole_number(i32::MIN.into(), i32::MAX.into()),
        "u64" | "usize" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        // An enum: the valid strings are named if the value is another string.
        "string or map" => "a string".to_owned(),
        named if named.starts_with("struct ") => "an object".to_owned(),
        other => other.to_owned(),
    };
    format!("expected {expected}")
}

fn whole_number(from: i64, to: i64) -> String {
    format!("a whole number from {from} to {to}")
}

/// Formats a path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}
