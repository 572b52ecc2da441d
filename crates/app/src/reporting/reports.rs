//! Reads reports. The API, the board, exports and the command line all use these functions, so their numbers are the
//! same.

use std::collections::HashMap;
use std::ops::Range;

use outbound_model::Timestamp;
use outbound_reporting::{
    Address, App as ReportingApp, Counts, EnabledChannels, Filters, Grouping, Totals, Transaction,
    TransactionId, group,
};
use outbound_store::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, StoredTransaction, TransactionQuery, ValueKind,
};

use crate::{App, AppError, Grant, ReadReports};

/// Which messages a report is about.
#[derive(Clone, Debug)]
pub struct ReportRequest<'r> {
    /// The application.
    pub app: ReportingApp,
    /// The times of the attempts.
    pub interval: Range<Timestamp>,
    /// Only messages that pass these filters.
    pub filters: &'r Filters,
}

/// A page of transactions.
#[derive(Clone, Copy, Debug)]
pub enum TransactionPage {
    /// Skips this many transactions.
    Offset(u64),
    /// Begins after this transaction.
    After(TransactionId),
}

/// The maximum number of groups of an analytics report: days, channels and skills with each of their errors. An account
/// with 5 channels and 30 skills has 9000 days, channels and skills in 60 days. For a campaign, without errors.
const MAX_GROUPS: usize = 100_000;
/// One more, to know whether there are too many.
const READ_GROUPS: u32 = 100_001;

/// The maximum number of messages of a campaign report. A campaign over the API has at most 100.
const MAX_CAMPAIGN_MESSAGES: usize = 50_000;

/// The number of messages of a campaign that are read at once.
const CAMPAIGN_PAGE: u32 = 5000;

impl App {
    /// The current time, which decides which data is still kept.
    pub fn reporting_window(&self) -> outbound_reporting::Window {
        outbound_reporting::Window::at(self.clock.now())
    }

    /// The time up to which the events of reports that are read from now on are complete.
    pub fn data_as_of(&self) -> Timestamp {
        self.clock.now()
    }

    /// The key of page tokens.
    pub fn reporting_key(&self) -> &outbound_reporting::ReportingKey {
        &self.reporting_key
    }

    /// Which channels the account's reports contain.
    pub async fn reported_channels(&self, grant: &Grant<ReadReports>) -> Result<EnabledChannels, AppError> {
        let settings = self.account_settings(grant.account()).await?;
        Ok(if settings.report_all_channels { EnabledChannels::All } else { EnabledChannels::Documented })
    }

    /// Totals by day, channel and skill, and by source and handoff as `grouping` says.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn analytics(
        &self,
        grant: &Grant<ReadReports>,
        request: &ReportRequest<'_>,
        grouping: Grouping,
    ) -> Result<Vec<Totals>, AppError> {
        let ReportRequest { app, interval, filters } = request.clone();
        let query = AnalyticsQuery { app, interval, filters, grouping, limit: READ_GROUPS };
        let cells = self.store.analytics(grant.account(), &query).await?;
        if cells.len() > MAX_GROUPS {
            return Err(AppError::ReportTooLarge(MAX_GROUPS));
        }
        self.compute(grant.account(), move || group(cells)).await
    }

    /// Transactions in the order of their attempts.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn transactions(
        &self,
        grant: &Grant<ReadReports>,
        request: &ReportRequest<'_>,
        page: TransactionPage,
        limit: u32,
    ) -> Result<Vec<StoredTransaction>, AppError> {
        let ReportRequest { app, interval, filters } = request.clone();
        let mut ids = TransactionId::range(interval.start, interval.end);
        let offset = match page {
            TransactionPage::Offset(offset) => offset,
            TransactionPage::After(id) => {
                ids.start = ids.start.max(id.next());
                0
            }
        };
        let query = TransactionQuery { app, ids, filters, offset, limit };
        Ok(self.store.transactions(grant.account(), &query).await?)
    }

    /// One message, and the address of its consumer unless it was erased.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn transaction(
        &self,
        grant: &Grant<ReadReports>,
        id: TransactionId,
    ) -> Result<Option<(Transaction, Option<Address>)>, AppError> {
        let Some(stored) = self.store.transaction(grant.account(), id).await? else { return Ok(None) };
        let mut addresses = self.addresses(grant.account(), stored.consumer.as_slice()).await?;
        let address = stored.consumer.and_then(|number| addresses.remove(&number));
        Ok(Some((stored.transaction, address)))
    }

    /// The addresses of the consumers of transactions, by the numbers of the consumers. Erased ones are missing.
    pub async fn consumer_addresses(
        &self,
        grant: &Grant<ReadReports>,
        transactions: &[StoredTransaction],
    ) -> Result<HashMap<i64, Address>, AppError> {
        let numbers: Vec<_> = transactions.iter().filter_map(|stored| stored.consumer).collect();
        self.addresses(grant.account(), &numbers).await
    }

    /// The totals of a campaign by day, channel and skill. `None` if it has no messages.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaign_totals(
        &self,
        grant: &Grant<ReadReports>,
        campaign_id: &str,
    ) -> Result<Option<CampaignTotals>, AppError> {
        let totals = self.store.campaign_totals(grant.account(), campaign_id, READ_GROUPS).await?;
        if totals.as_ref().is_some_and(|totals| totals.cells.len() > MAX_GROUPS) {
            return Err(AppError::ReportTooLarge(MAX_GROUPS));
        }
        Ok(totals)
    }

    /// The sums of all messages of a campaign. `None` if it has no messages.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaign_counts(
        &self,
        grant: &Grant<ReadReports>,
        campaign_id: &str,
    ) -> Result<Option<Counts>, AppError> {
        Ok(self.store.campaign_counts(grant.account(), campaign_id).await?)
    }

    /// All transactions of a campaign in the order of their attempts.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn campaign_transactions(
        &self,
        grant: &Grant<ReadReports>,
        campaign_id: &str,
    ) -> Result<Vec<Transaction>, AppError> {
        let mut rows: Vec<Transaction> = Vec::new();
        loop {
            let after = rows.last().map(|row| row.id);
            let query = CampaignQuery { campaign_id, after, limit: CAMPAIGN_PAGE };
            let page = self.store.campaign_transactions(grant.account(), &query).await?;
            if page.is_empty() {
                return Ok(rows);
            }
            rows.extend(page);
            if rows.len() > MAX_CAMPAIGN_MESSAGES {
                return Err(AppError::ReportTooLarge(MAX_CAMPAIGN_MESSAGES));
            }
        }
    }

    /// The skills, handoffs or other values that the account's messages have, for choices in filters.
    pub async fn reporting_values(
        &self,
        grant: &Grant<ReadReports>,
        kind: ValueKind,
        limit: u32,
    ) -> Result<Vec<String>, AppError> {
        Ok(self.store.reporting_values(grant.account(), kind, limit).await?)
    }

    /// Whether any event was recorded in the account.
    pub async fn has_messages(&self, grant: &Grant<ReadReports>) -> Result<bool, AppError> {
        Ok(self.store.has_transactions(grant.account()).await?)
    }
}
