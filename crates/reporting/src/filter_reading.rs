//! Reads filters, and what else the bodies of report requests contain.

use serde_json::Value;

use crate::error::{ReportingError, shown};
use crate::event_reading::{read_handoff_id, read_source};
use crate::fields::{Fields, wrong_type};
use crate::filter_values::FilterValues;
use crate::filters::Filters;
use crate::names::{EnabledChannels, ReportingChannel};
use crate::paging::RowPage;
use crate::status::MessageStatus;
use crate::text::Text;

/// The maximum number of values of one filter.
pub const MAX_FILTER_VALUES: usize = 1000;

/// Which filters a request may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum FilterSet {
    /// Analytics.
    Analytics,
    /// Transactions, version 1.
    TransactionsV1,
    /// Transactions, version 2.
    TransactionsV2,
}

impl FilterSet {
    fn filters(self) -> &'static [&'static str] {
        match self {
            Self::Analytics => &["channels", "skills", "handoffids", "source"],
            Self::TransactionsV1 => &["channels", "skills"],
            Self::TransactionsV2 => &["channels", "skills", "messagestatus", "transactionids"],
        }
    }

    fn paging(self) -> &'static [&'static str] {
        match self {
            Self::Analytics => &[],
            Self::TransactionsV1 => &["page"],
            Self::TransactionsV2 => &["offset", "limit"],
        }
    }

    /// For error messages.
    fn names(self) -> String {
        let mut names = self.filters().join(", ");
        if self == Self::TransactionsV1 {
            names.push_str("; messagestatus, transactionids, offset and limit need v=2.0");
        }
        names
    }
}

impl Filters {
    /// Reads the body of an analytics request.
    pub fn for_analytics(body: Value, enabled: EnabledChannels) -> Result<Self, ReportingError> {
        read(&mut Fields::new("body", body)?, FilterSet::Analytics, enabled)
    }

    /// Reads the body of a transactions request of version 1: filters, and the token of the page.
    pub fn for_transactions_v1(
        body: Value,
        enabled: EnabledChannels,
    ) -> Result<(Self, Option<String>), ReportingError> {
        let mut body = Fields::new("body", body)?;
        let filters = read(&mut body, FilterSet::TransactionsV1, enabled)?;
        let token = match body.take("page") {
            Some(page) => Fields::new("page", page)?.string("nextPage")?,
            None => None,
        };
        Ok((filters, token))
    }

    /// Reads the body of a transactions request of version 2: filters, offset and limit.
    pub fn for_transactions_v2(
        body: Value,
        enabled: EnabledChannels,
    ) -> Result<(Self, RowPage), ReportingError> {
        let mut body = Fields::new("body", body)?;
        let filters = read(&mut body, FilterSet::TransactionsV2, enabled)?;
        let page = RowPage::new(body.integer("offset")?, body.integer("limit")?)?;
        Ok((filters, page))
    }
}

/// Reads the filters, which are fields of the body or of its object `filters`.
fn read(body: &mut Fields, set: FilterSet, enabled: EnabledChannels) -> Result<Filters, ReportingError> {
    match body.take("filters") {
        None => {
            check_names(body, &[set.filters(), set.paging(), &["filters"]], set)?;
            read_filters(body, enabled)
        }
        Some(wrapped) => {
            check_names(body, &[set.paging(), &["filters"]], set)?;
            let mut wrapped = Fields::new("filters", wrapped)?;
            check_names(&wrapped, &[set.filters()], set)?;
            read_filters(&mut wrapped, enabled)
        }
    }
}

/// Rejects unknown fields: a misspelled filter would otherwise return the numbers of everything.
fn check_names(fields: &Fields, known: &[&[&str]], set: FilterSet) -> Result<(), ReportingError> {
    match fields.names().find(|name| !known.iter().any(|names| names.contains(name))) {
        None => Ok(()),
        Some(name) => Err(ReportingError::UnknownField { name: shown(name), valid: set.names() }),
    }
}

fn read_filters(fields: &mut Fields, enabled: EnabledChannels) -> Result<Filters, ReportingError> {
    Ok(Filters {
        enabled,
        channels: list(fields, "channels", |field, name| {
            let channel = ReportingChannel::read(field, name)?;
            let error = ReportingError::NotEnabled { field, value: channel.as_str() };
            if enabled.contains(channel) { Ok(channel) } else { Err(error) }
        })?,
        skills: list(fields, "skills", |field, text| Text::new(field, text.to_owned()))?,
        handoffids: list(fields, "handoffids", read_handoff_id)?,
        source: list(fields, "source", read_source)?,
        messagestatus: list(fields, "messagestatus", |field, name| {
            let unknown = || ReportingError::unknown(field, name, MessageStatus::names());
            MessageStatus::from_name(name).ok_or_else(unknown)
        })?,
        transactionids: list(fields, "transactionids", |field, text| {
            let expected = "a transaction id such as 01a09f25-0af0-7ca0-9f2c-95aa144c1d0f";
            text.parse().map_err(|_| ReportingError::invalid(field, &format!("`{text}`"), expected))
        })?,
    })
}

/// An optional array of strings.
fn list<T: Clone + Ord>(
    fields: &mut Fields,
    field: &'static str,
    read: impl Fn(&'static str, &str) -> Result<T, ReportingError>,
) -> Result<Option<FilterValues<T>>, ReportingError> {
    let values = match fields.take(field) {
        None => return Ok(None),
        Some(Value::Array(values)) => values,
        Some(other) => return Err(wrong_type(field, "an array of strings", &other)),
    };
    if values.len() > MAX_FILTER_VALUES {
        return Err(ReportingError::invalid(field, "longer than 1000 values", "at most 1000 values"));
    }
    let strings = values.iter().map(|value| match value {
        Value::String(text) => read(field, text),
        other => Err(wrong_type(field, "an array of strings", other)),
    });
    Ok(Some(strings.collect::<Result<Vec<_>, _>>()?.into()))
}
