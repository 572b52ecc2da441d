//! Create, read, replace, archive and restore handoffs. Saving a handoff does not change its published version.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use outbound_app::{App, ReadDrafts, WriteHandoffs};
use outbound_model::{HandoffDraft, HandoffId};

use super::managed_handoff::{
    ManagedHandoff, changed_response, draft_example, handoff_response, managed_example, read_draft,
};
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{
    BodyErrorResponses, CommonErrorResponses, NotFoundResponse, PreconditionResponse,
};
use crate::extract::Authorized;
use crate::extract::body::JsonText;
use crate::extract::path::{AccountPath, HandoffPath, PathValue};
use crate::extract::preconditions::{IDEMPOTENT_REPLAYED, IdempotencyKey, IfMatch, RequiredIfMatch};
use crate::extract::query::Note;

/// Create a handoff
///
/// The handoff is created as a draft. The body has the same format as files and the published lists; only `name` and
/// `channels` are required. The server sets id and times. With an `Idempotency-Key`, repeating the request within 24
/// hours creates no further handoff: the response is 201 with the current handoff and `Idempotent-Replayed: true`.
#[utoipa::path(
    post,
    operation_id = "createHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs",
    tag = "Handoffs",
    params(
        AccountPath,
        ("note" = Option<String>, Query, max_length = 1000,
            description = "The reason for this version, shown in its history"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 257,
            description = "Any 1 to 255 characters"),
    ),
    request_body(content = HandoffDraft, example = json!(draft_example())),
    responses(
        (status = 201, description = "The handoff", body = ManagedHandoff,
            headers(("ETag" = String), ("Location" = String), ("Idempotent-Replayed" = String)),
            example = json!(managed_example())),
        (status = 409, description = "Another handoff has this name", body = ErrorBody),
        (status = 422, description = "The `Idempotency-Key` was used with another handoff", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn create(
    Authorized(grant): Authorized<WriteHandoffs>,
    Note(note): Note,
    IdempotencyKey(key): IdempotencyKey,
    State(app): State<App>,
    JsonText(body): JsonText,
) -> Result<(StatusCode, HeaderMap, Response), ApiError> {
    let draft = read_draft(&app, &grant, body).await?;
    let created = app.create_draft(&grant, draft, note.as_deref(), key.as_deref()).await?;
    let location = format!("/manage/v1/accounts/{}/handoffs/{}", grant.account(), created.handoff.stored.id);
    let location = HeaderValue::try_from(location).ok().map(|location| (header::LOCATION, location));
    let replayed = created.repeated.then_some((IDEMPOTENT_REPLAYED, HeaderValue::from_static("true")));
    let headers = location.into_iter().chain(replayed).collect();
    Ok((StatusCode::CREATED, headers, changed_response(created.handoff).await?))
}

/// Get a handoff
///
/// Returns the newest version, published or not. Send the `ETag`, which identifies version and state, in `If-Match`
/// when you change the handoff.
#[utoipa::path(
    get,
    operation_id = "getHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}",
    tag = "Handoffs",
    params(HandoffPath),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String)),
            example = json!(managed_example())),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadDrafts>,
    PathValue(id): PathValue<HandoffId>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let stored = app.draft(&grant, &id).await?;
    handoff_response(&app, &grant, stored).await
}

/// Save a new version
///
/// Replaces the complete handoff; fields that are missing in the body are removed. Id and creation time are kept. The
/// published version does not change until the new version is published.
#[utoipa::path(
    put,
    operation_id = "replaceHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}",
    tag = "Handoffs",
    params(
        HandoffPath,
        ("note" = Option<String>, Query, max_length = 1000,
            description = "The reason for this version, shown in its history"),
        ("If-Match" = String, Header, description = "The `ETag` of the version that was read, or `*`",
            example = "\"3-2-changed\""),
    ),
    request_body(content = HandoffDraft, example = json!(draft_example())),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String)),
            example = json!(managed_example())),
        (status = 409, description = "Another handoff has this name, or this one is archived", body = ErrorBody),
        (status = 428, description = "`If-Match` is missing", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn replace(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    Note(note): Note,
    RequiredIfMatch(expected): RequiredIfMatch,
    State(app): State<App>,
    JsonText(body): JsonText,
) -> Result<Response, ApiError> {
    let draft = read_draft(&app, &grant, body).await?;
    let changed = app.replace_draft(&grant, &id, draft, &expected, note.as_deref()).await?;
    changed_response(changed).await
}

/// Archive a handoff
///
/// The handoff is removed from the published lists and its name can be used again. Its history is kept. Archiving it
/// again changes nothing.
#[utoipa::path(
    delete,
    operation_id = "archiveHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}",
    tag = "Handoffs",
    params(HandoffPath, ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that was read")),
    responses(
        (status = 200, description = "The archived handoff", body = ManagedHandoff, headers(("ETag" = String))),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn archive(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let changed = app.archive(&grant, &id, &expected).await?;
    changed_response(changed).await
}

/// Restore an archived handoff
///
/// The handoff becomes a draft, with a new version that is a copy of the last one.
#[utoipa::path(
    post,
    operation_id = "restoreHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/restore",
    tag = "Handoffs",
    params(HandoffPath, ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that was read")),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String))),
        (status = 409, description = "Another handoff has taken its name", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn restore(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let changed = app.restore(&grant, &id, &expected).await?;
    changed_response(changed).await
}
