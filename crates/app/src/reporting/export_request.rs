//! Which report a file contains, and in which format.

use std::ops::Range;
use std::str::FromStr;

use outbound_model::{Invalid, Timestamp};
use outbound_reporting::{
    AnalyticsInterval, App as ReportingApp, EnabledChannels, Filters, Interval, RETENTION_DAYS, Window,
};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// The format of an export.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExportFormat {
    /// CSV (RFC 4180) in UTF-8, with or without a byte-order mark.
    Csv {
        /// Without it, Excel reads the file in the character set of its language.
        byte_order_mark: bool,
    },
    /// XLSX.
    Xlsx,
}

impl ExportFormat {
    /// With or without a byte-order mark, if the format has one.
    #[must_use]
    pub fn with_byte_order_mark(self, byte_order_mark: bool) -> Self {
        match self {
            Self::Csv { .. } => Self::Csv { byte_order_mark },
            Self::Xlsx => Self::Xlsx,
        }
    }

    /// The ending of file names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv { .. } => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl FromStr for ExportFormat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "csv" => Ok(Self::Csv { byte_order_mark: false }),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Invalid::new("the formats are csv and xlsx")),
        }
    }
}

/// A report that can be written to a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportedReport {
    /// Totals by day, channel and skill, of at most 60 days.
    Analytics,
    /// Messages of any interval.
    Transactions,
}

impl ExportedReport {
    /// Reads the filters of the report: a JSON object. An empty string has none.
    pub fn filters(self, json: &str) -> Result<Filters, AppError> {
        Ok(match self {
            Self::Analytics => Filters::for_analytics(json.as_bytes(), EnabledChannels::All),
            Self::Transactions => Filters::for_transaction_list(json.as_bytes(), EnabledChannels::All),
        }?)
    }

    /// Checks the interval of the report.
    pub fn interval(
        self,
        from: Timestamp,
        to: Timestamp,
        window: Window,
    ) -> Result<Range<Timestamp>, AppError> {
        Ok(match self {
            Self::Analytics => {
                let interval = AnalyticsInterval::new(from, to, window)?;
                interval.start()..interval.end()
            }
            Self::Transactions => {
                let interval = Interval::<{ 24 * RETENTION_DAYS }>::new(from, to, window)?;
                interval.start()..interval.end()
            }
        })
    }
}

/// What a file contains.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileRequest {
    /// The report.
    pub report: ExportedReport,
    /// The application.
    pub app: ReportingApp,
    /// The times of the attempts.
    pub interval: Range<Timestamp>,
    /// The filters: a JSON object.
    pub filters: String,
    /// The format.
    pub format: ExportFormat,
    /// Whether a file of messages contains the addresses of consumers.
    pub with_addresses: bool,
}

/// [`FileRequest`] as it is stored.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredRequest {
    report: ExportedReport,
    app: String,
    from: i64,
    to: i64,
    filters: String,
    format: String,
    byte_order_mark: bool,
    with_addresses: bool,
}

impl FileRequest {
    pub(super) fn to_json(&self) -> Result<String, AppError> {
        let byte_order_mark = matches!(self.format, ExportFormat::Csv { byte_order_mark: true });
        let stored = StoredRequest {
            report: self.report,
            app: self.app.as_str().to_owned(),
            from: self.interval.start.millis(),
            to: self.interval.end.millis(),
            filters: self.filters.clone(),
            format: self.format.extension().to_owned(),
            byte_order_mark,
            with_addresses: self.with_addresses,
        };
        serde_json::to_string(&stored).map_err(|error| AppError::Internal(error.into()))
    }

    pub(super) fn from_json(json: &str) -> Result<Self, AppError> {
        let corrupt = || AppError::Internal("the stored request of a file is invalid".into());
        let stored: StoredRequest = serde_json::from_str(json).map_err(|_| corrupt())?;
        let time = |millis| Timestamp::from_millis(millis).ok_or_else(corrupt);
        let format: ExportFormat = stored.format.parse()?;
        Ok(Self {
            report: stored.report,
            app: ReportingApp::from_name(&stored.app).ok_or_else(corrupt)?,
            interval: time(stored.from)?..time(stored.to)?,
            filters: stored.filters,
            format: format.with_byte_order_mark(stored.byte_order_mark),
            with_addresses: stored.with_addresses,
        })
    }
}
