//! The filters of a request. Values of this type are valid; they are echoed in `requestMetadata.filters`.

use outbound_model::HandoffId;
use serde::Serialize;

use crate::error_key::ErrorKey;
use crate::event::Attempt;
use crate::filter_values::{FilterValues, passes, set_of};
use crate::names::{EnabledChannels, ReportingChannel, Source};
use crate::rollup::CellKey;
use crate::status::MessageStatus;
use crate::text::Text;
use crate::transaction::Transaction;
use crate::transaction_id::TransactionId;

// A store can read the set of each filter: its values in ascending order without duplicates, or `None` if everything
// passes.
/// The filters of a request. A filter that is absent or empty lets everything pass.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    #[serde(skip)]
    pub(crate) enabled: EnabledChannels,
    /// Only these channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<ReportingChannel>>)]
    pub(crate) channels: Option<FilterValues<ReportingChannel>>,
    /// Only these skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Text>>)]
    pub(crate) skills: Option<FilterValues<Text>>,
    /// Only these handoffs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<HandoffId>>)]
    pub(crate) handoffids: Option<FilterValues<HandoffId>>,
    /// Only what these started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Source>>)]
    pub(crate) source: Option<FilterValues<Source>>,
    /// Only transactions with these statuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<MessageStatus>>)]
    pub(crate) messagestatus: Option<FilterValues<MessageStatus>>,
    /// Only these transactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<TransactionId>>)]
    pub(crate) transactionids: Option<FilterValues<TransactionId>>,
    /// Only transactions with these errors: keys of `error_aggregation`. Not a filter of the vendor's API.
    #[serde(skip)]
    pub(crate) errors: Option<FilterValues<String>>,
}

impl Filters {
    /// The filters of a request without a body.
    pub fn none(enabled: EnabledChannels) -> Self {
        Self { enabled, ..Self::default() }
    }

    /// The channels that pass: those of the filter, or else those that the account's reports contain.
    pub fn channels(&self) -> Option<&[ReportingChannel]> {
        set_of(self.channels.as_ref()).or_else(|| self.enabled.restriction())
    }

    /// The skills that pass.
    pub fn skills(&self) -> Option<&[Text]> {
        set_of(self.skills.as_ref())
    }

    /// The handoffs that pass. Messages without a known handoff pass only without this filter.
    pub fn handoff_ids(&self) -> Option<&[HandoffId]> {
        set_of(self.handoffids.as_ref())
    }

    /// The sources that pass.
    pub fn sources(&self) -> Option<&[Source]> {
        set_of(self.source.as_ref())
    }

    /// The statuses that pass. Transactions without a status pass only without this filter.
    pub fn statuses(&self) -> Option<&[MessageStatus]> {
        set_of(self.messagestatus.as_ref())
    }

    /// The ids of the transactions that pass.
    pub fn transaction_ids(&self) -> Option<&[TransactionId]> {
        set_of(self.transactionids.as_ref())
    }

    /// The errors that pass. Messages without an error pass only without this filter.
    pub fn errors(&self) -> Option<Vec<ErrorKey>> {
        let keys = set_of(self.errors.as_ref())?;
        Some(keys.iter().flat_map(|key| ErrorKey::readings(key)).collect())
    }

    /// Whether the filters let the messages of a rollup cell pass. Cells have no status and no ids, and
    /// analytics no filters for them and for errors.
    pub fn match_cell(&self, cell: &CellKey) -> bool {
        self.match_dimensions(cell.channel, &cell.skill, cell.source, cell.handoff_id.as_ref())
    }

    /// Whether the filters let a transaction pass. One without its `attempted` event never does.
    pub fn match_row(&self, row: &Transaction) -> bool {
        row.attempt.as_ref().is_some_and(|Attempt { route, handoff_id, .. }| {
            self.match_dimensions(route.channel, &route.skill, route.source, handoff_id.as_ref())
        }) && passes(self.statuses(), row.status().as_ref())
            && passes(self.transaction_ids(), Some(&row.id))
            && passes(set_of(self.errors.as_ref()), row.reported_error().map(|key| key.to_string()).as_ref())
    }

    fn match_dimensions(
        &self,
        channel: ReportingChannel,
        skill: &Text,
        source: Source,
        handoff_id: Option<&HandoffId>,
    ) -> bool {
        passes(self.channels(), Some(&channel))
            && passes(self.skills(), Some(skill))
            && passes(self.sources(), Some(&source))
            && passes(self.handoff_ids(), handoff_id)
    }

    /// The same text for all filters with the same sets.
    pub(crate) fn canonical(&self) -> String {
        let sets = (
            set_of(self.channels.as_ref()),
            self.skills(),
            self.handoff_ids(),
            self.sources(),
            self.statuses(),
            self.transaction_ids(),
            set_of(self.errors.as_ref()),
        );
        serde_json::to_string(&sets).unwrap_or_default()
    }
}
