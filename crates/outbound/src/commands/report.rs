//! `outbound report`.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;

use outbound_app::{
    App, AppError, AuditReport, ExportFormat, ExportedReport, FileRequest, Grant, ReadReports, ReportRequest,
    TransactionPage,
};
use outbound_reporting::{
    AnalyticsInterval, AnalyticsResponse, App as ReportingApp, EnabledChannels, Filters, Grouping,
    RequestMetadata, RowPage, TransactionsInterval, TransactionsV2,
};
use serde_json::json;

use crate::arguments::{NewFile, Report, ReportSelection};
use crate::error::CliError;
use crate::output::{Output, print};

pub(super) async fn run(app: &App, command: Report, output: Output) -> Result<(), CliError> {
    match command {
        Report::Analytics { selection } => analytics(app, &selection).await,
        Report::Transactions { selection, offset, limit } => {
            let page = RowPage::new(Some(offset), Some(limit)).map_err(AppError::from)?;
            transactions(app, &selection, page).await
        }
        Report::Export { report, selection, file } => {
            export(app, selection, report.into(), file, output).await
        }
        Report::Audit { account, from, to, repair } => {
            let window = app.reporting_window();
            let period = from.unwrap_or(window.earliest())..to.unwrap_or(app.data_as_of());
            let grant = app.operator(&account.account);
            let bar = indicatif::ProgressBar::new_spinner();
            let report = app.audit_reports(&grant, period, repair, |report| {
                bar.set_message(format!("{} hours compared", report.hours));
                bar.tick();
            });
            let report = report.await?;
            bar.finish_and_clear();
            print_audit(report, repair, output)
        }
        Report::EraseConsumer { account, address } => {
            let erased = app.erase_consumer(&app.operator(&account.account), &address).await?;
            let text = if erased { "Erased the consumer." } else { "No message has this address." };
            output.print(&json!({ "erased": erased }), text)
        }
    }
}

/// What both reports need.
async fn context(
    app: &App,
    selection: &ReportSelection,
) -> Result<(Grant<ReadReports>, ReportingApp, EnabledChannels), CliError> {
    let grant: Grant<ReadReports> = app.operator(&selection.account.account);
    let of = application(selection)?;
    let enabled = app.reported_channels(&grant).await?;
    Ok((grant, of, enabled))
}

fn application(selection: &ReportSelection) -> Result<ReportingApp, CliError> {
    ReportingApp::from_name(&selection.app)
        .ok_or_else(|| CliError::Settings(format!("--app must be one of {}", ReportingApp::names())))
}

async fn analytics(app: &App, selection: &ReportSelection) -> Result<(), CliError> {
    let (grant, of, enabled) = context(app, selection).await?;
    let filters = Filters::for_analytics(selection.filters.as_bytes(), enabled).map_err(AppError::from)?;
    let interval = AnalyticsInterval::new(selection.from, selection.to, app.reporting_window());
    let interval = interval.map_err(AppError::from)?;
    let request = ReportRequest { app: of, interval: interval.start()..interval.end(), filters: &filters };
    let totals = app.analytics(&grant, &request, Grouping::of(&filters)).await?;
    let metadata = RequestMetadata::of_interval(grant.account().clone(), of, interval, Some(filters));
    print(serde_json::to_string_pretty(&AnalyticsResponse::new(metadata, totals))?)
}

async fn transactions(app: &App, selection: &ReportSelection, page: RowPage) -> Result<(), CliError> {
    let (grant, of, enabled) = context(app, selection).await?;
    let body = format!(r#"{{"filters":{}}}"#, selection.filters);
    let (filters, _) = Filters::for_transactions_v2(body.as_bytes(), enabled).map_err(AppError::from)?;
    let interval = TransactionsInterval::new(selection.from, selection.to, app.reporting_window());
    let interval = interval.map_err(AppError::from)?;
    let request = ReportRequest { app: of, interval: interval.start()..interval.end(), filters: &filters };
    let offset = TransactionPage::Offset(page.offset());
    let stored = app.transactions(&grant, &request, offset, page.limit()).await?;
    let rows: Vec<_> = stored.into_iter().map(|stored| stored.transaction).collect();
    let metadata = RequestMetadata::of_interval(grant.account().clone(), of, interval, Some(filters));
    print(serde_json::to_string_pretty(&TransactionsV2::new(metadata, &rows, page))?)
}

/// The format of a file with this name.
fn format(path: &Path, byte_order_mark: bool) -> Result<ExportFormat, CliError> {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let format: ExportFormat =
        extension.parse().map_err(|error| CliError::Settings(format!("--output: {error}")))?;
    Ok(format.with_byte_order_mark(byte_order_mark))
}

/// Writes a report to a new file.
async fn export(
    app: &App,
    selection: ReportSelection,
    report: ExportedReport,
    file: NewFile,
    output: Output,
) -> Result<(), CliError> {
    let grant: Grant<ReadReports> = app.operator(&selection.account.account);
    let request = FileRequest {
        report,
        app: application(&selection)?,
        interval: report.interval(selection.from, selection.to, app.reporting_window())?,
        format: format(&file.output, file.byte_order_mark)?,
        with_addresses: file.with_addresses,
        filters: selection.filters,
    };
    report.filters(&request.filters)?;
    let path = file.output;
    let new = create_private(&path).map_err(|error| CliError::File { path: path.clone(), error })?;
    let bar = indicatif::ProgressBar::new_spinner();
    let progress = |messages| {
        bar.set_message(format!("{messages} messages"));
        bar.tick();
    };
    let written = app.export_report(&grant, &request, new, progress).await;
    bar.finish_and_clear();
    if let Err(error) = written {
        // An incomplete file could be taken for a complete one.
        let _ = std::fs::remove_file(&path);
        return Err(error.into());
    }
    let name = path.display().to_string();
    output.print(&json!({ "file": name }), format!("Wrote {name}."))
}

/// Creates a file that only its owner can read, and never replaces one.
fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn print_audit(report: AuditReport, repair: bool, output: Output) -> Result<(), CliError> {
    let AuditReport { hours, wrong_hours, messages, totals } = report;
    let value = json!({
        "hours": hours, "wrongHours": wrong_hours, "messages": messages, "totals": totals, "repaired": repair,
    });
    let result = match (wrong_hours, repair) {
        (0, _) => format!("Compared {hours} hours. All totals are right."),
        (_, true) => format!(
            "Compared {hours} hours. Repaired {totals} totals and {messages} messages in {wrong_hours} hours."
        ),
        (_, false) => {
            format!(
                "Compared {hours} hours. {totals} totals and {messages} messages differ in {wrong_hours} hours."
            )
        }
    };
    output.print(&value, result)?;
    if wrong_hours > 0 && !repair { Err(CliError::WrongTotals) } else { Ok(()) }
}
