//! The history of a handoff: every save, and the way back.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use outbound_app::{App, ReadDrafts, WriteHandoffs};
use outbound_model::{HandoffFile, HandoffId, Object};
use serde::Serialize;
use utoipa::ToSchema;

use super::managed::{ManagedHandoff, VersionItem, answer, file, managed};
use crate::error::{ApiError, ErrorBody};
use crate::extract::Authorized;
use crate::extract::paging::{Items, ItemsAnswer, NumberedPage, PageParameters};
use crate::extract::path::{Named, OfHandoff, OfVersion, VersionNumber};
use crate::extract::preconditions::IfMatch;
use crate::refusals::{Refused, Stale, Unknown};

/// A version with the handoff as it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedVersion {
    #[serde(flatten)]
    version: VersionItem,
    /// The handoff as it was.
    #[schema(value_type = HandoffFile)]
    handoff: Object,
}

/// For the OpenAPI file.
type VersionPage = Items<VersionItem>;

/// The versions of a handoff
///
/// The newest first.
#[utoipa::path(
    get,
    operation_id = "listVersions",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions",
    tag = "Versions",
    params(OfHandoff, PageParameters),
    responses(
        (status = 200, description = "A page of versions", body = VersionPage, headers(("Link" = String))),
        Refused, Unknown,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadDrafts>,
    Named(id): Named<HandoffId>,
    page: NumberedPage,
    State(app): State<App>,
) -> Result<ItemsAnswer<VersionItem>, ApiError> {
    let found = app.versions(&grant, &id, page.before, page.count()).await?;
    Ok(page.answer(found, |version| version.number, VersionItem::from))
}

/// A version of a handoff
#[utoipa::path(
    get,
    operation_id = "getVersion",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}",
    tag = "Versions",
    params(OfVersion),
    responses((status = 200, description = "The version", body = SavedVersion), Refused, Unknown),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadDrafts>,
    Named(id): Named<HandoffId>,
    Named(VersionNumber(number)): Named<VersionNumber>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let (record, handoff) = app.version(&grant, &id, number).await?;
    let version = move || Ok(Json(SavedVersion { version: record.into(), handoff: file(&handoff)? }));
    answer(&app, &grant, version).await
}

/// Go back to a version
///
/// Saves what it was as a new version, a draft like any other.
#[utoipa::path(
    post,
    operation_id = "restoreVersion",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/versions/{version}/restore",
    tag = "Versions",
    params(OfVersion, ("If-Match" = Option<String>, Header, description = "The `ETag` that was read")),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String))),
        (status = 409, description = "It is archived, or another handoff has the version's name", body = ErrorBody),
        Refused, Unknown, Stale,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn restore(
    Authorized(grant): Authorized<WriteHandoffs>,
    Named(id): Named<HandoffId>,
    Named(VersionNumber(number)): Named<VersionNumber>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let stored = app.restore_version(&grant, &id, number, &expected).await?;
    managed(&app, &grant.to_read(), stored).await
}
