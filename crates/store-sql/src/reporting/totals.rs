//! Changes of totals, collected for one commit.

use std::collections::BTreeMap;

use outbound_reporting::{App, Cell, Counts, changes};
use outbound_store::StoreError;

use super::HOURS_OF_DAY;
use super::codes::{Code, NONE};
use super::connection::ReportingConnection;
use super::row::{HourKey, TransactionRow};
use crate::bulk_insert::BulkInsert;

/// The key of a row of `campaign_hours`, in the order of its columns.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct CampaignKey {
    pub(super) campaign: i64,
    pub(super) hour: i64,
    pub(super) channel: i64,
    pub(super) skill: i64,
}

/// What to add to the totals. The keys are ordered, so that concurrent transactions lock rows in the same order.
#[derive(Debug, Default)]
pub(super) struct Totals {
    hours: BTreeMap<HourKey, Counts>,
    /// The hour of these keys is a day.
    days: BTreeMap<HourKey, Counts>,
    campaigns: BTreeMap<CampaignKey, Counts>,
}

impl Totals {
    /// Adds the difference between two states of one row.
    pub(super) fn add_change(&mut self, before: &TransactionRow, after: &TransactionRow) {
        for change in changes(before.cell(), after.cell()) {
            let hour = change.key.hour;
            *self.hours.entry(change.key).or_default() += change.counts;
            self.add_day(HourKey { hour: hour.div_euclid(HOURS_OF_DAY), ..change.key }, change.counts);
        }
        for change in changes(before.campaign_cell(), after.campaign_cell()) {
            self.add_campaign(change.key, change.counts);
        }
    }

    pub(super) fn add_hour(&mut self, key: HourKey, counts: Counts) {
        *self.hours.entry(key).or_default() += counts;
    }

    /// The hour of the key is a day.
    pub(super) fn add_day(&mut self, key: HourKey, counts: Counts) {
        *self.days.entry(key).or_default() += counts;
    }

    pub(super) fn add_campaign(&mut self, key: CampaignKey, counts: Counts) {
        *self.campaigns.entry(key).or_default() += counts;
    }

    /// Adds these totals to the tables, and returns the number of changed totals. One statement for each table,
    /// because PostgreSQL does not define the order in which parts of one statement lock rows, and two nodes could
    /// wait for each other.
    pub(super) async fn write(&self, transaction: &mut ReportingConnection) -> Result<u64, StoreError> {
        let mut changed = 0;
        for insert in self.inserts() {
            changed += transaction.insert(&[insert]).await?;
        }
        Ok(changed)
    }

    /// The number of totals that change.
    pub(super) fn len(&self) -> u64 {
        self.inserts().iter().map(BulkInsert::rows).sum()
    }

    fn inserts(&self) -> Vec<BulkInsert<'static>> {
        let inserts = [hours("rollup_hours", "hour", &self.hours), hours("rollup_days", "day", &self.days)];
        let campaigns = rows(&self.campaigns);
        let insert = BulkInsert::by_number("campaign_hours", campaigns.len())
            .int("campaign", campaigns.iter().map(|(key, _)| key.campaign))
            .int("hour", campaigns.iter().map(|(key, _)| key.hour))
            .int("channel", campaigns.iter().map(|(key, _)| key.channel))
            .int("skill", campaigns.iter().map(|(key, _)| key.skill));
        let campaigns = add_counts(insert, &campaigns)
            .on_conflict(add!("campaign_hours", "account_no, campaign, hour, channel, skill"));
        inserts.into_iter().chain([campaigns]).filter(|insert| !insert.is_empty()).collect()
    }
}

impl TransactionRow {
    fn campaign_cell(&self) -> Option<Cell<CampaignKey>> {
        let cell = self.cell()?;
        if self.numbers.campaign == NONE || self.numbers.app != App::Proactive.code() {
            return None;
        }
        let HourKey { hour, channel, skill, .. } = cell.key;
        let key = CampaignKey { campaign: self.numbers.campaign, hour, channel, skill };
        Some(Cell { key, counts: cell.counts })
    }
}

fn rows<K: Copy>(totals: &BTreeMap<K, Counts>) -> Vec<(K, Counts)> {
    let changed = totals.iter().filter(|(_, counts)| **counts != Counts::default());
    changed.map(|(key, counts)| (*key, *counts)).collect()
}

fn add_counts<'a, K>(mut insert: BulkInsert<'a>, rows: &[(K, Counts)]) -> BulkInsert<'a> {
    for (place, name) in Counts::NAMES.into_iter().enumerate() {
        insert = insert.int(name, rows.iter().map(|(_, counts)| counts.to_array()[place]));
    }
    insert
}

/// The clause that adds the inserted counts to those of the row with the same key.
macro_rules! add {
    ($table:literal, $key:literal) => {
        add!(
            @ $table, $key, "eligible", "skipped", "sent", "failed", "delivered", "read",
            "conversations_created", "conversations_closed", "csat_sum", "csat_count"
        )
    };
    (@ $table:literal, $key:literal, $($count:literal),+) => {
        concat!(
            "ON CONFLICT (", $key, ") DO UPDATE SET attempted = ", $table, ".attempted + excluded.attempted",
            $(", ", $count, " = ", $table, ".", $count, " + excluded.", $count),+
        )
    };
}
use add;

fn hours(
    table: &'static str,
    period: &'static str,
    totals: &BTreeMap<HourKey, Counts>,
) -> BulkInsert<'static> {
    let rows = rows(totals);
    let insert = BulkInsert::by_number(table, rows.len())
        .int("app", rows.iter().map(|(key, _)| key.app))
        .int(period, rows.iter().map(|(key, _)| key.hour))
        .int("channel", rows.iter().map(|(key, _)| key.channel))
        .int("skill", rows.iter().map(|(key, _)| key.skill))
        .int("source", rows.iter().map(|(key, _)| key.source))
        .int("handoff", rows.iter().map(|(key, _)| key.handoff))
        .int("error", rows.iter().map(|(key, _)| key.error));
    let on_conflict = if table == "rollup_hours" {
        add!("rollup_hours", "account_no, app, hour, channel, skill, source, handoff, error")
    } else {
        add!("rollup_days", "account_no, app, day, channel, skill, source, handoff, error")
    };
    add_counts(insert, &rows).on_conflict(on_conflict)
}
