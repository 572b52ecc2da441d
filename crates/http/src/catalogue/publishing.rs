//! Publish and unpublish handoffs.

use axum::extract::State;
use axum::response::Response;
use outbound_app::{App, WriteHandoffs};
use outbound_model::HandoffId;

use super::managed_handoff::{ManagedHandoff, changed_response, managed_example};
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{CommonErrorResponses, NotFoundResponse, PreconditionResponse};
use crate::extract::Authorized;
use crate::extract::path::{HandoffPath, PathValue};
use crate::extract::preconditions::IfMatch;
use crate::extract::query::DryRun;

/// Publish the newest version
///
/// Rejected if the version has findings that are errors for the account; the response lists them in `findings`. A
/// version that is already published stays published.
#[utoipa::path(
    post,
    operation_id = "publishHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/publish",
    tag = "Handoffs",
    params(
        HandoffPath,
        ("dry_run" = Option<bool>, Query, description = "Check everything, but do not publish"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that was reviewed"),
    ),
    responses(
        (status = 200, description = "The handoff, with its warnings", body = ManagedHandoff,
            headers(("ETag" = String)), example = json!(managed_example())),
        (status = 409, description = "The handoff is archived, or the caller saved this version and the \
            account requires another user to publish it (`own_version`)", body = ErrorBody),
        (status = 422, description = "The version has errors; see `findings`", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn publish(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    DryRun(dry_run): DryRun,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    changed_response(app.publish(&grant, &id, &expected, dry_run).await?).await
}

/// Unpublish a handoff
///
/// The handoff is removed from the published lists and becomes a draft. Unpublishing a draft changes nothing.
#[utoipa::path(
    post,
    operation_id = "unpublishHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/unpublish",
    tag = "Handoffs",
    params(HandoffPath, ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that was read")),
    responses(
        (status = 200, description = "The handoff", body = ManagedHandoff, headers(("ETag" = String))),
        CommonErrorResponses, NotFoundResponse, PreconditionResponse,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn unpublish(
    Authorized(grant): Authorized<WriteHandoffs>,
    PathValue(id): PathValue<HandoffId>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    changed_response(app.unpublish(&grant, &id, &expected).await?).await
}
