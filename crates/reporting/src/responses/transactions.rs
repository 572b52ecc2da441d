//! Transactions, version 1 and 2.

use outbound_model::{HandoffId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::RequestMetadata;
use crate::dictionary::look_up;
use crate::event::Attempt;
use crate::names::{App, ReportingChannel};
use crate::paging::RowPage;
use crate::status::MessageStatus;
use crate::step::Step;
use crate::text::Text;
use crate::transaction::Transaction;
use crate::transaction_id::TransactionId;

/// The fields that both versions begin with.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionFields<'a> {
    channel: ReportingChannel,
    skill: &'a str,
    transaction_id: TransactionId,
    attempted_time: Timestamp,
    cancelled_time: Option<Timestamp>,
    conversation_id: Option<&'a str>,
    conversations_closed_time: Option<Timestamp>,
    conversations_created_time: Option<Timestamp>,
    /// Always null: addresses are the only ids of consumers that Outbound knows, and reports have none.
    consumer_id: Option<&'a str>,
    delivered_time: Option<Timestamp>,
    eligible_time: Option<Timestamp>,
    /// A string, because codes can have letters and leading zeros.
    error_code: Option<String>,
    error_message: Option<&'static str>,
    error_source: Option<String>,
    failed_time: Option<Timestamp>,
    invite_time: Option<Timestamp>,
    opt_ins_time: Option<Timestamp>,
    opt_outs_time: Option<Timestamp>,
    proactive_campaign_id: Option<&'a str>,
    read_time: Option<Timestamp>,
    sent_time: Option<Timestamp>,
    initial_skill: &'a str,
    initial_channel: ReportingChannel,
}

impl<'a> TransactionFields<'a> {
    fn new(row: &'a Transaction, attempt: &'a Attempt) -> Self {
        let times = &row.times;
        let error = row.reported_error();
        Self {
            channel: attempt.route.channel,
            skill: attempt.route.skill.as_str(),
            transaction_id: row.id,
            attempted_time: row.id.attempted_at(),
            cancelled_time: times.get(Step::Cancelled),
            conversation_id: row.conversation_id.as_ref().map(Text::as_str),
            conversations_closed_time: times.get(Step::ConversationClosed),
            conversations_created_time: times.conversation_created(),
            consumer_id: None,
            delivered_time: times.get(Step::Delivered),
            eligible_time: times.get(Step::Eligible),
            error_code: error.as_ref().map(|error| error.code().to_owned()),
            error_message: error.as_ref().and_then(look_up).map(|entry| entry.message),
            error_source: error.as_ref().map(|error| error.source().to_owned()),
            failed_time: row.failed_at(),
            invite_time: times.get(Step::Invited),
            opt_ins_time: times.get(Step::OptIn),
            opt_outs_time: times.get(Step::OptOut),
            proactive_campaign_id: attempt.campaign_id.as_ref().map(Text::as_str),
            read_time: times.get(Step::Read),
            sent_time: times.sent(),
            initial_skill: attempt.route.initial_skill.as_str(),
            initial_channel: attempt.route.initial_channel,
        }
    }
}

/// A transaction in version 1. It has `handOffId` or `ivrNumber`, never both.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionV1<'a> {
    #[serde(flatten)]
    fields: TransactionFields<'a>,
    /// Of messages of Proactive Messaging with a handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_off_id: Option<&'a str>,
    /// Of all others; `""` if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    ivr_number: Option<&'a str>,
    skipped_time: Option<Timestamp>,
}

impl<'a> TransactionV1<'a> {
    /// `None` until the `attempted` event of the message is known.
    pub fn new(row: &'a Transaction) -> Option<Self> {
        let attempt = row.attempt.as_ref()?;
        let handoff = attempt.handoff_id.as_ref().filter(|_| attempt.route.app == App::Proactive);
        let ivr_number = attempt.ivr_number.as_ref().map_or("", Text::as_str);
        Some(Self {
            fields: TransactionFields::new(row, attempt),
            hand_off_id: handoff.map(HandoffId::as_str),
            ivr_number: handoff.is_none().then_some(ivr_number),
            skipped_time: row.times.get(Step::Skipped),
        })
    }
}

/// A transaction in version 2.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionV2<'a> {
    #[serde(flatten)]
    fields: TransactionFields<'a>,
    hand_off_id: Option<&'a str>,
    skipped_time: Option<Timestamp>,
    /// `""` if unknown.
    ivr_number: &'a str,
    message_status: Option<MessageStatus>,
}

impl<'a> TransactionV2<'a> {
    /// `None` until the `attempted` event of the message is known.
    pub fn new(row: &'a Transaction) -> Option<Self> {
        let attempt = row.attempt.as_ref()?;
        Some(Self {
            fields: TransactionFields::new(row, attempt),
            hand_off_id: attempt.handoff_id.as_ref().map(HandoffId::as_str),
            skipped_time: row.times.get(Step::Skipped),
            ivr_number: attempt.ivr_number.as_ref().map_or("", Text::as_str),
            message_status: row.status(),
        })
    }
}

/// The page of version 1.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenPage {
    /// The number of rows on this page.
    pub count: usize,
    /// The token of this page.
    pub current_page: String,
    /// The token of the next page; null on the last one.
    pub next_page: Option<String>,
}

/// The page of version 2.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct OffsetPage {
    /// The number of rows on this page.
    count: usize,
    offset: u64,
    limit: u32,
}

/// A page of transactions in version 1.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionsV1<'a> {
    request_metadata: RequestMetadata,
    page: TokenPage,
    transactions: Vec<TransactionV1<'a>>,
}

impl<'a> TransactionsV1<'a> {
    /// The response with the rows of one page and the tokens of this and the next page.
    pub fn new(
        request_metadata: RequestMetadata,
        rows: &'a [Transaction],
        current_page: String,
        next_page: Option<String>,
    ) -> Self {
        let transactions: Vec<_> = rows.iter().filter_map(TransactionV1::new).collect();
        let page = TokenPage { count: transactions.len(), current_page, next_page };
        Self { request_metadata, page, transactions }
    }
}

/// A page of transactions in version 2.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionsV2<'a> {
    request_metadata: RequestMetadata,
    page: OffsetPage,
    transactions: Vec<TransactionV2<'a>>,
}

impl<'a> TransactionsV2<'a> {
    /// The response with the rows of one page.
    pub fn new(request_metadata: RequestMetadata, rows: &'a [Transaction], page: RowPage) -> Self {
        let transactions: Vec<_> = rows.iter().filter_map(TransactionV2::new).collect();
        let page = OffsetPage { count: transactions.len(), offset: page.offset(), limit: page.limit() };
        Self { request_metadata, page, transactions }
    }
}
