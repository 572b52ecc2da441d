//! Checks and previews of handoffs, saved or not. Nothing is sent or fetched.

use axum::Json;
use axum::extract::State;
use outbound_app::{App, AppError, ReadDrafts};
use outbound_model::{FindingCounts, Handoff, HandoffDraft, HandoffId};
use outbound_render::{Rendered, Values, render_with_samples};
use outbound_rules::{Finding, Samples, counts};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::managed_handoff::{draft_example, read_draft};
use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::{JsonBody, JsonText, OptionalBody};
use crate::extract::path::{AccountPath, HandoffPath, PathValue};

/// The result of checking a handoff.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckResponse {
    /// The number of findings of each severity.
    #[serde(flatten)]
    counts: FindingCounts,
    /// The findings with their locations.
    findings: Vec<Finding>,
}

/// Check a handoff without saving it
///
/// Applies the account's rules to the handoff in the body, including rules about other handoffs of the account.
/// Conflicts are reported with handoffs created before its `createdAt`, or with all handoffs if it is missing.
#[utoipa::path(
    post,
    operation_id = "checkHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/check",
    tag = "Handoffs",
    params(AccountPath),
    request_body(content = HandoffDraft, example = json!(draft_example())),
    responses(
        (status = 200, description = "The findings", body = CheckResponse),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn check(
    Authorized(grant): Authorized<ReadDrafts>,
    State(app): State<App>,
    JsonText(body): JsonText,
) -> Result<Json<CheckResponse>, ApiError> {
    let draft = read_draft(&app, &grant, body).await?;
    let findings = app.check_draft(&grant, &draft).await?;
    Ok(Json(CheckResponse { counts: counts(&findings), findings }))
}

/// An unsaved handoff, and values for its placeholders.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DraftToRender {
    /// The handoff.
    #[schema(value_type = HandoffDraft, example = json!(draft_example()))]
    handoff: Box<RawValue>,
    /// Values by placeholder, such as `1`, or `body.1` for one component of a WhatsApp template.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, example = json!({"1": "Ann"}))]
    values: Values,
}

/// Values for the placeholders of a saved handoff.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct ValuesToRender {
    /// Values by placeholder, such as `1`, or `body.1` for one component of a WhatsApp template.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, example = json!({"1": "Ann"}))]
    values: Values,
}

/// Preview an unsaved handoff
///
/// Returns the messages as consumers will see them. Placeholders without a value are filled with the handoff's sample
/// values.
#[utoipa::path(
    post,
    operation_id = "renderHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/render",
    tag = "Handoffs",
    params(AccountPath),
    request_body = DraftToRender,
    responses(
        (status = 200, description = "The message of each channel", body = Rendered),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn render(
    Authorized(grant): Authorized<ReadDrafts>,
    State(app): State<App>,
    JsonBody(body): JsonBody<DraftToRender>,
) -> Result<Json<Rendered>, ApiError> {
    let reader = app.clone();
    let rendered = app.compute(grant.account(), move || {
        let draft = reader.read_draft(body.handoff.get().as_bytes())?;
        Ok(render_draft(&draft, &body.values))
    });
    let rendered = rendered.await?.map_err(|error: AppError| ApiError::from(error).within("/handoff"))?;
    Ok(Json(rendered))
}

/// Preview a handoff
///
/// Returns the messages of the newest version as consumers will see them. Placeholders without a value are filled with
/// the handoff's sample values. The body is optional.
#[utoipa::path(
    post,
    operation_id = "renderSavedHandoff",
    path = "/manage/v1/accounts/{accountId}/handoffs/{id}/render",
    tag = "Handoffs",
    params(HandoffPath),
    request_body(content = Option<ValuesToRender>),
    responses(
        (status = 200, description = "The message of each channel", body = Rendered),
        CommonErrorResponses, NotFoundResponse, BodyErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn render_saved(
    Authorized(grant): Authorized<ReadDrafts>,
    PathValue(id): PathValue<HandoffId>,
    State(app): State<App>,
    OptionalBody(body): OptionalBody<ValuesToRender>,
) -> Result<Json<Rendered>, ApiError> {
    let handoff = app.draft(&grant, &id).await?.latest;
    Ok(Json(app.compute(grant.account(), move || render_draft(&handoff, &body.values)).await?))
}

fn render_draft(handoff: &Handoff, values: &Values) -> Rendered {
    let samples = Samples::of_handoff(handoff).unwrap_or_default();
    render_with_samples(handoff, values, |channel| samples.of(channel))
}
