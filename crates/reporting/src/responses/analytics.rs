//! Account analytics and campaign analytics.

use std::collections::BTreeMap;

use outbound_model::HandoffId;
use serde::Serialize;
use serde_json::{Number, Value};
use utoipa::ToSchema;

use super::RequestMetadata;
use crate::analytics::Totals;
use crate::counts::Counts;
use crate::names::{ReportingChannel, Source};
use crate::text::Text;

/// Account analytics.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalyticsResponse {
    request_metadata: RequestMetadata,
    analytics: Vec<AnalyticsRow>,
}

impl AnalyticsResponse {
    /// The response with these totals.
    pub fn new(request_metadata: RequestMetadata, totals: Vec<Totals>) -> Self {
        Self { request_metadata, analytics: totals.into_iter().map(AnalyticsRow::from).collect() }
    }
}

/// A day, channel and skill in account analytics.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AnalyticsRow {
    channel: ReportingChannel,
    skill: Text,
    /// `MM-DD-YYYY`, UTC.
    transactionday: String,
    /// Only if the request filters by source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    /// Only if the request filters by handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    handoffid: Option<HandoffId>,
    attempted: i64,
    eligible: i64,
    skipped: i64,
    sent: i64,
    failed: i64,
    delivered: i64,
    read: i64,
    conversationscreated: i64,
    conversationsclosed: i64,
    /// The average survey score with one decimal as a string; `0` without a survey.
    csat: String,
    /// The number of messages with each error. Keys are source and code: `twilio_30003`.
    error_aggregation: BTreeMap<String, i64>,
}

impl From<Totals> for AnalyticsRow {
    fn from(totals: Totals) -> Self {
        let counts = totals.counts;
        let mut error_aggregation = BTreeMap::new();
        for (error, number) in &totals.errors {
            // Two errors can have the same key, as `a_b` + `c` and `a` + `b_c` do.
            *error_aggregation.entry(error.to_string()).or_default() += number;
        }
        Self {
            transactionday: totals.transaction_day(),
            channel: totals.channel,
            skill: totals.skill,
            source: totals.source,
            handoffid: totals.handoff_id,
            attempted: counts.attempted,
            eligible: counts.eligible,
            skipped: counts.skipped,
            sent: counts.sent,
            failed: counts.failed,
            delivered: counts.delivered,
            read: counts.read,
            conversationscreated: counts.conversations_created,
            conversationsclosed: counts.conversations_closed,
            csat: csat_text(counts),
            error_aggregation,
        }
    }
}

/// Campaign analytics: other order of fields, no errors, and `csat` is a number.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CampaignAnalyticsResponse {
    request_metadata: RequestMetadata,
    analytics: Vec<CampaignAnalyticsRow>,
}

impl CampaignAnalyticsResponse {
    /// The response with these totals.
    pub fn new(request_metadata: RequestMetadata, totals: Vec<Totals>) -> Self {
        Self { request_metadata, analytics: totals.into_iter().map(CampaignAnalyticsRow::from).collect() }
    }
}

/// A day, channel and skill in campaign analytics.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CampaignAnalyticsRow {
    skill: Text,
    channel: ReportingChannel,
    /// `MM-DD-YYYY`, UTC.
    transactionday: String,
    attempted: i64,
    eligible: i64,
    sent: i64,
    delivered: i64,
    read: i64,
    skipped: i64,
    failed: i64,
    conversationscreated: i64,
    conversationsclosed: i64,
    /// The average survey score with one decimal as a number; 0 without a survey.
    #[schema(value_type = f64)]
    csat: Value,
}

impl From<Totals> for CampaignAnalyticsRow {
    fn from(totals: Totals) -> Self {
        let counts = totals.counts;
        Self {
            transactionday: totals.transaction_day(),
            skill: totals.skill,
            channel: totals.channel,
            attempted: counts.attempted,
            eligible: counts.eligible,
            sent: counts.sent,
            delivered: counts.delivered,
            read: counts.read,
            skipped: counts.skipped,
            failed: counts.failed,
            conversationscreated: counts.conversations_created,
            conversationsclosed: counts.conversations_closed,
            csat: csat_number(counts),
        }
    }
}

fn csat_text(counts: Counts) -> String {
    match counts.csat_tenths() {
        0 => "0".to_owned(),
        tenths => format!("{}.{}", tenths / 10, tenths % 10),
    }
}

fn csat_number(counts: Counts) -> Value {
    let tenths = counts.csat_tenths();
    if tenths % 10 == 0 {
        return Value::from(tenths / 10);
    }
    let decimal = csat_text(counts).parse::<f64>().ok().and_then(Number::from_f64);
    decimal.map_or(Value::from(0), Value::Number)
}
