//! Compares totals with a recount of the transactions, and repairs them.
//!
//! A difference is what has to be added to the totals. It stays correct while other writers change transactions
//! and totals, because they change both in one commit.

use outbound_model::AccountId;
use outbound_reporting::App;
use outbound_store::{HourDifference, StoreError};

use super::HOURS_OF_DAY;
use super::codes::Code;
use super::connection::ReportingConnection;
use super::counts_row::CountsRow;
use super::reports::hour_ids;
use super::row::{self, HourKey, TransactionRow};
use super::statements as sql;
use super::totals::{CampaignKey, Totals};
use super::values::Values;
use crate::SqlStore;

/// The number of transactions of one commit.
const BATCH: i64 = 1000;

impl SqlStore {
    pub(super) async fn audit(
        &self,
        account: &AccountId,
        hour: i64,
        repair: bool,
    ) -> Result<HourDifference, StoreError> {
        let Some(number) = self.reporting_account(account).await? else {
            return Ok(HourDifference::default());
        };
        let mut difference = HourDifference::default();
        let mut after = Vec::new();
        loop {
            let mut transaction = self.reporting_transaction(account, number).await?;
            let rows = audited(&mut transaction, hour, &after).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.as_bytes().to_vec();
            difference.transactions += self.recount_rows(transaction, rows, repair).await?;
        }
        let mut transaction = self.reporting_transaction(account, number).await?;
        let totals = differing_totals(&mut transaction, hour).await?;
        difference.totals = totals.len();
        if repair && difference.totals > 0 {
            totals.write(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(difference)
    }

    /// Derives the columns of rows again, and returns how many differed.
    async fn recount_rows(
        &self,
        mut transaction: ReportingConnection,
        rows: Vec<TransactionRow>,
        repair: bool,
    ) -> Result<u64, StoreError> {
        let mut values = Values::default();
        let derived = super::convert::derived_errors();
        values.load(&self.values, &mut transaction, derived).await?;
        let numbers = rows.iter().flat_map(TransactionRow::value_numbers);
        values.load_numbers(&self.values, &mut transaction, numbers).await?;
        let (mut changed, mut totals) = (Vec::new(), Totals::default());
        for before in &rows {
            let derived = before.changed(&before.transaction(&values)?, before.consumer, &values);
            let after = derived.ok_or_else(|| row::corrupt(before.id, "a value without a number"))?;
            if after.derived != before.derived {
                totals.add_change(before, &after);
                changed.push(after);
            }
        }
        if repair && !changed.is_empty() {
            // Rows that another writer has changed in the meantime were derived again by that writer.
            let written = transaction.insert(&[row::write(&changed)]).await?;
            if usize::try_from(written) == Ok(changed.len()) {
                totals.write(&mut transaction).await?;
                transaction.commit().await?;
            }
        }
        Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
    }
}

async fn audited(
    transaction: &mut ReportingConnection,
    hour: i64,
    after: &[u8],
) -> Result<Vec<TransactionRow>, StoreError> {
    let ids = hour_ids(hour, hour + 1);
    let args = [
        ids.start.as_bytes().as_slice().into(),
        ids.end.as_bytes().as_slice().into(),
        after.into(),
        BATCH.into(),
    ];
    transaction.all(sql::AUDITED_TRANSACTIONS, &args).await
}

/// What has to be added to the totals of an hour and its day.
async fn differing_totals(transaction: &mut ReportingConnection, hour: i64) -> Result<Totals, StoreError> {
    let ids = hour_ids(hour, hour + 1);
    let day = hour.div_euclid(HOURS_OF_DAY);
    let first_hour = day * HOURS_OF_DAY;
    let mut totals = Totals::default();
    for app in App::ALL {
        let app = app.code();
        let of_hour = [
            app.into(),
            hour.into(),
            ids.start.as_bytes().as_slice().into(),
            ids.end.as_bytes().as_slice().into(),
        ];
        let hours: Vec<CountsRow<5>> = transaction.all(sql::HOUR_DIFFERENCE, &of_hour).await?;
        for CountsRow { key: [channel, skill, source, handoff, error], counts } in hours {
            let key = HourKey { app, hour, channel, skill, source, handoff, error };
            totals.add_hour(key, counts);
            // The difference below is that of the day to the stored hours, which this will change.
            totals.add_day(HourKey { hour: day, ..key }, counts);
        }
        let of_day = [app.into(), day.into(), first_hour.into(), (first_hour + HOURS_OF_DAY).into()];
        let days: Vec<CountsRow<5>> = transaction.all(sql::DAY_DIFFERENCE, &of_day).await?;
        for CountsRow { key: [channel, skill, source, handoff, error], counts } in days {
            totals.add_day(HourKey { app, hour: day, channel, skill, source, handoff, error }, counts);
        }
        if app == App::Proactive.code() {
            let campaigns: Vec<CountsRow<3>> = transaction.all(sql::CAMPAIGN_DIFFERENCE, &of_hour).await?;
            for CountsRow { key: [campaign, channel, skill], counts } in campaigns {
                totals.add_campaign(CampaignKey { campaign, hour, channel, skill }, counts);
            }
        }
    }
    Ok(totals)
}
