//! Reads the forms of the reporting pages: which messages they are about.

use std::ops::Range;

use outbound_app::{AppError, ExportedReport};
use outbound_model::Timestamp;
use outbound_reporting::{
    AnalyticsInterval, App, EnabledChannels, Filters, ReportingError, TransactionsInterval, Window,
};
use serde_json::{Map, Value};

use super::utc_day;
use crate::error::sentence;
use crate::fields::Fields;
use crate::text::{self, Text};

/// The names of the fields.
pub(super) const APP: &str = "app";
pub(super) const FROM: &str = "from";
pub(super) const TO: &str = "to";
pub(super) const DAY: &str = "day";
pub(super) const CHANNEL: &str = "channel";
pub(crate) const SKILL: &str = "skill";
pub(crate) const HANDOFF: &str = "handoff";
pub(super) const SOURCE: &str = "source";
pub(super) const STATUS: &str = "status";
pub(super) const ERROR: &str = "error";
/// The fields that both pages have.
const SHARED: [&str; 5] = [APP, CHANNEL, SKILL, HANDOFF, SOURCE];

/// The filters of the API, and their fields.
const ANALYTICS_FILTERS: [(&str, &str); 4] =
    [("channels", CHANNEL), ("skills", SKILL), ("handoffids", HANDOFF), ("source", SOURCE)];
const LIST_FILTERS: [(&str, &str); 2] = [("messagestatus", STATUS), ("errors", ERROR)];

/// The days of the board without dates, including today.
const DEFAULT_DAYS: i64 = 7;

/// The application and the filters of a form.
pub(super) struct Selection {
    pub(super) app: App,
    pub(super) filters: Filters,
    /// The body of a request to the analytics API with the same filters.
    pub(super) body: String,
}

/// Reads application and filters. The pages show all channels, also those that the account's API does not report.
fn read(
    query: &Fields,
    filters: &[(&str, &str)],
    parse: fn(&[u8], EnabledChannels) -> Result<Filters, ReportingError>,
) -> Result<Selection, Text> {
    let app = match query.text(APP) {
        "" => App::Proactive,
        name => App::from_name(name).ok_or_else(|| text::unknown_app(name, App::names()))?,
    };
    let body = body(query, filters);
    let filters = parse(body.as_bytes(), EnabledChannels::All).map_err(|error| explanation(&error))?;
    Ok(Selection { app, filters, body })
}

/// Reads the form of the board.
pub(super) fn of_board(query: &Fields) -> Result<Selection, Text> {
    read(query, &ANALYTICS_FILTERS, Filters::for_analytics)
}

/// Reads the form of the list of messages.
pub(super) fn of_list(query: &Fields) -> Result<Selection, Text> {
    read(query, &[&ANALYTICS_FILTERS[..], &LIST_FILTERS].concat(), Filters::for_transaction_list)
}

/// The first and last day of a board without dates.
pub(super) fn default_period(now: Timestamp) -> (Timestamp, Timestamp) {
    let today = utc_day::start(now);
    (utc_day::plus(today, 1 - DEFAULT_DAYS), today)
}

/// Reads the period of the board: whole days.
pub(super) fn period(query: &Fields, now: Timestamp) -> Result<Range<Timestamp>, Text> {
    let (first, last) = default_period(now);
    let to = date(query, TO)?.unwrap_or(last);
    let from = match date(query, FROM)? {
        Some(from) => from,
        None if to == last => first,
        None => utc_day::plus(to, 1 - DEFAULT_DAYS),
    };
    if from > to {
        return Err(text::period_reversed());
    }
    let interval = AnalyticsInterval::new(from, utc_day::plus(to, 1), Window::at(now));
    let interval = interval.map_err(|error| explanation(&error))?;
    Ok(interval.start()..interval.end())
}

/// Reads the period of a file: whole days.
pub(super) fn period_of_file(
    query: &Fields,
    report: ExportedReport,
    now: Timestamp,
) -> Result<Range<Timestamp>, Text> {
    let (first, last) = default_period(now);
    let (from, to) = (date(query, FROM)?.unwrap_or(first), date(query, TO)?.unwrap_or(last));
    if from > to {
        return Err(text::period_reversed());
    }
    report.interval(from, utc_day::plus(to, 1), Window::at(now)).map_err(|error| match error {
        AppError::Reporting(error) => explanation(&error),
        error => sentence(&error.to_string()).into(),
    })
}

/// Reads the day of the list of messages; today if there is none.
pub(super) fn day(query: &Fields, now: Timestamp) -> Result<Range<Timestamp>, Text> {
    let day = date(query, DAY)?.unwrap_or(utc_day::start(now));
    let interval = TransactionsInterval::new(day, utc_day::plus(day, 1), Window::at(now));
    interval.map(|interval| interval.start()..interval.end()).map_err(|error| explanation(&error))
}

fn date(query: &Fields, field: &str) -> Result<Option<Timestamp>, Text> {
    match query.text(field) {
        "" => Ok(None),
        date => utc_day::parse(date).map(Some).ok_or_else(|| text::not_a_date(date)),
    }
}

/// A query string with the fields that both pages have.
pub(super) fn shared(query: &Fields) -> Fields {
    let pairs = query.iter().filter(|(name, _)| SHARED.contains(name));
    Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The filters that are not empty, as the body of a request to the API.
fn body(query: &Fields, filters: &[(&str, &str)]) -> String {
    let values = |field: &str| -> Vec<Value> {
        query.all(field).map(str::trim).filter(|value| !value.is_empty()).map(Value::from).collect()
    };
    let chosen = filters.iter().map(|(name, field)| ((*name).to_owned(), values(field)));
    let chosen = chosen.filter(|(_, values)| !values.is_empty());
    Value::from(chosen.map(|(name, values)| (name, Value::from(values))).collect::<Map<_, _>>()).to_string()
}

/// Errors about times name fields of the API, which the form does not have.
fn explanation(error: &ReportingError) -> Text {
    match error {
        ReportingError::IntervalTooLong { .. } => text::period_too_long(AnalyticsInterval::MAX_DAYS),
        ReportingError::TooOld { earliest, .. } => {
            text::period_too_old(utc_day::date(utc_day::plus(utc_day::start(*earliest), 1)))
        }
        other => sentence(&other.to_string()).into(),
    }
}
