//! The audit log of an account.

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

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditItem {
    /// The number of the entry in the account: 1, 2, 3 …
    #[schema(example = 17)]
    sequence: i64,
    at: Timestamp,
    /// Who acted: a login name, a client id, `command line`, or `outbound` for automatic actions.
    #[schema(example = "anna")]
    actor: String,
    /// The action.
    #[schema(value_type = AuditAction)]
    action: &'static str,
    /// The name or id of what was changed.
    #[schema(example = "H072047293477861")]
    subject: String,
    /// The caller's address, for actions through HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Details of the action, up to 4 KiB. Long strings are cut, and of long lists and objects only the number of elements is
    /// shown, as `count`. Of longer details of earlier versions, only the `length` in bytes is shown.
    #[schema(value_type = Object, example = json!({"name": "Cinema ticket", "version": 3}))]
    details: Value,
}

impl From<AuditRecord> for AuditItem {
    fn from(AuditRecord { sequence, entry }: AuditRecord) -> Self {
        Self {
            sequence,
            at: entry.at,
            actor: entry.actor,
            action: entry.action.as_str(),
            subject: entry.subject,
            address: entry.address,
            details: serde_json::from_str(&entry.details).unwrap_or_default(),
        }
    }
}

/// For the OpenAPI file.
type AuditPage = Items<AuditItem>;

/// List the account's audit log
///
/// The newest entry is first.
#[utoipa::path(
    get,
    operation_id = "listAudit",
    path = "/manage/v1/accounts/{accountId}/audit",
    tag = "Audit",
    params(AccountPath, PageParameters),
    responses(
        (status = 200, description = "A page of the audit log", body = AuditPage, headers(("Link" = String))),
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
