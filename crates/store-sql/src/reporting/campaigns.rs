//! Reads campaigns. Their totals say in which hours their messages are, because there is no index by campaign.

use std::ops::Range;

use outbound_model::AccountId;
use outbound_reporting::{App, Counts, Transaction, TransactionId};
use outbound_store::{CampaignQuery, CampaignTotals, StoreError, ValueKind};

use super::codes::Code;
use super::connection::ReportingConnection;
use super::counts_row::CountsRow;
use super::reports::{GroupRow, hour_ids};
use super::row::{TransactionRow, id_of};
use super::statements as sql;
use super::values::Values;
use crate::SqlStore;

impl SqlStore {
    pub(super) async fn read_campaign_totals(
        &self,
        account: &AccountId,
        campaign_id: &str,
        limit: u32,
    ) -> Result<Option<CampaignTotals>, StoreError> {
        let Some((mut reader, campaign)) = self.campaign(account, campaign_id).await? else {
            return Ok(None);
        };
        let args = [campaign.into(), i64::from(limit).into()];
        let rows: Vec<GroupRow> = reader.all(sql::CAMPAIGN_TOTALS, &args).await?;
        let cells = self.groups(&mut reader, rows).await?;
        let hours = campaign_hours(&mut reader, campaign, 0).await?;
        let (Some(first_hour), Some(last_hour)) = (hours.first(), hours.last()) else { return Ok(None) };
        let first = campaign_rows(&mut reader, campaign, *first_hour, *first_hour + 1, None, 1).await?;
        let last_ids = hour_ids(*last_hour, *last_hour + 1);
        let args = [
            campaign.into(),
            App::Proactive.code().into(),
            last_ids.start.as_bytes().as_slice().into(),
            last_ids.end.as_bytes().as_slice().into(),
        ];
        let last: Option<(Vec<u8>,)> = reader.optional(sql::LAST_OF_CAMPAIGN, &args).await?;
        let (Some(first), Some((last,))) = (first.first(), last) else { return Ok(None) };
        let last = id_of(&last)?.attempted_at();
        Ok(Some(CampaignTotals { cells, first: first.id.attempted_at(), last }))
    }

    pub(super) async fn read_campaign_counts(
        &self,
        account: &AccountId,
        campaign_id: &str,
    ) -> Result<Option<Counts>, StoreError> {
        let Some((mut reader, campaign)) = self.campaign(account, campaign_id).await? else {
            return Ok(None);
        };
        let sums: Option<CountsRow<0>> = reader.optional(sql::CAMPAIGN_COUNTS, &[campaign.into()]).await?;
        Ok(sums.map(|row| row.counts))
    }

    pub(super) async fn read_campaign_transactions(
        &self,
        account: &AccountId,
        query: &CampaignQuery<'_>,
    ) -> Result<Vec<Transaction>, StoreError> {
        let Some((mut reader, campaign)) = self.campaign(account, query.campaign_id).await? else {
            return Ok(Vec::new());
        };
        let first_hour = query.after.map_or(0, TransactionId::attempted_hour);
        let hours = campaign_hours(&mut reader, campaign, first_hour).await?;
        let mut rows = Vec::new();
        for run in consecutive(&hours) {
            let left = query.limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            rows.extend(campaign_rows(&mut reader, campaign, run.start, run.end, query.after, left).await?);
        }
        let stored = self.stored(&mut reader, rows).await?;
        Ok(stored.into_iter().map(|stored| stored.transaction).collect())
    }

    /// A reader and the number of a campaign; `None` if it has no messages.
    async fn campaign(
        &self,
        account: &AccountId,
        campaign_id: &str,
    ) -> Result<Option<(ReportingConnection, i64)>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(None) };
        let mut values = Values::default();
        values.load(&self.values, &mut reader, [(ValueKind::Campaign, campaign_id.into())]).await?;
        Ok(values.number(ValueKind::Campaign, campaign_id).map(|number| (reader, number)))
    }
}

async fn campaign_hours(
    reader: &mut ReportingConnection,
    campaign: i64,
    first: i64,
) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = reader.all(sql::CAMPAIGN_HOURS, &[campaign.into(), first.into()]).await?;
    Ok(rows.into_iter().map(|(hour,)| hour).collect())
}

async fn campaign_rows(
    reader: &mut ReportingConnection,
    campaign: i64,
    first_hour: i64,
    end_hour: i64,
    after: Option<TransactionId>,
    limit: u32,
) -> Result<Vec<TransactionRow>, StoreError> {
    let ids = hour_ids(first_hour, end_hour);
    let args = [
        campaign.into(),
        App::Proactive.code().into(),
        ids.start.as_bytes().as_slice().into(),
        ids.end.as_bytes().as_slice().into(),
        after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice()).into(),
        i64::from(limit).into(),
    ];
    reader.all(sql::CAMPAIGN_TRANSACTIONS, &args).await
}

/// The runs of consecutive numbers.
fn consecutive(numbers: &[i64]) -> Vec<Range<i64>> {
    let mut runs: Vec<Range<i64>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == *number => run.end += 1,
            _ => runs.push(*number..number + 1),
        }
    }
    runs
}
