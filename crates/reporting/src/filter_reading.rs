//! Reads filters, and what else the bodies of report requests contain.

use serde_json::value::RawValue;

use crate::error::{ReportingError, shown};
use crate::event_reading::{read_handoff_id, read_source};
use crate::fields::{Fields, read_string, wrong_type};
use crate::filter_values::FilterValues;
use crate::filters::Filters;
use crate::json::{read_elements, read_value, without_byte_order_mark};
use crate::names::{EnabledChannels, ReportingChannel, join};
use crate::paging::RowPage;
use crate::status::MessageStatus;
use crate::text::Text;

/// The maximum number of values of one filter.
pub const MAX_FILTER_VALUES: usize = 1000;

/// The fields of the body of a request.
struct BodyFields {
    /// Filters, which are fields of the body or of its object `filters`.
    filters: &'static [&'static str],
    /// The other fields.
    paging: &'static [&'static str],
    /// What errors say after the valid fields.
    hint: &'static str,
}

const ANALYTICS: BodyFields =
    BodyFields { filters: &["channels", "skills", "handoffids", "source"], paging: &[], hint: "" };
const TRANSACTIONS_V1: BodyFields = BodyFields {
    filters: &["channels", "skills"],
    paging: &["page"],
    hint: "; messagestatus, transactionids, offset and limit need v=2.0",
};
const TRANSACTIONS_V2: BodyFields = BodyFields {
    filters: &["channels", "skills", "messagestatus", "transactionids"],
    paging: &["offset", "limit"],
    hint: "",
};
/// All filters, for lists of transactions that are not part of the vendor's API.
const TRANSACTION_LIST: BodyFields = BodyFields {
    filters: &["channels", "skills", "handoffids", "source", "messagestatus", "errors"],
    paging: &[],
    hint: "",
};
const FILTERS: &str = "filters";

impl Filters {
    /// Reads the body of an analytics request. An empty body has no filters.
    pub fn for_analytics(body: &[u8], enabled: EnabledChannels) -> Result<Self, ReportingError> {
        read_filters(&read_body(body)?, &ANALYTICS, enabled)
    }

    /// Reads the body of a transactions request of version 1: filters, and the token of the page. An empty body
    /// has neither.
    pub fn for_transactions_v1(
        body: &[u8],
        enabled: EnabledChannels,
    ) -> Result<(Self, Option<String>), ReportingError> {
        let body = read_body(body)?;
        let filters = read_filters(&body, &TRANSACTIONS_V1, enabled)?;
        let token = body.get("page").map(read_page).transpose()?;
        Ok((filters, token))
    }

    /// Reads the body of a transactions request of version 2: filters, offset and limit. An empty body has none
    /// of them.
    pub fn for_transactions_v2(
        body: &[u8],
        enabled: EnabledChannels,
    ) -> Result<(Self, RowPage), ReportingError> {
        let body = read_body(body)?;
        let filters = read_filters(&body, &TRANSACTIONS_V2, enabled)?;
        let page = RowPage::new(body.integer("offset")?, body.integer("limit")?)?;
        Ok((filters, page))
    }

    /// Reads all filters, also by error: an array of keys of `error_aggregation`. The vendor's API cannot filter
    /// transactions by handoff, source and error.
    pub fn for_transaction_list(body: &[u8], enabled: EnabledChannels) -> Result<Self, ReportingError> {
        read_filters(&read_body(body)?, &TRANSACTION_LIST, enabled)
    }
}

fn read_body(body: &[u8]) -> Result<Fields<'_>, ReportingError> {
    let body = without_byte_order_mark(body);
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    Fields::new("body", read_value(body, 0)?)
}

/// The token of the page. A missing one is an error: the first page would be read again and again.
fn read_page(json: &RawValue) -> Result<String, ReportingError> {
    let page = Fields::new("page", json)?;
    check_names(&page, "page", &["nextPage"], "")?;
    page.string("nextPage")?.ok_or(ReportingError::Missing { field: "page.nextPage" })
}

/// Reads the filters, which are fields of the body or of its object `filters`.
fn read_filters(
    body: &Fields<'_>,
    known: &BodyFields,
    enabled: EnabledChannels,
) -> Result<Filters, ReportingError> {
    check_names(body, "the body", &[known.filters, known.paging, &[FILTERS]].concat(), known.hint)?;
    let Some(filters) = body.get(FILTERS) else { return read_values(body, enabled) };
    if let Some(name) = body.names().find(|name| known.filters.contains(name)) {
        return Err(ReportingError::TwoPlacesForFilters { name: name.to_owned() });
    }
    let filters = Fields::new(FILTERS, filters)?;
    check_names(&filters, FILTERS, known.filters, known.hint)?;
    read_values(&filters, enabled)
}

/// Rejects unknown fields: a misspelled filter would otherwise return the numbers of everything.
fn check_names(
    fields: &Fields<'_>,
    object: &'static str,
    known: &[&str],
    hint: &str,
) -> Result<(), ReportingError> {
    match fields.names().find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let valid = format!("{}{hint}", join(known.iter().copied()));
            Err(ReportingError::UnknownField { name: shown(name), object, valid })
        }
    }
}

fn read_values(fields: &Fields<'_>, enabled: EnabledChannels) -> Result<Filters, ReportingError> {
    Ok(Filters {
        enabled,
        channels: list(fields, "channels", |field, name| ReportingChannel::read(field, name, enabled))?,
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
        errors: list(fields, "errors", |_, key| Ok(key.to_owned()))?,
    })
}

/// An optional array of strings.
fn list<T: Clone + Ord>(
    fields: &Fields<'_>,
    field: &'static str,
    read: impl Fn(&'static str, &str) -> Result<T, ReportingError>,
) -> Result<Option<FilterValues<T>>, ReportingError> {
    let Some(json) = fields.get(field) else { return Ok(None) };
    if !json.get().starts_with('[') {
        return Err(wrong_type(field, "an array of strings", json));
    }
    let too_many = || {
        let found = format!("longer than {MAX_FILTER_VALUES} values");
        ReportingError::invalid(field, &found, format!("at most {MAX_FILTER_VALUES} values"))
    };
    let values = read_elements(json.get().as_bytes(), MAX_FILTER_VALUES)?.ok_or_else(too_many)?;
    let values = values.into_iter().map(|value| {
        if value.get().starts_with('"') {
            read(field, &read_string(field, value)?)
        } else {
            Err(wrong_type(field, "an array of strings", value))
        }
    });
    Ok(Some(values.collect::<Result<Vec<_>, _>>()?.into()))
}
