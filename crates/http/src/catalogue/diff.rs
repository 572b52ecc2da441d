//! What differs between two versions of a handoff.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use outbound_app::{App, ReadDrafts, VersionSelector};
use outbound_compare::Change;
use outbound_model::HandoffId;
use serde::Serialize;
use utoipa::ToSchema;

use super::managed::VersionItem;
use crate::error::ApiError;
use crate::extract::Authorized;
use crate::extract::path::{Named, OfHandoff};
use crate::extract::query::Parameters;
use crate::refusals::{Refused, Unknown};

/// Two versions and what differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Diff {
    from: VersionItem,
    to: VersionItem,
    /// Every difference, in the order of the new version; none where they are the same.
    changes: Vec<Change>,
}

/// Which two versions are compared.
pub(crate) struct FromTo {
    from: VersionSelector,
    to: VersionSelector,
}

impl<S: Sync> FromRequestParts<S> for FromTo {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["from", "to"])?;
        let from = parameters.value("from")?.unwrap_or(VersionSelector::Published);
        Ok(Self { from, to: parameters.value("to")?.unwrap_or(VersionSelector::Latest) })
    }
}

/// Compare two versions
///
/// Field by field, and within texts word by word. Without parameters: what publishing would change.
#[utoipa::path(
    get,
    operation_id = "compareVersions",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/diff",
    tag = "Versions",
    params(
        OfHandoff,
        ("from" = Option<String>, Query, description = "A number, `published` (default) or `latest`"),
        ("to" = Option<String>, Query, description = "A number, `published` or `latest` (default)"),
    ),
    responses((status = 200, description = "What differs", body = Diff), Refused, Unknown),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn diff(
    Authorized(grant): Authorized<ReadDrafts>,
    Named(id): Named<HandoffId>,
    FromTo { from, to }: FromTo,
    State(app): State<App>,
) -> Result<Json<Diff>, ApiError> {
    let compared = app.compare_versions(&grant, &id, from, to).await?;
    Ok(Json(Diff { from: compared.from.into(), to: compared.to.into(), changes: compared.changes }))
}
