//! Who did what that decides who may come in and what is sent.

use axum::extract::State;
use outbound_app::{App, AuditRecord, ManageCredentials};
use outbound_model::{AuditAction, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::error_responses::CommonErrorResponses;
use crate::extract::Authorized;
use crate::extract::paging::{Items, ItemsResponse, NumberedPage, PageParameters};
use crate::extract::path::AccountPath;

/// An entry of the audit.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditItem {
    /// Its number in the account: 1, 2, 3 …
    #[schema(example = 17)]
    sequence: i64,
    at: Timestamp,
    /// Who: a login name, a client's id, `command line`, or `outbound` for the program itself.
    #[schema(example = "anna")]
    actor: String,
    /// What.
    #[schema(value_type = AuditAction)]
    action: &'static str,
    /// To what.
    #[schema(example = "H072047293477861")]
    subject: String,
    /// From which address, if somebody called.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// More.
    #[schema(value_type = Object, example = json!({"name": "Cinema ticket", "version": 3}))]
    details: Value,
}

impl From<AuditRecord> for AuditItem {
    fn from(AuditRecord { sequence, entry }: AuditRecord) -> Self {
        let (action, details) = (entry.action.as_str(), serde_json::from_str(&entry.details));
        let details = details.unwrap_or_default();
        let (at, actor, subject, address) = (entry.at, entry.actor, entry.subject, entry.address);
        Self { sequence, at, actor, action, subject, address, details }
    }
}

/// For the OpenAPI file.
type AuditPage = Items<AuditItem>;

/// The account's audit
///
/// The newest first.
#[utoipa::path(
    get,
    operation_id = "listAudit",
    path = "/manage/v1/accounts/{accountId}/audit",
    tag = "Audit",
    params(AccountPath, PageParameters),
    responses(
        (status = 200, description = "A page of the audit", body = AuditPage, headers(("Link" = String))),
        CommonErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ManageCredentials>,
    page: NumberedPage,
    State(app): State<App>,
) -> Result<ItemsResponse<AuditItem>, ApiError> {
    let found = app.audit(&grant, page.before, page.count()).await?;
    Ok(page.response(found, |record| record.sequence, AuditItem::from))
}
