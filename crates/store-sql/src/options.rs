//! Options for opening a database, and the connections of an open one.

use std::time::Duration;

use crate::engine::Pools;

/// Options for opening a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Maximum number of connections. On SQLite, those that read the main file; the operational file has half
    /// as many, and each file has one that writes. On PostgreSQL, all connections.
    pub connections: u32,
    /// Maximum wait for a connection, and on PostgreSQL for a row lock.
    pub wait: Duration,
    /// Maximum total wait for the lock of an account. On SQLite also for any write, because each file has one
    /// writer for all accounts.
    pub writer_wait: Duration,
    /// Whether to create a missing SQLite file. Only its owner can read it.
    pub create: bool,
    /// Number of elements in a block of a published list, at least 1. Blocks with more than twice as many are
    /// split. Reading a page skips the elements of at most one block, and a change near the start of a list
    /// updates all its blocks. The square root of the longest list's length is a good compromise.
    pub block_elements: u32,
}

impl Default for Options {
    /// 8 connections; waits of 3 s, and 8 s for writers, which is less than the timeout of requests; missing
    /// files are created; blocks suit lists of a million elements.
    fn default() -> Self {
        let [wait, writer_wait] = [3, 8].map(Duration::from_secs);
        Self { connections: 8, wait, writer_wait, create: true, block_elements: 1000 }
    }
}

/// The connections of an installation.
pub(crate) struct Opened {
    pub(crate) main: Pools,
    /// The tables that authentication writes. On SQLite these are in a separate file, because logins must not
    /// wait for the writer of the main file. On PostgreSQL a clone of `main`.
    pub(crate) operational: Pools,
}
