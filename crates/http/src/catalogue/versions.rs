//! Versions of a handoff: list, read and restore them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, ReadDrafts, WriteHandoffs};
use outbound_model::{HandoffFile, HandoffId, Object};
use serde::Serialize;
use utoipa::ToSchema;

use super::managed_handoff::{ManagedHandoff, VersionItem, changed_response, to_file};
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{CommonErrorResponses, NotFoundResponse, PreconditionResponse};
use crate::extract::Authorized;
use crate::extract::paging::{Items, ItemsResponse, NumberedPage, PageParameters};
use crate::extract::path::{HandoffPath, PathValue, VersionNumber, VersionPath};
use crate::extract::preconditions::IfMatch;

/// A version of a handoff, including the handoff.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedVersion {
    #[serde(flatten)]
    version: VersionItem,
    /// The handoff in this version.
    #[schema(value_type = HandoffFile)]
    handoff: Object,
}

/// For the OpenAPI file.
type VersionPage = Items<VersionItem>;

/// List the versions of a handoff
///
/// The newest version is first.
#[utoipa::path(
    get,
    operation_id = "listVersions",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions",
    tag = "Versions",
    params(HandoffPath, PageParameters),
    responses(
        (status = 200, description = "A page of versions", body = VersionPage, headers(("Link" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadDrafts>,
    PathValue(id): PathValue<HandoffId>,
    page: NumberedPage,
    State(app): State<App>,
) -> Result<ItemsResponse<VersionItem>, ApiError> {
    let found = app.versions(&grant, &id, page.before, page.count()).await?;
    Ok(page.response(found, |version| version.number, VersionItem::from))
}

/// Get a version of a handoff
#[utoipa::path(
    get,
    operation_id = "getVersion",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}",
    tag = "Versions",
    params(VersionPath),
    responses((status = 200, description = "The version", body = SavedVersion), CommonErrorResponses, NotFoundResponse),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadDrafts>,
    PathValue(id): PathValue<HandoffId>,
    PathValue(VersionNumber(number)): PathValue<VersionNumber>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let (record, handoff) = app.version(&grant, &id, number).await?;
    let version = move || {
        let body = SavedVersion { version: record.into(), handoff: to_file(&handoff)? };
        Ok(Json(body).into_response())
    };
    // On another thread than the connection's, because a handoff can be a megabyte long.
    app.compute(grant.account(), version).await?
}

/// Restore a version
///
/// Saves a copy of the version as the newest version, which is not published.
#[utoipa::path(
    post,
    operation_id = "restoreVersion",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}/restore",
    tag = "Versions",
    params(VersionPath, ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that was read")),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String))),
        (status = 409, description = "The handoff is archived, or another handoff has the name of this version",
            body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn restore(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    PathValue(VersionNumber(number)): PathValue<VersionNumber>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let changed = app.restore_version(&grant, &id, number, &expected).await?;
    changed_response(changed).await
}
