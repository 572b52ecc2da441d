//! Cache of serialized pages, bounded in bytes. The revision is part of the key.
//!
//! A write increases the account's revision, so older pages are no longer requested and are evicted eventually.
//! Concurrent requests for the same page cause one read.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use outbound_model::AccountId;
use outbound_store::{ListFilter, Page};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::{AppError, CacheUsage};

/// The cache key of a page.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct PageKey {
    pub(crate) account: AccountId,
    pub(crate) revision: i64,
    pub(crate) filter: ListFilter,
    pub(crate) page: Page,
}

/// A serialized page.
#[derive(Debug)]
pub struct PageBody {
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    digest: String,
    total: u64,
}

impl PageBody {
    pub(crate) fn new(plain: Vec<u8>, total: u64) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(digest(&SHA256, &plain));
        Self { plain: plain.into(), gzip: OnceLock::new(), digest, total }
    }

    /// The JSON array.
    pub fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The array compressed with gzip, if it was compressed before.
    pub(crate) fn compressed(&self) -> Option<Bytes> {
        self.gzip.get().cloned()
    }

    /// The array compressed with gzip. The first call takes milliseconds.
    pub(crate) fn compress(&self) -> Option<Bytes> {
        self.compressed().or_else(|| {
            let compressed = compress(&self.plain).ok()?.into();
            Some(self.gzip.get_or_init(|| compressed).clone())
        })
    }

    /// The SHA-256 digest of the array in base64url.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The number of elements of the complete list.
    pub fn total(&self) -> u64 {
        self.total
    }
}

fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[derive(Clone)]
struct PageWeighter;

impl Weighter<PageKey, Arc<PageBody>> for PageWeighter {
    /// Assumes that the page is also stored compressed, and that this saves nothing.
    fn weight(&self, _: &PageKey, body: &Arc<PageBody>) -> u64 {
        2 * body.plain.len() as u64 + 512
    }
}

/// Pages of all accounts.
pub(crate) struct PageCache {
    pages: Cache<PageKey, Arc<PageBody>, PageWeighter>,
    reads: AtomicU64,
}

impl PageCache {
    /// Holds at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        // Most pages have 30 handoffs and about 20 kB. The estimate only sizes the hash table.
        let pages = usize::try_from(bytes / 40_000).unwrap_or(usize::MAX).max(16);
        Self { pages: Cache::with_weighter(pages, bytes, PageWeighter), reads: AtomicU64::new(0) }
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        CacheUsage::of(&self.pages)
    }

    /// The number of pages read from the database.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(crate) fn get(&self, key: &PageKey) -> Option<Arc<PageBody>> {
        self.pages.get(key)
    }

    /// The cached page, or else the result of `read`. Concurrent callers wait for the same read.
    pub(crate) async fn get_or_read(
        &self,
        key: &PageKey,
        read: impl Future<Output = Result<PageBody, AppError>>,
    ) -> Result<Arc<PageBody>, AppError> {
        let counted = async {
            self.reads.fetch_add(1, Ordering::Relaxed);
            read.await.map(Arc::new)
        };
        self.pages.get_or_insert_async(key, counted).await
    }
}
