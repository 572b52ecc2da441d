//! The options of `outbound events` and `outbound report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use outbound_app::ExportedReport;
use outbound_model::Timestamp;

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Record events from files: one event per line (NDJSON), or a JSON array of at most 10,000 events.
    ///
    /// A file may be compressed with gzip. Events that were recorded already change nothing, so an interrupted
    /// import can be repeated. Events with errors are listed, and all others are recorded.
    Import {
        #[command(flatten)]
        account: AccountArg,
        /// The files; - for standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Only check the events.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// Print totals by day, channel and skill, as the reporting API returns them.
    Analytics {
        #[command(flatten)]
        selection: ReportSelection,
    },
    /// Print transactions of at most 24 hours, as version 2 of the reporting API returns them.
    Transactions {
        #[command(flatten)]
        selection: ReportSelection,
        /// The number of transactions to skip.
        #[arg(long, value_name = "COUNT", default_value_t = 0)]
        offset: i64,
        /// The maximum number of transactions, at most 5000.
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: i64,
    },
    /// Write totals or messages to a CSV or XLSX file.
    Export {
        /// What to write.
        #[arg(value_name = "REPORT")]
        report: ReportName,
        #[command(flatten)]
        selection: ReportSelection,
        #[command(flatten)]
        file: NewFile,
    },
    /// Compare the totals with a recount of all messages, hour by hour.
    ///
    /// Ends with exit status 1 if there are differences and --repair is not set.
    Audit {
        #[command(flatten)]
        account: AccountArg,
        /// The start of the period. [default: 13 months ago]
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
        /// The end of the period. [default: now]
        #[arg(long, value_name = "TIME")]
        to: Option<Timestamp>,
        /// Correct the totals.
        #[arg(long)]
        repair: bool,
    },
    /// Delete the address of a consumer. Messages and totals stay, without a reference to a person.
    EraseConsumer {
        #[command(flatten)]
        account: AccountArg,
        /// The address, such as a phone number.
        address: String,
    },
}

/// The file that a report is written to.
#[derive(Args, Debug)]
pub(crate) struct NewFile {
    /// The new file. Its ending, .csv or .xlsx, is the format. It is not overwritten.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Also write the addresses of consumers.
    #[arg(long)]
    pub(crate) with_addresses: bool,
    /// Begin a CSV file with a byte-order mark, which Excel needs to read it as UTF-8.
    #[arg(long)]
    pub(crate) byte_order_mark: bool,
}

/// A report that can be written to a file.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReportName {
    /// Totals by day, channel and skill, of at most 60 days.
    Analytics,
    /// Messages of any interval.
    Transactions,
}

impl From<ReportName> for ExportedReport {
    fn from(name: ReportName) -> Self {
        match name {
            ReportName::Analytics => Self::Analytics,
            ReportName::Transactions => Self::Transactions,
        }
    }
}

/// The messages of a report.
#[derive(Args, Debug)]
pub(crate) struct ReportSelection {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The start of the interval, such as 2026-11-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Timestamp,
    /// The end of the interval, which is not included.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Timestamp,
    /// The application: prmsg or c2m.
    #[arg(long, value_name = "APP", default_value = "prmsg")]
    pub(crate) app: String,
    /// The filters as JSON, an object with lists of channels, skills, handoffids or source (docs/reporting.md).
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub(crate) filters: String,
}
