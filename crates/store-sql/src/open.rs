//! Opens a database by its URL: which engine, how many connections, and how long anything may wait.

use std::time::Duration;

use outbound_store::StoreError;

use crate::engine::Pools;
use crate::{postgres, sqlite};

/// How a database is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most connections: on SQLite that read the main file, beside half as many for the operational file and
    /// one for each that writes; on PostgreSQL in all.
    pub connections: u32,
    /// How long to wait for a connection, and on PostgreSQL for a row that another transaction has locked.
    pub wait: Duration,
    /// How long to wait in all until an account is locked; on SQLite also how long any write waits for the one
    /// before it, as each file has one writer whatever the account.
    pub writer_wait: Duration,
    /// Whether a SQLite file that is not there is made, readable for its owner only.
    pub create: bool,
    /// Into blocks of how many elements a published list is cut, at least 1; one with more than twice
    /// as many is cut again. A page passes over the elements of one block, and a change at the
    /// list's start moves every block: about the root of the longest list's length suits both.
    pub block_elements: u32,
}

impl Default for Options {
    /// 8 connections, 3 s, for a writer 8 s (less than a request may take), made if missing, blocks for
    /// lists of a million.
    fn default() -> Self {
        let [wait, writer_wait] = [3, 8].map(Duration::from_secs);
        Self { connections: 8, wait, writer_wait, create: true, block_elements: 1000 }
    }
}

/// The connections of an installation.
pub(crate) struct Opened {
    pub(crate) main: Pools,
    /// To what authentication writes. On SQLite a file of its own, as it must not wait for the main file's one
    /// writer; on PostgreSQL a clone of `main`.
    pub(crate) operational: Pools,
}

/// Connects to `sqlite:FILE` or `postgres://…`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Opened, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite::open(url, options).await,
        Some("postgres" | "postgresql") => {
            let main = postgres::open(url, options).await?;
            Ok(Opened { operational: main.clone(), main })
        }
        // The URL may hold a password, so it is not repeated.
        _ => Err(StoreError::Url("expected sqlite:FILE or postgres://USER@HOST/DATABASE".into())),
    }
}
