//! Elements of the by-channel lists in memory, as they are served, bounded in bytes.
//!
//! A write moves the account's revision, after which every page of the account is read again. Each document that
//! has not changed is then found here, and neither parsed nor written anew.

use outbound_model::{Handoff, channel_element, from_json_str};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::{AppError, CacheUsage};

/// A stored document and the place of a channel in it. The element follows from these alone, whosever they are.
#[derive(Clone, Eq, Hash, PartialEq)]
struct ElementKey {
    document: String,
    channel_index: usize,
}

#[derive(Clone)]
struct Bytesize;

impl Weighter<ElementKey, String> for Bytesize {
    fn weight(&self, key: &ElementKey, element: &String) -> u64 {
        (key.document.len() + element.len()) as u64 + 256
    }
}

/// The elements of all accounts.
pub(crate) struct ElementCache(Cache<ElementKey, String, Bytesize>);

impl ElementCache {
    /// Holds at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        // Most elements take some 1500 bytes with their document; the estimate only shapes the table.
        let elements = usize::try_from(bytes / 1500).unwrap_or(usize::MAX).max(16);
        Self(Cache::with_weighter(elements, bytes, Bytesize))
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        CacheUsage::of(&self.0)
    }

    /// The element of one channel of a stored document; empty where there is no such channel.
    pub(crate) fn element(&self, document: String, channel_index: usize) -> Result<String, AppError> {
        let key = ElementKey { document, channel_index };
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let internal = |error| AppError::Internal(Box::new(error));
        let handoff: Handoff = from_json_str(&key.document).map_err(internal)?;
        let element = match handoff.channels.get(channel_index) {
            Some(channel) => serde_json::to_string(&channel_element(&handoff, channel)?)?,
            None => String::new(),
        };
        self.0.insert(key, element.clone());
        Ok(element)
    }
}

#[cfg(test)]
mod tests {
    use outbound_model::examples;
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_element_that_is_found_again_is_the_same() {
        let cache = ElementCache::new(1 << 20);
        let handoffs: Vec<Value> = serde_json::from_str(examples::HANDOFFS).unwrap();
        let document = handoffs[0].to_string();
        let first = cache.element(document.clone(), 0).unwrap();
        let again = cache.element(document.clone(), 0).unwrap();
        assert_eq!(first, again);
        assert_eq!((cache.usage().hits, cache.usage().entries), (1, 1));
        assert!(cache.usage().bytes >= (document.len() + first.len()) as u64);
    }

    #[test]
    fn it_grows_no_further_than_its_bound() {
        let cache = ElementCache::new(100_000);
        let handoffs: Vec<Value> = serde_json::from_str(examples::HANDOFFS).unwrap();
        for number in 0..500 {
            let mut handoff = handoffs[0].clone();
            handoff["name"] = format!("Greeting {number}").into();
            cache.element(handoff.to_string(), 0).unwrap();
        }
        assert!(cache.usage().bytes <= 100_000, "{:?}", cache.usage());
    }
}
