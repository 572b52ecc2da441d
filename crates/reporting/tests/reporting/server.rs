//! A server in miniature: what a handler does with a request of the reporting API.

use outbound_model::AccountId;
use outbound_reporting::{
    AnalyticsInterval, AnalyticsResponse, App, CampaignAnalyticsResponse, CampaignReport, Cell,
    EnabledChannels, Filters, Grouping, HOUR, PageRequest, PageToken, ReportingError, RequestMetadata, Text,
    Transaction, TransactionsInterval, TransactionsV1, TransactionsV2, campaign_interval, cell, group,
};
use serde::Serialize;
use serde_json::Value;

use crate::support::{Store, key, window};

/// The golden files have pages of this size.
const V1_ROWS: usize = 6;

/// What a handler does with a request: the answer, or why it is a bad request.
pub(crate) struct Server {
    pub(crate) store: Store,
    pub(crate) account: AccountId,
    pub(crate) app: App,
    pub(crate) request: Value,
}

impl Server {
    pub(crate) fn answer(&self) -> Result<Value, ReportingError> {
        let path = self.request["path"].as_str().unwrap();
        match path.split('/').nth(6).unwrap() {
            "analytics" => self.analytics(),
            "campaigns" if path.ends_with("/analytics/") => Ok(self.campaign_analytics()),
            "campaigns" => Ok(self.campaign_report()),
            "transactions" if self.request["query"]["v"].is_null() => self.transactions_v1(),
            "transactions" => self.transactions_v2(),
            other => panic!("no endpoint {other}"),
        }
    }

    fn times(&self) -> [Option<&str>; 2] {
        ["attemptedStartTime", "attemptedEndTime"].map(|name| self.request["query"][name].as_str())
    }

    fn analytics(&self) -> Result<Value, ReportingError> {
        let [start, end] = self.times();
        let interval = AnalyticsInterval::read(start, end, window())?;
        let channels = EnabledChannels::Documented;
        let filters = match self.request.get("body") {
            Some(body) => Some(Filters::for_analytics(body.to_string().as_bytes(), channels)?),
            None => None,
        };
        let matching = filters.clone().unwrap_or_else(|| Filters::none(channels));
        let hours = interval.start().millis() / HOUR..interval.end().millis() / HOUR;
        let cells =
            self.store.rollup.iter().filter(|(key, _)| {
                key.app == self.app && hours.contains(&key.hour) && matching.match_cell(key)
            });
        let cells = cells.map(|(key, counts)| Cell { key: key.clone(), counts: *counts });
        let grouping = Grouping::of(&matching);
        let totals = group(cells.map(|cell| grouping.cell(cell)));
        let metadata = RequestMetadata::of_interval(self.account.clone(), self.app, interval, filters);
        Ok(written(&AnalyticsResponse::new(metadata, totals)))
    }

    fn transactions(&self, interval: TransactionsInterval, filters: &Filters) -> Vec<Transaction> {
        let rows = self.store.rows.range(interval.id_range()).map(|(_, row)| row);
        let of_app = rows.filter(|row| row.attempt.as_ref().is_some_and(|a| a.route.app == self.app));
        of_app.filter(|row| filters.match_row(row)).cloned().collect()
    }

    fn transactions_v1(&self) -> Result<Value, ReportingError> {
        let [start, end] = self.times();
        let interval = TransactionsInterval::read(start, end, window())?;
        let body = self.request["body"].to_string();
        let (filters, _) = Filters::for_transactions_v1(body.as_bytes(), EnabledChannels::Documented)?;
        let request = PageRequest { account: &self.account, app: self.app, interval, filters: &filters };
        // The token of the golden request is not ours. The page after the first six rows is meant.
        let all = self.transactions(interval, &filters);
        let is_next = !self.request["body"]["page"].is_null();
        let skipped = if is_next { V1_ROWS } else { 0 };
        let rows: Vec<_> = all.iter().skip(skipped).take(V1_ROWS).cloned().collect();
        let position = if is_next { PageToken::after(all[V1_ROWS - 1].id) } else { PageToken::first() };
        let next = all.get(skipped + V1_ROWS).and(rows.last()).map(|last| PageToken::after(last.id));
        let metadata =
            RequestMetadata::of_interval(self.account.clone(), self.app, interval, Some(filters.clone()));
        let next = next.map(|token| token.encode(&key(), &request));
        Ok(written(&TransactionsV1::new(metadata, &rows, position.encode(&key(), &request), next)))
    }

    fn transactions_v2(&self) -> Result<Value, ReportingError> {
        let [start, end] = self.times();
        let interval = TransactionsInterval::read(start, end, window())?;
        let body = self.request["body"].to_string();
        let (filters, page) = Filters::for_transactions_v2(body.as_bytes(), EnabledChannels::Documented)?;
        let rows = self.transactions(interval, &filters);
        let metadata = RequestMetadata::of_interval(self.account.clone(), self.app, interval, Some(filters));
        Ok(written(&TransactionsV2::new(metadata, &rows, page)))
    }

    fn campaign_rows(&self) -> (Text, Vec<Transaction>) {
        let path = self.request["path"].as_str().unwrap();
        let id = Text::new("id", path.split('/').nth(7).unwrap().to_owned()).unwrap();
        let in_campaign =
            |row: &&Transaction| row.attempt.as_ref().is_some_and(|a| a.campaign_id.as_ref() == Some(&id));
        let rows = self.store.rows.values().filter(in_campaign).cloned().collect();
        (id, rows)
    }

    fn campaign_report(&self) -> Value {
        let (id, rows) = self.campaign_rows();
        let metadata = RequestMetadata::of_campaign_report(self.account.clone(), id);
        written(&CampaignReport::new(metadata, &rows))
    }

    fn campaign_analytics(&self) -> Value {
        let (_, rows) = self.campaign_rows();
        let attempts = rows.iter().map(|row| row.id.attempted_at());
        let times = campaign_interval(attempts.clone().min().unwrap(), attempts.max().unwrap());
        let totals = group(rows.iter().filter_map(cell).map(|cell| Grouping::default().cell(cell)));
        let metadata = RequestMetadata::of_campaign_analytics(self.account.clone(), times);
        written(&CampaignAnalyticsResponse::new(metadata, totals))
    }
}

fn written(response: &impl Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(response).unwrap()).unwrap()
}
