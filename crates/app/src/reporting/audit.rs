//! The audit: compares totals with a recount of the messages, and repairs them.

use std::ops::Range;

use outbound_model::{AccountId, Timestamp, random_u64};
use outbound_reporting::{DAY, HOUR, Window};

use crate::jobs::JobOutcome;
use crate::{App, AppError, Grant, ManageCredentials};

/// The maximum number of hours of one audit.
pub const MAX_AUDIT_HOURS: i64 = 400 * 24;

/// What an audit found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AuditReport {
    /// The number of hours that were compared.
    pub hours: u64,
    /// The number of hours with a difference.
    pub wrong_hours: u64,
    /// The number of messages that were counted by other rules.
    pub messages: u64,
    /// The number of totals that were wrong.
    pub totals: u64,
}

/// The hour of the day (UTC) in which yesterday is audited, when most late events of yesterday have arrived.
const DAILY_HOUR: i64 = 3;
/// The number of earlier hours that are audited every day, to notice damage of older totals.
const EARLIER_HOURS: usize = 3;
/// The hours before yesterday from which they are chosen: 395 days.
const EARLIER_PERIOD_HOURS: u64 = 395 * 24;

impl App {
    /// When the next daily audit is due.
    pub(super) fn next_audit(&self) -> Timestamp {
        let now = self.clock.now();
        let of_day = |day: i64| Timestamp::EPOCH.plus_millis(day.saturating_mul(DAY) + DAILY_HOUR * HOUR);
        let today = now.millis().div_euclid(DAY);
        [of_day(today), of_day(today + 1)].into_iter().find(|due| *due > now).unwrap_or(now)
    }

    /// Audits and repairs yesterday and some random earlier hours. Repeats every day as long as the account has messages.
    pub(crate) async fn audit_yesterday(&self, account: &AccountId) -> Result<JobOutcome, AppError> {
        let today = Timestamp::EPOCH.plus_millis(self.clock.now().millis().div_euclid(DAY) * DAY);
        let grant = self.operator(account);
        let yesterday = today.plus_millis(-DAY);
        self.audit_reports(&grant, yesterday..today, true, |_| ()).await?;
        for _ in 0..EARLIER_HOURS {
            let hours_ago = random_u64(&*self.generator) % EARLIER_PERIOD_HOURS;
            let hours_ago = i64::try_from(hours_ago).unwrap_or_default();
            let hour = yesterday.plus_millis(-(hours_ago + 1) * HOUR);
            self.audit_reports(&grant, hour..hour.plus_millis(HOUR), true, |_| ()).await?;
        }
        let has_messages = self.store.has_transactions(account).await?;
        Ok(if has_messages { JobOutcome::Again(self.next_audit()) } else { JobOutcome::Done })
    }

    /// Compares the totals of the hours that `period` touches. With `repair`, corrects them. Calls `progress` after
    /// each hour. Events can be recorded at the same time.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn audit_reports(
        &self,
        grant: &Grant<ManageCredentials>,
        period: Range<Timestamp>,
        repair: bool,
        mut progress: impl FnMut(&AuditReport),
    ) -> Result<AuditReport, AppError> {
        let account = grant.account();
        // Older totals may have been deleted, but not all messages (PostgreSQL drops whole months).
        let first_kept = Window::at(self.clock.now()).earliest().millis().div_euclid(DAY) * DAY;
        let period = period.start.max(Timestamp::EPOCH.plus_millis(first_kept))..period.end;
        let hours = period.start.millis().div_euclid(HOUR)..(period.end.millis() + HOUR - 1).div_euclid(HOUR);
        if hours.end - hours.start > MAX_AUDIT_HOURS {
            return Err(AppError::invalid(format!(
                "an audit can have at most {} days",
                MAX_AUDIT_HOURS / 24
            )));
        }
        let mut report = AuditReport::default();
        for hour in hours {
            let found = self.store.audit_hour(account, hour, repair).await?;
            report.hours += 1;
            report.messages += found.transactions;
            report.totals += found.totals;
            if found.transactions + found.totals > 0 {
                report.wrong_hours += 1;
                tracing::error!(%account, hour, ?found, repair, "totals differ from a recount of the messages");
            }
            progress(&report);
        }
        Ok(report)
    }
}
