//! The values of one filter: echoed as they were sent, and searched as a sorted set.

use serde::{Serialize, Serializer};

/// The values of a filter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FilterValues<T> {
    requested: Vec<T>,
    /// In ascending order, without duplicates.
    set: Vec<T>,
}

impl<T: Clone + Ord> From<Vec<T>> for FilterValues<T> {
    fn from(requested: Vec<T>) -> Self {
        let mut set = requested.clone();
        set.sort_unstable();
        set.dedup();
        Self { requested, set }
    }
}

impl<T: Serialize> Serialize for FilterValues<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.requested.serialize(serializer)
    }
}

/// The values that pass, in ascending order without duplicates; `None` if everything passes, because the filter
/// is absent or empty.
pub(crate) fn set_of<T>(filter: Option<&FilterValues<T>>) -> Option<&[T]> {
    filter.map(|values| &*values.set).filter(|set| !set.is_empty())
}

/// Whether a filter with these values lets `value` pass.
pub(crate) fn passes<T: Ord>(set: Option<&[T]>, value: Option<&T>) -> bool {
    set.is_none_or(|set| value.is_some_and(|value| set.binary_search(value).is_ok()))
}
