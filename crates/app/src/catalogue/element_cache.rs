//! Cache of serialized elements of the by-channel lists, bounded in bytes.
//!
//! A write increases the account's revision, after which all pages of the account are read again. Elements of
//! unchanged documents are found here, so that these are neither parsed nor serialized again.

use outbound_model::{Handoff, channel_element, from_json_str};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::{AppError, CacheUsage};

/// A stored document and the index of a channel. The element depends on nothing else, not even on the account.
#[derive(Clone, Eq, Hash, PartialEq)]
struct ElementCacheKey {
    document: String,
    channel_index: usize,
}

#[derive(Clone)]
struct ElementWeighter;

impl Weighter<ElementCacheKey, String> for ElementWeighter {
    fn weight(&self, key: &ElementCacheKey, element: &String) -> u64 {
        (key.document.len() + element.len()) as u64 + 256
    }
}

/// Elements of all accounts.
pub(crate) struct ElementCache(Cache<ElementCacheKey, String, ElementWeighter>);

impl ElementCache {
    /// Holds at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        // With its document, an element has about 1500 bytes. The estimate only sizes the hash table.
        let elements = usize::try_from(bytes / 1500).unwrap_or(usize::MAX).max(16);
        Self(Cache::with_weighter(elements, bytes, ElementWeighter))
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        CacheUsage::of(&self.0)
    }

    /// The element of one channel of a stored document; empty if there is no such channel.
    pub(crate) fn element(&self, document: String, channel_index: usize) -> Result<String, AppError> {
        let key = ElementCacheKey { document, channel_index };
        if let Some(element) = self.0.get(&key) {
            return Ok(element);
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
    fn a_cached_element_is_unchanged() {
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
    fn the_size_is_limited() {
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
