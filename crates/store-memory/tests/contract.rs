//! The store in memory behaves as the engines do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_store_memory::MemoryStore;

async fn open() -> (MemoryStore, ()) {
    std::future::ready((MemoryStore::default(), ())).await
}

outbound_store::campaign_contract! { crate::open }
