//! Permits for downloads of reports. Each occupies a temporary file, or a part of a stored file in memory, until the
//! client has read it.

use outbound_fair_queue::{FairQueue, Permit, Shares};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, ReadReports};

/// Downloads that are open at the same time, in total and of one account. None waits, because clients may read slowly.
const DOWNLOADS: Shares = Shares { total: 16, per_key: 4, max_waiting: 0, max_waiting_per_key: 0 };

/// The permits of downloads.
pub(crate) fn report_downloads() -> FairQueue<AccountId> {
    FairQueue::new(DOWNLOADS)
}

/// Permission to download a report, until it is dropped.
pub struct DownloadPermit(#[expect(dead_code, reason = "held until it is dropped")] Permit<AccountId>);

impl App {
    /// Returns permission to download a report, or [`AppError::Busy`] if too many downloads are open. The caller holds
    /// it until the response was sent.
    pub fn report_download_permit(&self, grant: &Grant<ReadReports>) -> Result<DownloadPermit, AppError> {
        let permit = self.report_downloads.try_acquire(grant.account().clone());
        permit.map(DownloadPermit).map_err(|_| AppError::Busy)
    }
}
