//! Reports as CSV and XLSX files. Rows are read and written page by page, so a file of any length needs little memory.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;

use outbound_fair_queue::{FairQueue, Shares};
use outbound_model::{AccountId, HandoffId, Timestamp};
use outbound_reporting::{
    Address, Counts, ErrorKey, Grouping, MessageStatus, Step, Text, Totals, Transaction, look_up,
};
use outbound_spreadsheet::{Csv, SpreadsheetError, TableWriter, Value, Xlsx};

use super::export_request::{ExportFormat, ExportedReport, FileRequest};
use super::reports::{ReportRequest, TransactionPage};
use crate::compute::off_thread;
use crate::{App, AppError, Grant, ReadReports};

/// The messages that are read at once.
const PAGE: u32 = 5000;

/// Files that are written at the same time, in total and of one account, and clients that wait. Jobs never wait.
const EXPORTS: Shares = Shares { total: 4, per_key: 1, max_waiting: 64, max_waiting_per_key: 4 };

/// The queue of exports. Clients and jobs have one each, because a job may write a file for minutes.
pub(crate) fn exports() -> FairQueue<AccountId> {
    FairQueue::new(EXPORTS)
}

impl App {
    /// Writes a report to `file` for a client that waits for it, and returns the file. Calls `progress` with the number
    /// of messages so far.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn export_report(
        &self,
        grant: &Grant<ReadReports>,
        request: &FileRequest,
        file: File,
        progress: impl FnMut(u64),
    ) -> Result<File, AppError> {
        let _permit = self.downloads.acquire(grant.account().clone()).await.map_err(|_| AppError::Busy)?;
        self.export_with_permit(grant, request, file, progress).await
    }

    /// Like [`export_report`](Self::export_report), for a caller that has a permit.
    pub(super) async fn export_with_permit(
        &self,
        grant: &Grant<ReadReports>,
        request: &FileRequest,
        file: File,
        progress: impl FnMut(u64),
    ) -> Result<File, AppError> {
        let filters = request.report.filters(&request.filters)?;
        let report =
            ReportRequest { app: request.app, interval: request.interval.clone(), filters: &filters };
        match request.report {
            ExportedReport::Analytics => self.export_analytics(grant, &report, request.format, file).await,
            ExportedReport::Transactions => {
                self.export_transactions(
                    grant,
                    &report,
                    request.format,
                    request.with_addresses,
                    file,
                    progress,
                )
                .await
            }
        }
    }

    /// Writes totals by day, channel and skill to `file`, with all errors of a row in one column, and returns the file.
    async fn export_analytics(
        &self,
        grant: &Grant<ReadReports>,
        request: &ReportRequest<'_>,
        format: ExportFormat,
        file: File,
    ) -> Result<File, AppError> {
        let rows = self.analytics(grant, request, Grouping::of(request.filters)).await?;
        let now = self.clock.now();
        off_thread(move || {
            let mut table = table(file, &ANALYTICS_COLUMNS.concat(), format, now)?;
            for totals in &rows {
                write_totals(&mut table, totals)?;
            }
            Ok(table.finish()?)
        })
        .await?
    }

    /// Writes all messages of the request to `file`, whatever the length of its interval, and returns the file. Calls
    /// `progress` with the number of messages so far. Addresses are only written if `with_addresses` is set.
    async fn export_transactions(
        &self,
        grant: &Grant<ReadReports>,
        request: &ReportRequest<'_>,
        format: ExportFormat,
        with_addresses: bool,
        file: File,
        mut progress: impl FnMut(u64),
    ) -> Result<File, AppError> {
        let now = self.clock.now();
        let mut table = off_thread(move || table(file, &TRANSACTION_COLUMNS, format, now)).await??;
        let (mut page, mut written) = (TransactionPage::Offset(0), 0);
        loop {
            let rows = self.transactions(grant, request, page, PAGE).await?;
            let Some(last) = rows.last() else { break };
            page = TransactionPage::After(last.transaction.id);
            written += u64::try_from(rows.len()).unwrap_or(0);
            let addresses =
                if with_addresses { self.consumer_addresses(grant, &rows).await? } else { HashMap::new() };
            table = off_thread(move || {
                for row in &rows {
                    let address = row.consumer.and_then(|number| addresses.get(&number));
                    write_transaction(&mut table, &row.transaction, address)?;
                }
                Ok::<_, AppError>(table)
            })
            .await??;
            progress(written);
        }
        off_thread(move || Ok(table.finish()?)).await?
    }
}

fn table(
    file: File,
    columns: &[&str],
    format: ExportFormat,
    now: Timestamp,
) -> Result<TableWriter<File>, SpreadsheetError> {
    match format {
        ExportFormat::Csv { byte_order_mark } => TableWriter::csv(file, columns, Csv { byte_order_mark }),
        ExportFormat::Xlsx => {
            let options = Xlsx { temporary_directory: &std::env::temp_dir(), created: now.millis() };
            TableWriter::xlsx(file, columns, options)
        }
    }
}

/// The columns of analytics: the group, the counts by their names, survey and errors.
const ANALYTICS_COLUMNS: [&[&str]; 3] =
    [&["day", "channel", "skill", "source", "handoffId"], Counts::NAMES.split_at(9).0, &["csat", "errors"]];

fn write_totals(table: &mut TableWriter<File>, totals: &Totals) -> Result<(), SpreadsheetError> {
    let day = totals.day.to_string();
    let day = day.split('T').next().unwrap_or_default();
    let mut errors = String::new();
    for (error, number) in &totals.errors {
        let separator = if errors.is_empty() { "" } else { "; " };
        let _ = write!(errors, "{separator}{error}: {number}");
    }
    let counts = totals.counts.to_array();
    let mut values = vec![
        Value::Text(day),
        Value::Text(totals.channel.as_str()),
        Value::Text(totals.skill.as_str()),
        optional(totals.source.map(outbound_reporting::Source::as_str)),
        optional(totals.handoff_id.as_ref().map(HandoffId::as_str)),
    ];
    values.extend(counts.iter().take(9).map(|count| Value::Integer(*count)));
    values.push(match totals.counts.csat_count {
        0 => Value::Empty,
        _ => Value::Decimal { unscaled: totals.counts.csat_tenths(), scale: 1 },
    });
    values.push(Value::Text(&errors));
    table.write_row(&values)
}

/// The columns of messages.
const TRANSACTION_COLUMNS: [&str; 28] = [
    "transactionId",
    "attemptedTime",
    "channel",
    "skill",
    "source",
    "handoffId",
    "proactiveCampaignId",
    "messageStatus",
    "errorSource",
    "errorCode",
    "errorMeaning",
    "sentTime",
    "deliveredTime",
    "readTime",
    "failedTime",
    "skippedTime",
    "cancelledTime",
    "optInTime",
    "optOutTime",
    "conversationCreatedTime",
    "conversationClosedTime",
    "conversationId",
    "score",
    "initialChannel",
    "initialSkill",
    "ivrNumber",
    "app",
    "address",
];

fn write_transaction(
    table: &mut TableWriter<File>,
    row: &Transaction,
    address: Option<&Address>,
) -> Result<(), SpreadsheetError> {
    let Some(attempt) = &row.attempt else { return Ok(()) };
    let (id, error, times, route) = (row.id.to_string(), row.reported_error(), &row.times, &attempt.route);
    let time = |time: Option<Timestamp>| time.map_or(Value::Empty, |time| Value::Time(time.millis()));
    let step = |step| time(times.get(step));
    table.write_row(&[
        Value::Text(&id),
        Value::Time(row.id.attempted_at().millis()),
        Value::Text(route.channel.as_str()),
        Value::Text(route.skill.as_str()),
        Value::Text(route.source.as_str()),
        optional(attempt.handoff_id.as_ref().map(HandoffId::as_str)),
        text(attempt.campaign_id.as_ref()),
        optional(row.status().map(MessageStatus::as_str)),
        optional(error.as_ref().map(ErrorKey::source)),
        optional(error.as_ref().map(ErrorKey::code)),
        optional(error.as_ref().and_then(look_up).map(|entry| entry.meaning)),
        time(times.sent()),
        step(Step::Delivered),
        step(Step::Read),
        time(row.failed_at()),
        step(Step::Skipped),
        step(Step::Cancelled),
        step(Step::OptIn),
        step(Step::OptOut),
        time(times.conversation_created()),
        step(Step::ConversationClosed),
        text(row.conversation_id.as_ref()),
        row.score.map_or(Value::Empty, |score| Value::Integer(score.into())),
        Value::Text(route.initial_channel.as_str()),
        Value::Text(route.initial_skill.as_str()),
        text(attempt.ivr_number.as_ref()),
        Value::Text(route.app.as_str()),
        address.map_or(Value::Empty, |address| Value::Phone(address.reveal())),
    ])
}

fn text(text: Option<&Text>) -> Value<'_> {
    optional(text.map(Text::as_str))
}

fn optional(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Empty, Value::Text)
}
