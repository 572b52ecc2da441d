//! Takes in events of sent messages.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use outbound_app::{App, EventBody, EventProblem, EventResults, WriteEvents};
use outbound_reporting::Position;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::body::read_body;
use crate::extract::path::AccountPath;

/// The length in bytes up to which an uncompressed body needs no permit.
const SMALL_BODY: u64 = 64 * 1024;

/// The result of each event.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventsResponse {
    /// Events that were recorded and changed something.
    recorded: u64,
    /// Events that were known already. Sending an event again is harmless.
    duplicates: u64,
    /// Events that were recorded, but whose messages are not reported until their `attempted` event is sent.
    without_attempt: u64,
    /// Events of types that this version does not know, by type. They are ignored.
    unknown_types: BTreeMap<String, u64>,
    /// The number of events that were not recorded because of an error.
    rejected: usize,
    /// The events that were not recorded, in the order of the body.
    problems: Vec<EventProblemBody>,
}

/// An event that was not recorded.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventProblemBody {
    /// The position of the event in the array, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<usize>,
    /// The line of the event in NDJSON, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// What is wrong, and what to send instead.
    message: String,
}

impl From<EventProblem> for EventProblemBody {
    fn from(problem: EventProblem) -> Self {
        let (event, line) = match problem.position {
            Position::Element(number) => (Some(number), None),
            Position::Line(number) => (None, Some(number)),
        };
        Self { event, line, message: problem.message }
    }
}

impl From<EventResults> for EventsResponse {
    fn from(results: EventResults) -> Self {
        Self {
            recorded: results.recorded,
            duplicates: results.duplicates,
            without_attempt: results.without_attempt,
            unknown_types: results.unknown_types,
            rejected: results.problems.len(),
            problems: results.problems.into_iter().map(EventProblemBody::from).collect(),
        }
    }
}

/// Record events of sent messages
///
/// Records up to 10 000 events, in at most 8 MiB: a JSON array, or one event a line (NDJSON). The body may be compressed
/// with gzip. The response is sent after the commit. Events with errors are not recorded and are listed in the response.
/// If the request fails, send it again: events that were recorded already change nothing.
#[utoipa::path(
    post,
    operation_id = "recordEvents",
    path = "/manage/v1/accounts/{accountId}/events",
    tag = "Events",
    params(AccountPath),
    request_body(
        content = Vec<Object>,
        description = "The events (docs/reporting.md), or one event per line with `Content-Type: application/x-ndjson`",
        example = json!([
            {"type": "attempted", "messageId": "m-1", "attemptedTime": 1_789_376_400_112_i64, "app": "prmsg",
             "channel": "wa", "skill": "sales", "source": "API"},
            {"type": "delivered", "messageId": "m-1", "attemptedTime": 1_789_376_400_112_i64,
             "time": 1_789_376_402_000_i64}
        ]),
    ),
    responses(
        (status = 200, description = "The result of each event", body = EventsResponse),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["events.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn record(
    Authorized(grant): Authorized<WriteEvents>,
    State(app): State<App>,
    request: Request,
) -> Result<Json<EventsResponse>, ApiError> {
    // Before the body is read, so that an account holds few large bodies in memory. Small ones do not wait for those
    // of slow clients.
    let is_small = request.body().size_hint().upper().is_some_and(|bytes| bytes <= SMALL_BODY)
        && !request.headers().contains_key(header::CONTENT_ENCODING);
    let permit = if is_small { None } else { Some(app.event_permit(&grant).await?) };
    let EventBytes(body) = EventBytes::from_request(request, &()).await?;
    let results = app.record_events(&grant, body, permit).await?;
    Ok(Json(results.into()))
}

/// The body of the request.
struct EventBytes(EventBody);

impl<S: Sync + Send> FromRequest<S> for EventBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let is_compressed = check_type(request.headers())?;
        let bytes = read_body(request.into_body()).await?;
        Ok(Self(if is_compressed { EventBody::Gzip(bytes) } else { EventBody::Plain(bytes) }))
    }
}

/// Rejects bodies of other types, and returns whether the body is compressed.
fn check_type(headers: &HeaderMap) -> Result<bool, ApiError> {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let essence = header(header::CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    let is_known = ["application/json", "application/x-ndjson"]
        .iter()
        .any(|known| essence.trim().eq_ignore_ascii_case(known));
    let unsupported = |message: &str| {
        Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message))
    };
    if !is_known {
        return unsupported(
            "the events must be JSON; send Content-Type: application/json or application/x-ndjson",
        );
    }
    match header(header::CONTENT_ENCODING).map(str::to_ascii_lowercase).as_deref() {
        None | Some("identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(_) => unsupported("the body may only be compressed with gzip"),
    }
}
