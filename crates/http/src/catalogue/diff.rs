//! Comparison of two versions of a handoff.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use outbound_app::{App, ReadDrafts, VersionSelector};
use outbound_compare::Change;
use outbound_model::HandoffId;
use serde::Serialize;
use utoipa::ToSchema;

use super::managed_handoff::VersionItem;
use crate::error::ApiError;
use crate::error_responses::{CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::path::{HandoffPath, PathValue};
use crate::extract::query::Parameters;

/// The differences between two versions.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionDiff {
    from: VersionItem,
    to: VersionItem,
    /// The differences, in the order of the new version. Empty if the versions are the same.
    changes: Vec<Change>,
}

/// The two versions to compare.
pub(crate) struct ComparedVersions {
    from: VersionSelector,
    to: VersionSelector,
}

impl<S: Sync> FromRequestParts<S> for ComparedVersions {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["from", "to"])?;
        let from = parameters.value("from")?.unwrap_or(VersionSelector::Published);
        Ok(Self { from, to: parameters.value("to")?.unwrap_or(VersionSelector::Latest) })
    }
}

/// Compare two versions
///
/// Compares field by field, and strings word by word. Without parameters, it returns what publishing would change.
#[utoipa::path(
    get,
    operation_id = "compareVersions",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/diff",
    tag = "Versions",
    params(
        HandoffPath,
        ("from" = Option<String>, Query, description = "A version number, `published` (default) or `latest`"),
        ("to" = Option<String>, Query, description = "A version number, `published` or `latest` (default)"),
    ),
    responses(
        (status = 200, description = "The differences", body = VersionDiff),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn diff(
    Authorized(grant): Authorized<ReadDrafts>,
    PathValue(id): PathValue<HandoffId>,
    ComparedVersions { from, to }: ComparedVersions,
    State(app): State<App>,
) -> Result<Json<VersionDiff>, ApiError> {
    let compared = app.compare_versions(&grant, &id, from, to).await?;
    Ok(Json(VersionDiff { from: compared.from.into(), to: compared.to.into(), changes: compared.changes }))
}
