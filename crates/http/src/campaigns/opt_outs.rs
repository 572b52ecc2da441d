//! Consumers who want no messages. Addresses are in bodies only, because paths are logged.

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound_app::{App, ConsumerKey, ListedOptOut, ReadCampaigns, WriteCampaigns};
use outbound_model::Timestamp;
use outbound_reporting::Address;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::administrator::Administrator;
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::{Items, ItemsResponse, PageParameters, bad_cursor, take_page};
use crate::extract::path::AccountPath;
use crate::extract::query::Parameters;

/// A consumer who gets no messages on any channel.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOutItem {
    /// In full for administrators, otherwise its last characters. Absent if it is not stored: the consumer was erased, or
    /// a provider reported the opt-out after the message was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "•••••111")]
    address: Option<String>,
    since: Timestamp,
    /// Who recorded it: `consumer`, `provider` or `person`.
    #[schema(pattern = "^(consumer|provider|person)$", example = "consumer")]
    source: String,
    /// The keyword that the consumer sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "STOP")]
    keyword: Option<String>,
}

/// An address to add or remove.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptOutAddress {
    /// A phone number in international notation, or the address of another channel.
    #[schema(min_length = 1, max_length = 128, example = "+14155550111")]
    address: String,
}

/// The requested page.
pub(crate) struct OptOutListPage {
    after: Option<ConsumerKey>,
    limit: u32,
}

impl<S: Sync> FromRequestParts<S> for OptOutListPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["limit", "cursor"])?;
        let after = parameters.text("cursor").map(|cursor| {
            let key = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| bytes.try_into().ok());
            key.map(ConsumerKey).ok_or_else(bad_cursor)
        });
        Ok(Self { after: after.transpose()?, limit: parameters.limit()? })
    }
}

/// For the OpenAPI file.
type OptOutPage = Items<OptOutItem>;

/// List the account's opt-outs
///
/// In no particular order. Addresses are only shown in full to administrators.
#[utoipa::path(
    get,
    operation_id = "listOptOuts",
    path = "/manage/v1/accounts/{accountId}/opt-outs",
    tag = "Campaigns",
    params(AccountPath, PageParameters),
    responses(
        (status = 200, description = "A page of opt-outs", body = OptOutPage, headers(("Link" = String))),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.read"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadCampaigns>,
    Administrator(is_administrator): Administrator,
    OptOutListPage { after, limit }: OptOutListPage,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<ItemsResponse<OptOutItem>, ApiError> {
    let mut found = app.opt_outs(&grant, after.as_ref(), limit + 1).await?;
    let more = take_page(&mut found, limit);
    let next = found.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(last.key.0));
    let item = |opt_out: ListedOptOut| {
        let ListedOptOut { address, since, source, keyword, .. } = opt_out;
        let shown =
            |address: Address| if is_administrator { address.reveal().to_owned() } else { address.masked() };
        let address = address.map(shown);
        OptOutItem { address, since, source, keyword }
    };
    Ok(Items::page(found.into_iter().map(item).collect(), next, &uri))
}

/// Whether the opt-out is new.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedOptOut {
    /// `false` if the address had opted out already.
    added: bool,
}

/// Add an opt-out
///
/// The consumer gets no more messages of the account, on any channel. Messages in flight are not affected.
#[utoipa::path(
    post,
    operation_id = "addOptOut",
    path = "/manage/v1/accounts/{accountId}/opt-outs",
    tag = "Campaigns",
    params(AccountPath),
    request_body = OptOutAddress,
    responses(
        (status = 200, description = "Whether the opt-out is new", body = AddedOptOut),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn add(
    Authorized(grant): Authorized<WriteCampaigns>,
    State(app): State<App>,
    JsonBody(OptOutAddress { address }): JsonBody<OptOutAddress>,
) -> Result<Json<AddedOptOut>, ApiError> {
    Ok(Json(AddedOptOut { added: app.add_opt_out(&grant, &address).await? }))
}

/// Remove an opt-out
///
/// Only for consumers who asked for messages again.
#[utoipa::path(
    post,
    operation_id = "removeOptOut",
    path = "/manage/v1/accounts/{accountId}/opt-outs/remove",
    tag = "Campaigns",
    params(AccountPath),
    request_body = OptOutAddress,
    responses(
        (status = 204, description = "The opt-out was removed"),
        (status = 404, description = "The address has not opted out", body = ErrorBody),
        CommonErrorResponses, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn remove(
    Authorized(grant): Authorized<WriteCampaigns>,
    State(app): State<App>,
    JsonBody(OptOutAddress { address }): JsonBody<OptOutAddress>,
) -> Result<StatusCode, ApiError> {
    app.remove_opt_out(&grant, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}
