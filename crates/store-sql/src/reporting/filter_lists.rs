//! Filters as numbers, for the lists in statements.

use outbound_model::HandoffId;
use outbound_reporting::{Filters, ReportingChannel, Text};
use outbound_store::{StoreError, ValueKind};

use super::codes::Code;
use super::connection::ReportingConnection;
use super::convert::error_value;
use super::values::Values;
use crate::SqlStore;
use crate::args::Arg;

/// Filters as numbers. `None` if everything passes.
pub(super) struct FilterLists {
    channels: Vec<i64>,
    skills: Option<Vec<i64>>,
    sources: Option<Vec<i64>>,
    handoffs: Option<Vec<i64>>,
    pub(super) statuses: Option<Vec<i64>>,
    pub(super) errors: Option<Vec<i64>>,
}

impl FilterLists {
    pub(super) async fn load(
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
    pub(super) fn dimension_args(&self) -> Vec<Arg<'_>> {
        let mut args = vec![self.channels.as_slice().into()];
        for list in [&self.skills, &self.sources, &self.handoffs] {
            args.extend(list_args(list.as_ref()));
        }
        args
    }
}

/// Whether a list restricts the result, and the list.
pub(super) fn list_args(list: Option<&Vec<i64>>) -> [Arg<'_>; 2] {
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
