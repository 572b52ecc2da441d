//! Search of handoffs in the management API, with filters, sorting and pages.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use outbound_app::{App, ReadDrafts, StateCounts, Summary};
use outbound_model::{ChannelType, FindingCounts, HandoffId, HandoffState, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::search_query::{SearchParameters, SearchQuery, search_cursor};
use crate::error::ApiError;
use crate::error_responses::CommonErrorResponses;
use crate::extract::Authorized;
use crate::extract::paging::{link, take_page};
use crate::extract::path::AccountPath;

/// A handoff in search results.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HandoffSummary {
    #[schema(value_type = HandoffId)]
    id: String,
    #[schema(example = "Cinema ticket")]
    name: String,
    state: HandoffState,
    /// The types of its channels, in order.
    #[schema(value_type = Vec<ChannelType>)]
    channels: Vec<&'static str>,
    /// The languages of its channels, in lower case.
    #[schema(example = json!(["en"]))]
    languages: BTreeSet<String>,
    /// The senders of its channels, in lower case.
    #[schema(example = json!(["+13333333333"]))]
    senders: BTreeSet<String>,
    created_at: Timestamp,
    /// The time of the last change.
    updated_at: Timestamp,
    /// Who made the last change.
    #[schema(example = "anna")]
    updated_by: String,
    /// The number of the newest version.
    #[schema(example = 3)]
    version: i64,
    /// The number of the published version, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    published_version: Option<i64>,
    /// The number of findings of the newest version.
    #[serde(flatten)]
    findings: FindingCounts,
}

impl From<Summary> for HandoffSummary {
    fn from(summary: Summary) -> Self {
        Self {
            id: summary.id.to_string(),
            name: summary.name,
            state: summary.state,
            channels: summary.channels.into_iter().map(ChannelType::as_str).collect(),
            languages: summary.languages,
            senders: summary.senders,
            created_at: summary.created_at,
            updated_at: summary.updated_at,
            updated_by: summary.updated_by,
            version: summary.latest_version,
            published_version: summary.published_version,
            findings: summary.findings,
        }
    }
}

/// A page of search results.
#[derive(Serialize, ToSchema)]
pub(crate) struct HandoffList {
    items: Vec<HandoffSummary>,
    /// The `cursor` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// With `count=true`: the number of matching handoffs by state, ignoring the parameter `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<HandoffStateCounts>,
}

/// The number of handoffs in each state.
#[derive(Serialize, ToSchema)]
pub(crate) struct HandoffStateCounts {
    draft: u64,
    published: u64,
    changed: u64,
    archived: u64,
}

impl From<StateCounts> for HandoffStateCounts {
    fn from(counts: StateCounts) -> Self {
        let StateCounts { draft, published, changed, archived } = counts;
        Self { draft, published, changed, archived }
    }
}

/// Search handoffs
///
/// Searches the newest versions of drafts and published handoffs. Follow `next` or `Link` to the next page. With
/// `sort=-updated`, handoffs that change between two requests move to the front.
#[utoipa::path(
    get,
    operation_id = "searchHandoffs",
    path = "/manage/v1/accounts/{accountId}/handoffs",
    tag = "Handoffs",
    params(AccountPath, SearchParameters),
    responses(
        (status = 200, description = "A page of handoffs", body = HandoffList, headers(("Link" = String))),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadDrafts>,
    SearchQuery { search, count }: SearchQuery,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<(HeaderMap, Json<HandoffList>), ApiError> {
    let mut found = app.search(&grant, &search).await?;
    let more = take_page(&mut found, search.count - 1);
    let last = found.last().filter(|_| more);
    let next = last.map(|last| search_cursor(search.sort, &last.cursor(search.sort.key)));
    let counts = if count { Some(app.count_matches(&grant, &search.criteria).await?.into()) } else { None };
    let items = found.into_iter().map(HandoffSummary::from).collect();
    Ok((link(next.as_deref(), &uri), Json(HandoffList { items, next, counts })))
}
