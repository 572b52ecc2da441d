//! Transactions, version 1 and 2. Both have the same path; the query parameter `v` selects the version.

use axum::extract::State;
use axum::response::Response;
use outbound_app::{App, Grant, ReadReports, ReportRequest, TransactionPage};
use outbound_model::AccountId;
use outbound_reporting::{
    App as ReportingApp, Filters, PageRequest, PageToken, RequestMetadata, RowPage, Transaction,
    TransactionsInterval, TransactionsV1, TransactionsV2, V1_PAGE_ROWS,
};
use utoipa::ToSchema;

use super::path::{AppPath, IntervalParameters, PathApp, ReportQuery, Version};
use super::response::{AcceptsGzip, Report, respond};
use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::OptionalJsonText;

/// The body of a request for transactions, version 2. Version 1 has the filters `channels` and `skills`, and
/// `page.nextPage` of the previous response.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct TransactionsBody {
    /// The number of transactions to skip.
    #[schema(minimum = 0, default = 0)]
    offset: Option<u64>,
    /// The maximum number of transactions.
    #[schema(minimum = 1, maximum = 5000, default = 100)]
    limit: Option<u32>,
    /// Only transactions that pass these filters.
    filters: Option<Filters>,
    /// The page, in version 1.
    page: Option<NextPage>,
}

/// The page in version 1.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct NextPage {
    /// The `nextPage` of the previous response.
    next_page: Option<String>,
}

/// A page of transactions in one of the versions.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum TransactionsResponse<'a> {
    Two(TransactionsV2<'a>),
    One(TransactionsV1<'a>),
}

/// Transactions of an account
///
/// Returns the messages that were attempted in the interval, in the order of their attempts. The interval is at most 24
/// hours long. `v=2.0` selects version 2, with `offset`, `limit` and the filters `messagestatus` and `transactionids`.
#[utoipa::path(
    post,
    operation_id = "postTransactions",
    path = "/api/account/{accountId}/app/{app}/transactions",
    tag = "Outbound reporting",
    params(
        AppPath, IntervalParameters,
        ("v" = Option<String>, Query, description = "The version: `1` (default) or `2.0`", example = "2.0"),
    ),
    request_body(content = Option<TransactionsBody>,
        example = json!({"offset": 0, "limit": 1000, "filters": {"channels": ["sms"], "messagestatus": ["FAILED"]}})),
    responses(
        (status = 200, description = "The transactions", body = TransactionsResponse,
            headers(("X-Outbound-Data-As-Of" = String))),
        CommonErrorResponses, NotFoundResponse, BodyErrorResponses,
    ),
    security(("app_jwt" = ["reports.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadReports>,
    PathApp(of): PathApp,
    query: ReportQuery,
    gzip: AcceptsGzip,
    State(app): State<App>,
    OptionalJsonText(body): OptionalJsonText,
) -> Result<Response, ApiError> {
    let interval =
        TransactionsInterval::read(query.start.as_deref(), query.end.as_deref(), app.reporting_window())?;
    let enabled = app.reported_channels(&grant).await?;
    let as_of = app.data_as_of();
    match query.version {
        Version::One => {
            let (filters, token) = Filters::for_transactions_v1(&body, enabled)?;
            let request = PageRequest { account: grant.account(), app: of, interval, filters: &filters };
            let key = app.reporting_key();
            let position = match token {
                Some(token) => PageToken::decode(&token, key, &request)?,
                None => PageToken::first(),
            };
            let page = position.position().map_or(TransactionPage::Offset(0), TransactionPage::After);
            // One more, to know whether there is a next page.
            let mut rows = rows(&app, &grant, of, interval, &filters, page, V1_PAGE_ROWS + 1).await?;
            let page_rows = usize::try_from(V1_PAGE_ROWS).unwrap_or(usize::MAX);
            let has_next = rows.len() > page_rows;
            rows.truncate(page_rows);
            let next = rows.last().filter(|_| has_next).map(|last| PageToken::after(last.id));
            let current_page = position.encode(key, &request);
            let next_page = next.map(|next| next.encode(key, &request));
            let metadata = Metadata { account: grant.account().clone(), app: of, interval, filters };
            respond(&app, &grant, gzip, as_of, PageV1 { metadata, rows, current_page, next_page }).await
        }
        Version::Two => {
            let (filters, page) = Filters::for_transactions_v2(&body, enabled)?;
            let offset = TransactionPage::Offset(page.offset());
            let rows = rows(&app, &grant, of, interval, &filters, offset, page.limit()).await?;
            let metadata = Metadata { account: grant.account().clone(), app: of, interval, filters };
            respond(&app, &grant, gzip, as_of, PageV2 { metadata, rows, page }).await
        }
    }
}

async fn rows(
    app: &App,
    grant: &Grant<ReadReports>,
    of: ReportingApp,
    interval: TransactionsInterval,
    filters: &Filters,
    page: TransactionPage,
    limit: u32,
) -> Result<Vec<Transaction>, ApiError> {
    let request = ReportRequest { app: of, interval: interval.start()..interval.end(), filters };
    let stored = app.transactions(grant, &request, page, limit).await?;
    Ok(stored.into_iter().map(|stored| stored.transaction).collect())
}

/// What the metadata of the response is built from.
struct Metadata {
    account: AccountId,
    app: ReportingApp,
    interval: TransactionsInterval,
    filters: Filters,
}

impl Metadata {
    fn build(&self) -> RequestMetadata {
        let Self { account, app, interval, filters } = self;
        RequestMetadata::of_interval(account.clone(), *app, *interval, Some(filters.clone()))
    }
}

struct PageV1 {
    metadata: Metadata,
    rows: Vec<Transaction>,
    current_page: String,
    next_page: Option<String>,
}

impl Report for PageV1 {
    fn json(self) -> Result<Vec<u8>, serde_json::Error> {
        let (metadata, current, next) = (self.metadata.build(), self.current_page, self.next_page);
        serde_json::to_vec(&TransactionsV1::new(metadata, &self.rows, current, next))
    }
}

struct PageV2 {
    metadata: Metadata,
    rows: Vec<Transaction>,
    page: RowPage,
}

impl Report for PageV2 {
    fn json(self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&TransactionsV2::new(self.metadata.build(), &self.rows, self.page))
    }
}
