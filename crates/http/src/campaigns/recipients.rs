//! The recipients of a campaign.

use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use outbound_app::{App, CampaignRecipient, ReadCampaigns, RecipientFilter, Resolution, WriteCampaigns};
use outbound_campaigns::{CampaignId, RecipientState, SkipReason};
use outbound_model::Timestamp;
use outbound_reporting::{ReportingChannel, TransactionId, look_up};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::administrator::Administrator;
use super::path::{CampaignPath, RecipientNumber, RecipientParameters, RecipientPath};
use crate::error::{ApiError, ErrorBody};
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, NotFoundResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::paging::{Items, ItemsResponse, bad_cursor, decode_cursor, encode_cursor, take_page};
use crate::extract::path::PathValue;
use crate::extract::query::Parameters;

/// A recipient of a campaign.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipientItem {
    /// The number in the campaign, from 0.
    #[schema(example = 0)]
    number: u32,
    /// The message of the current attempt in reports.
    transaction_id: TransactionId,
    /// `waiting`, `in_flight`, `sent`, `failed`, `skipped`, `cancelled`, `expired` or `unknown`.
    #[schema(
        pattern = "^(waiting|in_flight|sent|failed|skipped|cancelled|expired|unknown)$",
        example = "sent"
    )]
    state: &'static str,
    /// The channel that is tried, or was used.
    channel: ReportingChannel,
    /// The address on that channel, in full for administrators, otherwise its last characters. It is deleted when it
    /// is not needed any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "…111")]
    address: Option<String>,
    /// How often the message was sent again after a failure.
    retries: u32,
    /// When the message is sent; while it is in flight, when it counts as lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
    /// When the state changed last.
    changed_at: Timestamp,
    /// The provider's id of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<String>,
    /// Why the recipient was skipped: `opted_out` or `open_conversation`. Absent if an older version skipped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(opted_out|open_conversation)$", example = "opted_out")]
    skip_reason: Option<&'static str>,
    /// Why the message failed: source and code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "twilio_30003")]
    error: Option<String>,
    /// What the error means.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
}

impl RecipientItem {
    fn new(recipient: CampaignRecipient, with_address: bool) -> Self {
        let error = recipient.error().map(ToString::to_string);
        let error_message = recipient.error().and_then(look_up).map(|entry| entry.message);
        let skip_reason = recipient.skip_reason().map(SkipReason::as_str);
        let CampaignRecipient {
            number,
            transaction,
            state,
            channel,
            address,
            retries,
            due_at,
            changed_at,
            provider_id,
        } = recipient;
        let address =
            address.map(|address| if with_address { address.reveal().to_owned() } else { address.masked() });
        Self {
            number,
            transaction_id: transaction,
            state: state.as_str(),
            channel,
            address,
            retries,
            due_at,
            changed_at,
            provider_id,
            skip_reason,
            error,
            error_message,
        }
    }
}

/// The requested recipients.
pub(crate) struct RecipientQuery(RecipientFilter);

impl<S: Sync> FromRequestParts<S> for RecipientQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &["limit", "cursor", "state"])?;
        let state = parameters.text("state");
        if state.is_some_and(|state| !RecipientState::NAMES.contains(&state)) {
            let names = RecipientState::NAMES.join(", ");
            return Err(ApiError::bad_parameter(format!("state must be one of {names}")));
        }
        let after =
            parameters.text("cursor").map(|cursor| decode_cursor(cursor)?.parse().map_err(|_| bad_cursor()));
        let (state, limit) = (state.map(str::to_owned), parameters.limit()?);
        Ok(Self(RecipientFilter { state, after: after.transpose()?, limit }))
    }
}

/// For the OpenAPI file.
type RecipientPage = Items<RecipientItem>;

/// List the recipients of a campaign
///
/// In the order of the request. Addresses are only shown in full to administrators.
#[utoipa::path(
    get,
    operation_id = "listRecipients",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/recipients",
    tag = "Campaigns",
    params(CampaignPath, RecipientParameters),
    responses(
        (status = 200, description = "A page of recipients", body = RecipientPage, headers(("Link" = String))),
        CommonErrorResponses, NotFoundResponse,
    ),
    security(("app_jwt" = ["campaigns.read"]), ("le_bearer" = [])),
)]
pub(crate) async fn list(
    Authorized(grant): Authorized<ReadCampaigns>,
    Administrator(is_administrator): Administrator,
    PathValue(id): PathValue<CampaignId>,
    RecipientQuery(mut filter): RecipientQuery,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<ItemsResponse<RecipientItem>, ApiError> {
    let limit = filter.limit;
    filter.limit += 1;
    let mut found = app.recipients(&grant, &id, &filter).await?;
    let more = take_page(&mut found, limit);
    let next = found.last().filter(|_| more).map(|last| encode_cursor(&last.number.to_string()));
    let items = found.into_iter().map(|recipient| RecipientItem::new(recipient, is_administrator)).collect();
    Ok(Items::page(items, next, &uri))
}

/// What to do with a message whose outcome is unknown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientResolution {
    resolution: ResolutionName,
}

/// `send_again`: the consumer may get the message twice. `count_as_sent`: the message counts as sent.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ResolutionName {
    SendAgain,
    CountAsSent,
}

/// Decide about a message with an unknown outcome
///
/// It is not known whether the provider accepted the message, so it is not sent again without a decision.
#[utoipa::path(
    post,
    operation_id = "resolveRecipient",
    path = "/manage/v1/accounts/{accountId}/campaigns/{campaignId}/recipients/{number}/resolve",
    tag = "Campaigns",
    params(RecipientPath),
    request_body = RecipientResolution,
    responses(
        (status = 204, description = "The decision was recorded"),
        (status = 409, description = "The outcome of the message is known", body = ErrorBody),
        CommonErrorResponses, NotFoundResponse, BodyErrorResponses,
    ),
    security(("app_jwt" = ["campaigns.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn resolve(
    Authorized(grant): Authorized<WriteCampaigns>,
    PathValue(id): PathValue<CampaignId>,
    PathValue(RecipientNumber(number)): PathValue<RecipientNumber>,
    State(app): State<App>,
    JsonBody(body): JsonBody<RecipientResolution>,
) -> Result<StatusCode, ApiError> {
    let resolution = match body.resolution {
        ResolutionName::SendAgain => Resolution::SendAgain,
        ResolutionName::CountAsSent => Resolution::CountAsSent,
    };
    app.resolve_unknown(&grant, &id, number, resolution).await?;
    Ok(StatusCode::NO_CONTENT)
}
