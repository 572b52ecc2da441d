//! The filters of a request. Values of this type are valid; they are echoed in `requestMetadata.filters`.

use outbound_model::HandoffId;
use serde::Serialize;
use serde_json::Value;

use crate::error::{ReportingError, shown};
use crate::event::Attempt;
use crate::event_reading::{read_handoff_id, read_source};
use crate::fields::{Fields, wrong_type};
use crate::names::{EnabledChannels, ReportingChannel, Source};
use crate::paging::RowPage;
use crate::rollup::CellKey;
use crate::status::MessageStatus;
use crate::text::Text;
use crate::transaction::Transaction;
use crate::transaction_id::TransactionId;

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

/// The filters of a request. A filter that is absent or empty lets everything pass.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Filters {
    #[serde(skip)]
    enabled: EnabledChannels,
    /// Only these channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<Vec<ReportingChannel>>,
    /// Only these skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    skills: Option<Vec<Text>>,
    /// Only these handoffs.
    #[serde(skip_serializing_if = "Option::is_none")]
    handoffids: Option<Vec<HandoffId>>,
    /// Only what these started.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Vec<Source>>,
    /// Only transactions with these statuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    messagestatus: Option<Vec<MessageStatus>>,
    /// Only these transactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    transactionids: Option<Vec<TransactionId>>,
}

impl Filters {
    /// The filters of a request without a body.
    pub fn none(enabled: EnabledChannels) -> Self {
        Self { enabled, ..Self::default() }
    }

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

    /// Whether the filters let the messages of a rollup cell pass. Cells have no status and no ids, and
    /// analytics no filters for them.
    pub fn match_cell(&self, cell: &CellKey) -> bool {
        self.match_dimensions(cell.channel, &cell.skill, cell.source, cell.handoff_id.as_ref())
    }

    /// Whether the filters let a transaction pass. One without its `attempted` event never does.
    pub fn match_row(&self, row: &Transaction) -> bool {
        row.attempt.as_ref().is_some_and(|Attempt { route, handoff_id, .. }| {
            self.match_dimensions(route.channel, &route.skill, route.source, handoff_id.as_ref())
        }) && passes(self.messagestatus.as_deref(), row.status().as_ref())
            && passes(self.transactionids.as_deref(), Some(&row.id))
    }

    fn match_dimensions(
        &self,
        channel: ReportingChannel,
        skill: &Text,
        source: Source,
        handoff_id: Option<&HandoffId>,
    ) -> bool {
        self.enabled.contains(channel)
            && passes(self.channels.as_deref(), Some(&channel))
            && passes(self.skills.as_deref(), Some(skill))
            && passes(self.source.as_deref(), Some(&source))
            && passes(self.handoffids.as_deref(), handoff_id)
    }

    /// The statuses; empty for all.
    pub fn statuses(&self) -> &[MessageStatus] {
        self.messagestatus.as_deref().unwrap_or_default()
    }

    /// The ids; empty for all.
    pub fn transaction_ids(&self) -> &[TransactionId] {
        self.transactionids.as_deref().unwrap_or_default()
    }

    pub(crate) fn has_sources(&self) -> bool {
        self.source.as_ref().is_some_and(|values| !values.is_empty())
    }

    pub(crate) fn has_handoffs(&self) -> bool {
        self.handoffids.as_ref().is_some_and(|values| !values.is_empty())
    }
}

fn passes<T: PartialEq>(filter: Option<&[T]>, value: Option<&T>) -> bool {
    match filter {
        None | Some([]) => true,
        Some(values) => value.is_some_and(|value| values.contains(value)),
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
fn list<T>(
    fields: &mut Fields,
    field: &'static str,
    read: impl Fn(&'static str, &str) -> Result<T, ReportingError>,
) -> Result<Option<Vec<T>>, ReportingError> {
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
    strings.collect::<Result<_, _>>().map(Some)
}
