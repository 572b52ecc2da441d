//! Compares totals with a recount of the transactions, and repairs them.
//!
//! A difference is what has to be added to the totals. It stays correct while other writers change transactions
//! and totals, because they change both in one commit. Two repairs of an account must not add the same difference, so
//! each locks the account's counter before it compares again. Comparisons only read: on SQLite, an hour of messages
//! would otherwise delay all writers of the file.

use std::ops::Range;

use outbound_model::AccountId;
use outbound_reporting::{App, TransactionId};
use outbound_store::{HourDifference, StoreError};

use super::HOURS_OF_DAY;
use super::codes::Code;
use super::connection::{AccountNumber, ReportingConnection};
use super::counts_row::CountsRow;
use super::record::MAX_TRIES;
use super::reports::hour_ids;
use super::row::{self, HourKey, TransactionRow};
use super::statements as sql;
use super::totals::{CampaignKey, Totals};
use super::values::Values;
use crate::SqlStore;

/// The number of transactions that are read at once and repaired in one commit.
const BATCH: usize = 1000;

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
        let mut ids = hour_ids(hour, hour + 1);
        loop {
            let mut reader = self.reporting_reader(account, number).await?;
            let rows = audited(&mut reader, &ids, BATCH).await?;
            let Some(last) = rows.last() else { break };
            let batch = ids.start..last.id.next();
            ids.start = batch.end;
            let changed = self.recounted(&mut reader, &rows).await?.changed;
            drop(reader);
            difference.transactions += u64::try_from(changed.len()).unwrap_or(u64::MAX);
            if repair && !changed.is_empty() {
                self.repair_rows(account, number, &batch).await?;
            }
        }
        let mut reader = self.reporting_reader(account, number).await?;
        difference.totals = differing_totals(&mut reader, hour).await?.len();
        drop(reader);
        if repair && difference.totals > 0 {
            let mut transaction = self.repair_transaction(account, number).await?;
            differing_totals(&mut transaction, hour).await?.write(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(difference)
    }

    /// A transaction that excludes other repairs of the account.
    async fn repair_transaction(
        &self,
        account: &AccountId,
        number: AccountNumber,
    ) -> Result<ReportingConnection, StoreError> {
        let mut transaction = self.reporting_transaction(account, number).await?;
        let locked: Option<(i64,)> = transaction.optional(sql::RESERVE_NUMBERS, &[0_i64.into()]).await?;
        locked.ok_or_else(|| StoreError::Corrupt("an account without a counter".to_owned()))?;
        Ok(transaction)
    }

    /// Derives the columns of transactions again, and changes the totals with them.
    async fn repair_rows(
        &self,
        account: &AccountId,
        number: AccountNumber,
        ids: &Range<TransactionId>,
    ) -> Result<(), StoreError> {
        for _ in 0..MAX_TRIES {
            let mut transaction = self.repair_transaction(account, number).await?;
            // All of them: since the comparison, events may have added some before the last one.
            let rows = audited(&mut transaction, ids, usize::MAX).await?;
            let Recounted { changed, totals } = self.recounted(&mut transaction, &rows).await?;
            if changed.is_empty() {
                return Ok(());
            }
            // Rows that another writer has changed in the meantime are not written.
            let written = transaction.insert(&[row::write(&changed)]).await?;
            if usize::try_from(written) == Ok(changed.len()) {
                totals.write(&mut transaction).await?;
                return transaction.commit().await;
            }
        }
        Err(StoreError::Busy("other writers keep changing the transactions that are repaired".into()))
    }

    /// Derives the columns of rows again.
    async fn recounted(
        &self,
        connection: &mut ReportingConnection,
        rows: &[TransactionRow],
    ) -> Result<Recounted, StoreError> {
        let mut values = Values::default();
        let derived = super::convert::derived_errors();
        values.load(&self.values, connection, derived).await?;
        let numbers = rows.iter().flat_map(TransactionRow::value_numbers);
        values.load_numbers(&self.values, connection, numbers).await?;
        let mut recounted = Recounted::default();
        for before in rows {
            let derived = before.changed(&before.transaction(&values)?, before.consumer, &values);
            let after = derived.ok_or_else(|| row::corrupt(before.id, "a value without a number"))?;
            if after.derived != before.derived {
                recounted.totals.add_change(before, &after);
                recounted.changed.push(after);
            }
        }
        Ok(recounted)
    }
}

/// The rows whose derived columns were wrong.
#[derive(Default)]
struct Recounted {
    /// As they should be.
    changed: Vec<TransactionRow>,
    /// What to add to the totals.
    totals: Totals,
}

/// The first transactions with these ids.
async fn audited(
    connection: &mut ReportingConnection,
    ids: &Range<TransactionId>,
    limit: usize,
) -> Result<Vec<TransactionRow>, StoreError> {
    let args = [
        ids.start.as_bytes().as_slice().into(),
        ids.end.as_bytes().as_slice().into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    connection.all(sql::AUDITED_TRANSACTIONS, &args).await
}

/// What has to be added to the totals of an hour and its day.
async fn differing_totals(connection: &mut ReportingConnection, hour: i64) -> Result<Totals, StoreError> {
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
        let hours: Vec<CountsRow<5>> = connection.all(sql::HOUR_DIFFERENCE, &of_hour).await?;
        for CountsRow { key: [channel, skill, source, handoff, error], counts } in hours {
            let key = HourKey { app, hour, channel, skill, source, handoff, error };
            totals.add_hour(key, counts);
            // The difference below is that of the day to the stored hours, which this will change.
            totals.add_day(HourKey { hour: day, ..key }, counts);
        }
        let of_day = [app.into(), day.into(), first_hour.into(), (first_hour + HOURS_OF_DAY).into()];
        let days: Vec<CountsRow<5>> = connection.all(sql::DAY_DIFFERENCE, &of_day).await?;
        for CountsRow { key: [channel, skill, source, handoff, error], counts } in days {
            totals.add_day(HourKey { app, hour: day, channel, skill, source, handoff, error }, counts);
        }
        if app == App::Proactive.code() {
            let campaigns: Vec<CountsRow<3>> = connection.all(sql::CAMPAIGN_DIFFERENCE, &of_hour).await?;
            for CountsRow { key: [campaign, channel, skill], counts } in campaigns {
                totals.add_campaign(CampaignKey { campaign, hour, channel, skill }, counts);
            }
        }
    }
    Ok(totals)
}
