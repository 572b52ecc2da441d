//! Reads analytics and transactions.

use std::ops::Range;

use outbound_model::AccountId;
use outbound_reporting::{GroupKey, GroupedCell, TransactionId};
use outbound_store::{AnalyticsQuery, StoreError, StoredTransaction, TransactionQuery};

use super::codes::{Code, NONE};
use super::connection::ReportingConnection;
use super::convert::{error, optional, text};
use super::counts_row::CountsRow;
use super::filter_lists::{FilterLists, list_args};
use super::periods::{Periods, day, hour_start};
use super::row::TransactionRow;
use super::seek::PageStart;
use super::statements as sql;
use super::values::Values;
use crate::SqlStore;
use crate::args::Arg;
use crate::lookup::Keys;
use crate::off_thread::off_thread;
use crate::rows::parse_stored;

/// A group of messages: day, channel, skill, source, handoff, error.
pub(super) type GroupRow = CountsRow<6>;

impl SqlStore {
    pub(super) async fn read_analytics(
        &self,
        account: &AccountId,
        query: &AnalyticsQuery<'_>,
    ) -> Result<Vec<GroupedCell>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(Vec::new()) };
        let lists = FilterLists::load(self, &mut reader, query.filters).await?;
        let Periods { days, hours, rest } = Periods::of(&query.interval);
        let ids = rest.clone().map(|rest| TransactionId::range(rest.start, rest.end));
        let [hours_before, hours_after] = hours;
        let [rest_before, rest_after] = rest;
        let mut args: Vec<Arg<'_>> = vec![
            query.app.code().into(),
            days.start.into(),
            days.end.into(),
            hours_before.start.into(),
            hours_before.end.into(),
            hours_after.start.into(),
            hours_after.end.into(),
            ids[0].start.as_bytes().as_slice().into(),
            ids[0].end.as_bytes().as_slice().into(),
            day(rest_before.start).into(),
            ids[1].start.as_bytes().as_slice().into(),
            ids[1].end.as_bytes().as_slice().into(),
            day(rest_after.start).into(),
        ];
        args.extend(lists.dimension_args());
        args.push(i64::from(query.grouping.by_source).into());
        args.push(i64::from(query.grouping.by_handoff).into());
        args.push(i64::from(query.limit).into());
        let rows: Vec<GroupRow> = reader.all_per_engine(sql::ANALYTICS, &args).await?;
        self.groups(&mut reader, rows).await
    }

    /// Reads the values of groups, of which there may be a hundred thousand.
    pub(super) async fn groups(
        &self,
        reader: &mut ReportingConnection,
        rows: Vec<GroupRow>,
    ) -> Result<Vec<GroupedCell>, StoreError> {
        let mut values = Values::default();
        let numbers = rows.iter().flat_map(|row| [row.key[2], row.key[4], row.key[5]]);
        values.load_numbers(&self.values, reader, numbers).await?;
        off_thread(move || rows.iter().map(|row| grouped_cell(row, &values)).collect()).await?
    }

    /// A reader; `None` if the account has no events.
    pub(super) async fn reporting_reader_of(
        &self,
        account: &AccountId,
    ) -> Result<Option<ReportingConnection>, StoreError> {
        match self.reporting_account(account).await? {
            Some(number) => self.reporting_reader(account, number).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn read_transactions(
        &self,
        account: &AccountId,
        query: &TransactionQuery<'_>,
    ) -> Result<Vec<StoredTransaction>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(Vec::new()) };
        if query.filters.transaction_ids().is_some() {
            return self.transactions_by_id(&mut reader, query).await;
        }
        let lists = FilterLists::load(self, &mut reader, query.filters).await?;
        let start = PageStart::find(&mut reader, query, &lists).await?;
        let mut args: Vec<Arg<'_>> = vec![
            start.id.as_bytes().as_slice().into(),
            query.ids.end.as_bytes().as_slice().into(),
            query.app.code().into(),
        ];
        args.extend(lists.dimension_args());
        args.extend(list_args(lists.statuses.as_ref()));
        args.extend(list_args(lists.errors.as_ref()));
        args.push(i64::from(query.limit).into());
        args.push(i64::try_from(start.skip).unwrap_or(i64::MAX).into());
        let rows = reader.all_per_engine(sql::TRANSACTIONS, &args).await?;
        self.stored(&mut reader, rows).await
    }

    async fn transactions_by_id(
        &self,
        reader: &mut ReportingConnection,
        query: &TransactionQuery<'_>,
    ) -> Result<Vec<StoredTransaction>, StoreError> {
        let ids = query.filters.transaction_ids().unwrap_or_default();
        let keys: Vec<&[u8]> =
            ids.iter().filter(|id| query.ids.contains(id)).map(|id| id.as_bytes().as_slice()).collect();
        let rows = reader.lookup(sql::TRANSACTION_BY_ID, Keys::Bytes(&keys)).await?;
        let mut found = self.stored(reader, rows).await?;
        found.retain(|StoredTransaction { transaction, .. }| {
            let of_app = transaction.attempt.as_ref().is_some_and(|attempt| attempt.route.app == query.app);
            of_app && query.filters.match_row(transaction)
        });
        found.sort_by_key(|stored| stored.transaction.id);
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        Ok(found.into_iter().skip(skipped).take(limit).collect())
    }

    pub(super) async fn stored(
        &self,
        reader: &mut ReportingConnection,
        rows: Vec<TransactionRow>,
    ) -> Result<Vec<StoredTransaction>, StoreError> {
        let mut values = Values::default();
        let numbers = rows.iter().flat_map(TransactionRow::value_numbers);
        values.load_numbers(&self.values, reader, numbers).await?;
        rows.iter().map(|row| row.stored(&values)).collect()
    }

    pub(super) async fn read_transaction(
        &self,
        account: &AccountId,
        id: TransactionId,
    ) -> Result<Option<StoredTransaction>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(None) };
        let rows = reader.lookup(sql::TRANSACTION_BY_ID, Keys::Bytes(&[id.as_bytes()])).await?;
        Ok(self.stored(&mut reader, rows).await?.pop())
    }
}

/// The ids of the transactions of these hours.
pub(super) fn hour_ids(first_hour: i64, end_hour: i64) -> Range<TransactionId> {
    TransactionId::range(hour_start(first_hour), hour_start(end_hour))
}

fn grouped_cell(row: &GroupRow, values: &Values) -> Result<GroupedCell, StoreError> {
    let [day, channel, skill, source, handoff, reported_error] = row.key;
    let key = GroupKey {
        day,
        channel: Code::from_code(channel)?,
        skill: text(values.value(skill)?)?,
        source: if source == NONE { None } else { Some(Code::from_code(source)?) },
        handoff_id: optional(handoff, values)?.map(parse_stored).transpose()?,
    };
    Ok(GroupedCell { key, error: error(reported_error, values)?, counts: row.counts })
}
