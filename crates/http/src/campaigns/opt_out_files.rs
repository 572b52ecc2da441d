//! Opt-outs as files.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, ImportedOptOuts, ManageCredentials, RejectedOptOut, WriteCampaigns};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::error_responses::CommonErrorResponses;
use crate::extract::Authorized;
use crate::extract::body::CsvText;
use crate::extract::path::AccountPath;

/// The result of an import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOutImport {
    /// The number of new opt-outs.
    #[schema(example = 12)]
    added: u64,
    /// The number of addresses that had opted out already.
    known: u64,
    /// The number of lines that are no addresses.
    rejected: usize,
    /// The lines that are no addresses.
    problems: Vec<OptOutProblem>,
}

/// A line that is no address.
#[derive(Serialize, ToSchema)]
pub(crate) struct OptOutProblem {
    /// The number of the line, from 1.
    #[schema(example = 17)]
    line: u64,
    /// What is wrong with it.
    #[schema(example = "a phone number begins with + and the country code")]
    message: String,
}

impl From<ImportedOptOuts> for OptOutImport {
    fn from(imported: ImportedOptOuts) -> Self {
        let ImportedOptOuts { added, known, rejected } = imported;
        let problem = |RejectedOptOut { line, reason: message }| OptOutProblem { line, message };
        Self { added, known, rejected: rejected.len(), problems: rejected.into_iter().map(problem).collect() }
    }
}

/// Import opt-outs
///
/// Adds up to 10 000 addresses: one a line, or the first column of a CSV file. Lines that are no addresses are left out
/// and listed in the response. After an error, the import can be repeated.
#[utoipa::path(
    post,
    operation_id = "importOptOuts",
    path = "/manage/v1/accounts/{accountId}/opt-outs/import",
    tag = "Campaigns",
    params(AccountPath),
    request_body(content = String, content_type = "text/csv", description = "The file, in UTF-8", example = "+14155550111"),
    responses(
        (status = 200, description = "The numbers of opt-outs", body = OptOutImport),
        (status = 413, description = "The body is longer than 1 MiB", body = ErrorBody),
        (status = 415, description = "The body is not `text/csv`", body = ErrorBody),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn import(
    Authorized(grant): Authorized<WriteCampaigns>,
    State(app): State<App>,
    CsvText(file): CsvText,
) -> Result<Json<OptOutImport>, ApiError> {
    Ok(Json(app.import_opt_out_file(&grant, &file).await?.into()))
}

/// Export all opt-outs
///
/// One complete address a line, as the import reads them. Consumers whose address is not stored are left out.
#[utoipa::path(
    get,
    operation_id = "exportOptOuts",
    path = "/manage/v1/accounts/{accountId}/opt-outs/export",
    tag = "Campaigns",
    params(AccountPath),
    responses(
        (status = 200, description = "The addresses", body = String, content_type = "text/csv"),
        CommonErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn export(
    Authorized(grant): Authorized<ManageCredentials>,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"opt-outs.csv\""),
    ];
    Ok((headers, Body::from_stream(app.export_opt_out_file(grant).await?)).into_response())
}
