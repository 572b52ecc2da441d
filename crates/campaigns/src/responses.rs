//! The response to a campaign request, with the spelling and order of fields that the vendor's page prints.
//!
//! It contains addresses and variables, so none of the types implements `Debug`.

use outbound_reporting::{ReportingChannel, TransactionId};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::check::{AcceptedConsumer, Checked, ConsumerError, Content, RejectedConsumer};
use crate::ids::{CampaignId, CampaignIds};

/// The response to a campaign request. Partial success is normal.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CampaignResponse<'r> {
    proactive_campaign_id: CampaignId,
    le_campaign_id: String,
    le_engagement_id: String,
    request_trace_id: &'r str,
    failed_consumers: Vec<FailedConsumer<'r>>,
    accepted_consumers: Vec<Accepted<'r>>,
}

/// A consumer that receives no message.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FailedConsumer<'r> {
    /// Of a request with `consumerContent` or the id of a handoff.
    Current(FailedConsumerFields<'r>),
    /// Of the old form of requests.
    Old(OldFailedConsumer<'r>),
}

/// A rejected consumer: parts of the request, then the error.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FailedConsumerFields)]
pub struct FailedConsumerFields<'r> {
    #[schema(value_type = Object)]
    variables: &'r RawValue,
    #[schema(value_type = Object)]
    consumer_content: ContentJson<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    header_variables: Option<&'r RawValue>,
    /// In E.164 if the number is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'r str>,
    /// The ISO 3166 code of a valid number's country.
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<&'static str>,
    #[schema(value_type = String, example = "MISSING_VARIABLE=2")]
    error_message: &'r ConsumerError,
}

/// A rejected consumer of the old form.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OldFailedConsumer<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'r str>,
    #[schema(value_type = String, example = "INVALID_NUMBER")]
    error_message: &'r ConsumerError,
    #[schema(value_type = Object)]
    variables: &'r RawValue,
}

/// A consumer that will receive a message.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AcceptedConsumer)]
pub struct Accepted<'r> {
    /// The id of the transaction in reports.
    id: TransactionId,
    /// In E.164. Absent if no channel uses phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'r str>,
    /// The addresses as they were sent, by channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    consumer_content: Option<ContentJson<'r>>,
}

/// `consumerContent`
#[derive(Clone)]
pub(crate) enum ContentJson<'r> {
    Json(&'r RawValue),
    ByChannel(&'r [(ReportingChannel, String)]),
}

impl Serialize for ContentJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(json) => json.serialize(serializer),
            Self::ByChannel(addresses) => {
                let mut map = serializer.serialize_map(Some(addresses.len()))?;
                for (channel, address) in *addresses {
                    map.serialize_entry(channel.as_str(), address)?;
                }
                map.end()
            }
        }
    }
}

impl<'r> CampaignResponse<'r> {
    /// The response for checked consumers. `transaction_id` returns the id of an accepted one by its position.
    pub fn new(
        ids: &CampaignIds,
        request_trace_id: &'r str,
        checked: &'r Checked<'_>,
        transaction_id: impl Fn(usize) -> TransactionId,
    ) -> Self {
        let accepted = checked.accepted.iter().enumerate();
        Self {
            proactive_campaign_id: ids.proactive.clone(),
            le_campaign_id: ids.le_campaign.to_string(),
            le_engagement_id: ids.le_engagement.to_string(),
            request_trace_id,
            failed_consumers: checked.failed.iter().map(FailedConsumer::new).collect(),
            accepted_consumers: accepted
                .map(|(position, consumer)| Accepted::new(consumer, transaction_id(position)))
                .collect(),
        }
    }
}

impl<'r> FailedConsumer<'r> {
    fn new(consumer: &'r RejectedConsumer<'_>) -> Self {
        let (echo, error_message) = (&consumer.echo, &consumer.error);
        let (phone, variables) = (echo.phone.as_deref(), echo.variables);
        let consumer_content = match &echo.content {
            Content::Sent { json, .. } => ContentJson::Json(json),
            Content::Derived(addresses) => ContentJson::ByChannel(addresses),
            Content::Absent => return Self::Old(OldFailedConsumer { phone, error_message, variables }),
        };
        Self::Current(FailedConsumerFields {
            variables,
            consumer_content,
            header_variables: echo.header_variables,
            phone,
            country_code: consumer.country,
            error_message,
        })
    }
}

impl<'r> Accepted<'r> {
    fn new(consumer: &'r AcceptedConsumer<'_>, id: TransactionId) -> Self {
        let consumer_content = match &consumer.echo.content {
            Content::Sent { addresses, .. } | Content::Derived(addresses) => {
                Some(ContentJson::ByChannel(addresses))
            }
            Content::Absent => None,
        };
        Self { id, phone_number: consumer.echo.phone.as_deref(), consumer_content }
    }
}
