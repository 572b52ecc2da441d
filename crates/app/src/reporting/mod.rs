//! Reporting: takes in events of sent messages, and reads reports.

mod audit;
mod consumers;
mod demo_messages;
mod demo_traffic;
mod downloads;
mod events;
mod export;
mod export_request;
mod intake;
mod report_files;
mod reports;
mod storage;
mod write_file;

pub use audit::{AuditReport, MAX_AUDIT_HOURS};
pub(crate) use consumers::{read_address, read_entered_address};
pub use demo_traffic::{DemoHandoff, DemoTraffic};
pub use downloads::DownloadPermit;
pub(crate) use downloads::report_downloads;
pub(crate) use events::event_bodies;
pub use events::{EventBody, EventPermit, EventProblem, EventResults, MAX_EVENTS_BYTES};
pub(crate) use export::exports;
pub use export_request::{ExportFormat, ExportedReport, FileRequest};
pub(crate) use intake::{Intake, copy as copy_store_error};
pub use report_files::{FileState, MAX_REPORT_FILES, REPORT_FILE_DAYS, RequestedFile};
pub use reports::{ReportRequest, TransactionPage};
