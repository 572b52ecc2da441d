//! The responses of the reporting API, with the spelling and order of fields that the vendor's page prints
//! (contract §5, corrected by §10). Fields without a value are null, unlike in the configuration API.

mod analytics;
mod campaign;
mod transactions;

use outbound_model::{AccountId, Timestamp};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::filters::Filters;
use crate::interval::Interval;
use crate::names::App;
use crate::text::Text;

pub use analytics::{AnalyticsResponse, AnalyticsRow, CampaignAnalyticsResponse, CampaignAnalyticsRow};
pub use campaign::{CampaignReport, ConsumerReport, ReportPage};
pub use transactions::{
    OffsetPage, TokenPage, TransactionFields, TransactionV1, TransactionV2, TransactionsV1, TransactionsV2,
};

/// The request that a response answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestMetadata {
    account_id: AccountId,
    app: App,
    /// The start of the interval, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "millis")]
    #[schema(value_type = Option<i64>)]
    attempted_start_time: Option<Timestamp>,
    /// The end of the interval, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "millis")]
    #[schema(value_type = Option<i64>)]
    attempted_end_time: Option<Timestamp>,
    /// The filters of the request; absent for GET.
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<Filters>,
    /// The campaign; only in the campaign report.
    #[serde(skip_serializing_if = "Option::is_none")]
    proactive_campaign_id: Option<Text>,
}

impl RequestMetadata {
    /// Of a request with an interval. `filters` is `None` for GET.
    pub fn of_interval<const HOURS: i64>(
        account_id: AccountId,
        app: App,
        interval: Interval<HOURS>,
        filters: Option<Filters>,
    ) -> Self {
        Self { filters, ..Self::of_times(account_id, app, interval.start(), interval.end()) }
    }

    /// Of campaign analytics, with the times of [`crate::campaign_interval`].
    pub fn of_campaign_analytics(account_id: AccountId, (start, end): (Timestamp, Timestamp)) -> Self {
        Self::of_times(account_id, App::Proactive, start, end)
    }

    /// Of a campaign report.
    pub fn of_campaign_report(account_id: AccountId, campaign_id: Text) -> Self {
        Self {
            account_id,
            app: App::Proactive,
            attempted_start_time: None,
            attempted_end_time: None,
            filters: None,
            proactive_campaign_id: Some(campaign_id),
        }
    }

    fn of_times(account_id: AccountId, app: App, start: Timestamp, end: Timestamp) -> Self {
        Self {
            account_id,
            app,
            attempted_start_time: Some(start),
            attempted_end_time: Some(end),
            filters: None,
            proactive_campaign_id: None,
        }
    }
}

#[allow(clippy::ref_option)] // The signature that serde calls.
fn millis<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(Timestamp::millis).serialize(serializer)
}
