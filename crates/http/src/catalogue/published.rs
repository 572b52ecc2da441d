//! The two endpoints of the Outbound Configuration API (contract §3.1).

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use outbound_app::{App, ReadHandoffs};
use outbound_model::{AccountId, ChannelElement, ChannelType, Handoff};

use super::conditions::Conditions;
use super::list_parameters::ListParameters;
use super::list_query::ListQuery;
use super::list_response::{ListErrorResponses, by_channel_example, list_example};
use super::page_response::page_response;
use crate::error::ApiError;
use crate::extract::{Authorized, PathChannel, ValidApp};

/// List the published handoffs of an account
///
/// Returns the published handoffs, oldest first. `Link` contains links to the other pages, and `X-Total-Count` the
/// total number of handoffs.
#[utoipa::path(
    get,
    operation_id = "listHandoffs",
    path = "/api/account/{accountId}/app/{app}/handoffs/list",
    tag = "Outbound configuration",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("app" = String, Path, description = "Always `prmsg`", pattern = "^prmsg$", example = "prmsg"),
        ListParameters,
    ),
    responses(
        (status = 200, description = "A page of handoffs", body = Vec<Handoff>,
            headers(("X-Total-Count" = u64), ("Link" = String), ("ETag" = String), ("X-Request-Id" = String)),
            example = json!(list_example())),
        ListErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadHandoffs>,
    _: ValidApp,
    query: ListQuery,
    conditions: Conditions,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let found = app.published_handoffs(&grant, None, query.page).await?;
    Ok(page_response(&app, &grant, &found, &query, &uri, &conditions).await)
}

/// List the published configurations of one channel
///
/// Returns one element for each configuration of the channel in published handoffs: the channel's fields together with
/// seven fields of the handoff. `limit` and `offset` refer to elements.
#[utoipa::path(
    get,
    operation_id = "listHandoffsByChannel",
    path = "/api/account/{accountId}/app/{app}/handoffs/list/channel/{channel}",
    tag = "Outbound configuration",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("app" = String, Path, description = "Always `prmsg`", pattern = "^prmsg$", example = "prmsg"),
        ("channel" = ChannelType, Path, description = "The channel's type", example = "sms-twilio"),
        ListParameters,
    ),
    responses(
        (status = 200, description = "A page of channel configurations", body = Vec<ChannelElement>,
            headers(("X-Total-Count" = u64), ("Link" = String), ("ETag" = String), ("X-Request-Id" = String)),
            example = json!(by_channel_example())),
        ListErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.read"]), ("oauth1" = []), ("le_bearer" = [])),
)]
pub(crate) async fn list_by_channel(
    Authorized(grant): Authorized<ReadHandoffs>,
    _: ValidApp,
    PathChannel(channel): PathChannel,
    query: ListQuery,
    conditions: Conditions,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let found = app.published_handoffs(&grant, Some(channel), query.page).await?;
    Ok(page_response(&app, &grant, &found, &query, &uri, &conditions).await)
}
