//! What the readers of providers' formats return for each element of a file.

use std::collections::BTreeMap;

use outbound_model::{Channel, Object};

use crate::Mapping;
use crate::losses::Losses;

/// A parsed element of a provider's file, from which a handoff is built.
pub(crate) struct ParsedElement {
    /// The provider's name of the element.
    pub(crate) name: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) samples: BTreeMap<String, String>,
    /// Names of placeholders that an export uses again.
    pub(crate) names: BTreeMap<String, String>,
    /// Provider fields that the channel has no field for.
    pub(crate) fields: Object,
    /// Further information for an export to the same provider, by keys that begin with `x-`.
    pub(crate) notes: Object,
    pub(crate) losses: Losses,
    pub(crate) mappings: Vec<Mapping>,
}
