//! The store itself: opened, migrated, asked for what concerns the database as a whole.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Changes, PoolUsage, Store, StoreError};

use crate::changes::Listener;
use crate::engine::{Arg, EnginePool, Pools, Row};
use crate::migrations;
use crate::open::{self, Options};
use crate::reader::SqlReader;
use crate::sqlite;
use crate::statement::{InstallationSql, TenantSql, statements};
use crate::tenant::Tenant;
use crate::transaction::SqlTransaction;

statements! { InstallationSql, INSTALLATION:
    /// A commit that changes nothing of anybody's.
    CHECK_WRITABLE = "UPDATE write_check SET checked_at = $1";
}

/// A database of an installation, on SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pub(crate) pools: Pools,
    /// Whether commits are told to other nodes.
    pub(crate) notifies: bool,
    /// Into blocks of how many elements a published list is cut.
    pub(crate) block_elements: i64,
    wait: Duration,
}

impl SqlStore {
    /// Connects to `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// The schema may be older than this program needs until [`migrate`](Self::migrate) was called.
    /// [`StoreError::Url`] where the URL names no database, [`StoreError::Unavailable`] where the
    /// database cannot be reached.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let pools = open::open(url, options).await?;
        let notifies = pools.can_notify().await;
        let block_elements = options.block_elements.max(1).into();
        Ok(Self { pools, notifies, block_elements, wait: options.wait })
    }

    /// Brings the schema to what this program needs. Any number of processes may do so at once.
    ///
    /// [`StoreError::Schema`] where the database is newer than this program, or not ours.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrations::run(&self.pools).await
    }

    /// The migrations that [`migrate`](Self::migrate) would apply, in order, such as `0001 accounts`.
    /// Changes nothing; the errors are the same.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        migrations::pending(&self.pools).await
    }

    /// The same of the database at `url`; a SQLite file that is not there is not made.
    pub async fn pending_migrations_of(url: &str, options: &Options) -> Result<Vec<String>, StoreError> {
        if sqlite::is_missing_file(url)? {
            return Ok(migrations::all());
        }
        Self::open(url, options).await?.pending_migrations().await
    }

    /// Copies the SQLite database at `url` into the empty file `target`, while others go on reading and
    /// writing. [`StoreError::Url`] where `url` names no SQLite file, [`StoreError::Unavailable`] where
    /// there is none.
    pub async fn back_up(url: &str, target: &Path) -> Result<(), StoreError> {
        if !url.starts_with("sqlite:") {
            return Err(StoreError::Url("expected sqlite:FILE; use pg_dump for PostgreSQL".into()));
        }
        sqlite::back_up(url, target).await
    }

    /// Waits for what is running and closes every connection; whoever asks later gets
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pools.close().await;
    }

    pub(crate) fn reader(&self, account: &AccountId) -> SqlReader {
        SqlReader::new(self.pools.clone(), account.clone())
    }

    /// Begins a transaction that locks the account, and of which other nodes are told.
    pub(crate) async fn begin_locked(&self, account: &AccountId) -> Result<SqlTransaction, StoreError> {
        SqlTransaction::begin_locked(&self.pools, account, self.notifies).await
    }

    pub(crate) async fn all<T: Row>(
        &self,
        sql: InstallationSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.pools.reader(None).await?.all(sql.0, args).await
    }

    /// How many rows a statement changed.
    pub(crate) async fn execute(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.pools.writer(None).await?.execute(sql.0, args).await
    }

    /// How many rows a statement changed in one account, which it does not lock.
    pub(crate) async fn execute_in(
        &self,
        account: &AccountId,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        let mut connection = self.pools.writer(Some(account.clone())).await?;
        Tenant::new(account, &mut connection).execute(sql, args).await
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        match &self.pools.pool {
            EnginePool::Postgres(pool) if self.notifies => {
                Ok(Some(Box::new(Listener::open(pool, self.pools.place.clone()).await?)))
            }
            _ => Ok(None),
        }
    }

    fn pools(&self) -> Vec<PoolUsage> {
        self.pools.usage()
    }

    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError> {
        let now = [now.into()];
        let check = self.execute(CHECK_WRITABLE, &now);
        match tokio::time::timeout(self.wait, check).await {
            Ok(checked) => checked.map(drop),
            Err(_) if self.pools.is_postgres() => {
                let late = format!("{}: no answer within {:?}", self.pools.place, self.wait);
                Err(StoreError::Unavailable(late.into()))
            }
            // SQLite's one writer is at work.
            Err(_) => Err(StoreError::Busy(format!("{}: busy", self.pools.place).into())),
        }
    }
}
