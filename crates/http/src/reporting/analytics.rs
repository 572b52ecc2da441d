//! Account analytics.

use axum::extract::State;
use axum::response::Response;
use outbound_app::{App, Grant, ReadReports, ReportRequest};
use outbound_reporting::{
    AnalyticsInterval, AnalyticsResponse, App as ReportingApp, Filters, Grouping, RequestMetadata,
};

use super::path::{AppPath, IntervalParameters, PathApp, ReportQuery};
use super::response::{AcceptsGzip, Built, respond};
use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::OptionalJsonText;

/// Totals of the messages of an account
///
/// Returns the totals of messages that were attempted in the interval, by day (UTC), channel and skill. The interval is
/// at most 60 days long.
#[utoipa::path(
    get,
    operation_id = "getAnalytics",
    path = "/api/account/{accountId}/app/{app}/analytics",
    tag = "Outbound reporting",
    params(AppPath, IntervalParameters),
    responses(
        (status = 200, description = "The totals", body = AnalyticsResponse,
            headers(("X-Outbound-Data-As-Of" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["reports.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadReports>,
    PathApp(of): PathApp,
    query: ReportQuery,
    gzip: AcceptsGzip,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let filters = Filters::none(app.reported_channels(&grant).await?);
    analytics(&app, &grant, of, &query, &filters, None, gzip).await
}

/// Totals of selected messages of an account
///
/// Like the GET request, with filters. Filters by `source` and `handoffids` also group the totals by them.
#[utoipa::path(
    post,
    operation_id = "postAnalytics",
    path = "/api/account/{accountId}/app/{app}/analytics",
    tag = "Outbound reporting",
    params(AppPath, IntervalParameters),
    request_body(content = Option<Filters>, description = "The filters, or an object `filters` that contains them",
        example = json!({"channels": ["wa"], "skills": ["sales"]})),
    responses(
        (status = 200, description = "The totals", body = AnalyticsResponse,
            headers(("X-Outbound-Data-As-Of" = String))),
        CommonErrorResponses, NotFoundResponse, BodyErrorResponses,
    ),
    security(("app_jwt" = ["reports.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn filter(
    Authorized(grant): Authorized<ReadReports>,
    PathApp(of): PathApp,
    query: ReportQuery,
    gzip: AcceptsGzip,
    State(app): State<App>,
    OptionalJsonText(body): OptionalJsonText,
) -> Result<Response, ApiError> {
    let filters = Filters::for_analytics(&body, app.reported_channels(&grant).await?)?;
    analytics(&app, &grant, of, &query, &filters, Some(filters.clone()), gzip).await
}

async fn analytics(
    app: &App,
    grant: &Grant<ReadReports>,
    of: ReportingApp,
    query: &ReportQuery,
    filters: &Filters,
    echoed: Option<Filters>,
    gzip: AcceptsGzip,
) -> Result<Response, ApiError> {
    let interval =
        AnalyticsInterval::read(query.start.as_deref(), query.end.as_deref(), app.reporting_window())?;
    let as_of = app.data_as_of();
    let request = ReportRequest { app: of, interval: interval.start()..interval.end(), filters };
    let totals = app.analytics(grant, &request, Grouping::of(filters)).await?;
    let metadata = RequestMetadata::of_interval(grant.account().clone(), of, interval, echoed);
    respond(app, grant, gzip, as_of, Built(move || AnalyticsResponse::new(metadata, totals))).await
}
