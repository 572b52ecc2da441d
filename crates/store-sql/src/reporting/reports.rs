//! Reads reports.

use outbound_model::{AccountId, HandoffId};
use outbound_reporting::{
    App, Filters, GroupKey, GroupedCell, ReportingChannel, Text, Transaction, TransactionId,
};
use outbound_store::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, StoreError, StoredTransaction, TransactionQuery, ValueKind,
};

use super::codes::{Code, NONE};
use super::connection::ReportingConnection;
use super::convert::{error, error_value, optional, text};
use super::periods::{Periods, day, hour_start};
use super::row::{CountsRow, TransactionRow, id_of};
use super::statements as sql;
use super::values::Values;
use crate::SqlStore;
use crate::engine::Arg;
use crate::lookup::Keys;
use crate::rows::parse_stored;

/// A group of messages: day, channel, skill, source, handoff, error.
type GroupRow = CountsRow<6>;

impl SqlStore {
    pub(super) async fn read_analytics(
        &self,
        account: &AccountId,
        query: &AnalyticsQuery<'_>,
    ) -> Result<Vec<GroupedCell>, StoreError> {
        let Some(mut reader) = self.reporting_reader_of(account).await? else { return Ok(Vec::new()) };
        let lists = Lists::load(self, &mut reader, query.filters).await?;
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

    async fn groups(
        &self,
        reader: &mut ReportingConnection,
        rows: Vec<GroupRow>,
    ) -> Result<Vec<GroupedCell>, StoreError> {
        let mut values = Values::default();
        let numbers = rows.iter().flat_map(|row| [row.key[2], row.key[4], row.key[5]]);
        values.load_numbers(&self.values, reader, numbers).await?;
        rows.iter().map(|row| grouped_cell(row, &values)).collect()
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
        let lists = Lists::load(self, &mut reader, query.filters).await?;
        let mut args: Vec<Arg<'_>> = vec![
            query.ids.start.as_bytes().as_slice().into(),
            query.ids.end.as_bytes().as_slice().into(),
            query.app.code().into(),
        ];
        args.extend(lists.dimension_args());
        args.extend(list_args(lists.statuses.as_ref()));
        args.extend(list_args(lists.errors.as_ref()));
        args.push(i64::from(query.limit).into());
        args.push(i64::try_from(query.offset).unwrap_or(i64::MAX).into());
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

    pub(super) async fn read_campaign_totals(
        &self,
        account: &AccountId,
        campaign_id: &str,
    ) -> Result<Option<CampaignTotals>, StoreError> {
        let Some((mut reader, campaign)) = self.campaign(account, campaign_id).await? else {
            return Ok(None);
        };
        let rows: Vec<GroupRow> = reader.all(sql::CAMPAIGN_TOTALS, &[campaign.into()]).await?;
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

/// The ids of the transactions of these hours.
pub(super) fn hour_ids(first_hour: i64, end_hour: i64) -> std::ops::Range<TransactionId> {
    TransactionId::range(hour_start(first_hour), hour_start(end_hour))
}

/// The runs of consecutive numbers.
fn consecutive(numbers: &[i64]) -> Vec<std::ops::Range<i64>> {
    let mut runs: Vec<std::ops::Range<i64>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == *number => run.end += 1,
            _ => runs.push(*number..number + 1),
        }
    }
    runs
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

/// Filters as numbers. `None` if everything passes.
struct Lists {
    channels: Vec<i64>,
    skills: Option<Vec<i64>>,
    sources: Option<Vec<i64>>,
    handoffs: Option<Vec<i64>>,
    statuses: Option<Vec<i64>>,
    errors: Option<Vec<i64>>,
}

impl Lists {
    async fn load(
        store: &SqlStore,
        reader: &mut ReportingConnection,
        filters: &Filters,
    ) -> Result<Self, StoreError> {
        let skills = filters.skills().map(|skills| skills.iter().map(Text::as_str).collect());
        let handoffs = filters.handoff_ids().map(|ids| ids.iter().map(HandoffId::as_str).collect());
        let errors = filters.errors().map(|errors| errors.iter().map(error_value).collect::<Vec<_>>());
        let errors = errors.as_ref().map(|errors| errors.iter().map(|(_, error)| &**error).collect());
        Ok(Self {
            channels: codes(filters.channels().unwrap_or(ReportingChannel::ALL)),
            skills: numbers(store, reader, ValueKind::Skill, skills).await?,
            sources: filters.sources().map(codes),
            handoffs: numbers(store, reader, ValueKind::Handoff, handoffs).await?,
            statuses: filters.statuses().map(codes),
            errors: numbers(store, reader, ValueKind::Error, errors).await?,
        })
    }

    /// Channels; then for skills, sources and handoffs whether the list restricts the result, and the list.
    fn dimension_args(&self) -> Vec<Arg<'_>> {
        let mut args = vec![self.channels.as_slice().into()];
        for list in [&self.skills, &self.sources, &self.handoffs] {
            args.extend(list_args(list.as_ref()));
        }
        args
    }
}

/// Whether a list restricts the result, and the list.
fn list_args(list: Option<&Vec<i64>>) -> [Arg<'_>; 2] {
    [i64::from(list.is_some()).into(), list.map(Vec::as_slice).unwrap_or_default().into()]
}

fn codes<T: Code>(values: &[T]) -> Vec<i64> {
    values.iter().map(|value| value.code()).collect()
}

/// The numbers of values. Those that no message has are left out.
async fn numbers(
    store: &SqlStore,
    reader: &mut ReportingConnection,
    kind: ValueKind,
    wanted: Option<Vec<&str>>,
) -> Result<Option<Vec<i64>>, StoreError> {
    let Some(wanted) = wanted else { return Ok(None) };
    let mut values = Values::default();
    values.load(&store.values, reader, wanted.iter().map(|value| (kind, (*value).into()))).await?;
    Ok(Some(wanted.iter().filter_map(|value| values.number(kind, value)).collect()))
}
