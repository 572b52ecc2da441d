//! The campaign report: the state of each consumer.

use serde::Serialize;
use utoipa::ToSchema;

use super::RequestMetadata;
use crate::dictionary::look_up;
use crate::error_key::ErrorKey;
use crate::status::MessageStatus;
use crate::text::Text;
use crate::transaction::Transaction;
use crate::transaction_id::TransactionId;

/// A campaign report. It has one page: the vendor's page says that paging is not available yet.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CampaignReport<'a> {
    request_metadata: RequestMetadata,
    page: ReportPage,
    consumers_report: Vec<ConsumerReport<'a>>,
}

/// The page of a campaign report. An offset of −1 means that there is no such page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportPage {
    /// The number of rows.
    count: usize,
    previous_offset: i64,
    current_offset: i64,
    next_offset: i64,
}

/// A consumer of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerReport<'a> {
    /// The transaction.
    id: TransactionId,
    /// A number; null also for codes that are not numbers, such as `ntw_err`.
    error_code: Option<i64>,
    error_message: Option<&'static str>,
    error_source: Option<String>,
    /// Null for pending, cancelled and expired messages.
    status: Option<MessageStatus>,
    /// Always empty: reports have no addresses.
    consumer_id: &'static str,
    conversation_id: Option<&'a str>,
}

impl<'a> CampaignReport<'a> {
    /// The report with the transactions of a campaign.
    pub fn new(request_metadata: RequestMetadata, rows: &'a [Transaction]) -> Self {
        let reported = rows.iter().filter(|row| row.attempt.is_some());
        let consumers_report: Vec<_> = reported.map(ConsumerReport::new).collect();
        let page = ReportPage {
            count: consumers_report.len(),
            previous_offset: -1,
            current_offset: 0,
            next_offset: -1,
        };
        Self { request_metadata, page, consumers_report }
    }
}

impl<'a> ConsumerReport<'a> {
    fn new(row: &'a Transaction) -> Self {
        let error = row.reported_error();
        Self {
            id: row.id,
            error_code: error.as_ref().and_then(ErrorKey::number),
            error_message: error.as_ref().and_then(look_up).map(|entry| entry.message),
            error_source: error.as_ref().map(|error| error.source().to_owned()),
            status: row.status(),
            consumer_id: "",
            conversation_id: row.conversation_id.as_ref().map(Text::as_str),
        }
    }
}
