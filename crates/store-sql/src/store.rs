//! The store itself: opened, migrated, asked for what concerns the database as a whole.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Changes, PoolUsage, Store, StoreError};

use crate::backup;
use crate::changes::Listener;
use crate::engine::{Arg, EnginePool, Pools, Row};
use crate::migrations;
use crate::open::{self, Opened, Options};
use crate::operational::IfMissing;
use crate::reader::SqlReader;
use crate::sqlite;
use crate::statement::{InstallationSql, TenantSql, statements};
use crate::transaction::SqlTransaction;

statements! { InstallationSql, INSTALLATION:
    /// A commit that changes nothing of anybody's.
    CHECK_WRITABLE = "UPDATE write_check SET checked_at = $1";
}

/// A database of an installation, on SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlStore {
    /// Of the main file on SQLite.
    pub(crate) pools: Pools,
    /// Of the operational file on SQLite; the same on PostgreSQL.
    pub(crate) operational: Pools,
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
        let Opened { main: pools, operational } = open::open(url, options).await?;
        let notifies = pools.can_notify().await;
        let block_elements = options.block_elements.max(1).into();
        Ok(Self { pools, operational, notifies, block_elements, wait: options.wait })
    }

    /// Brings the schema to what this program needs. Any number of processes may do so at once.
    ///
    /// [`StoreError::Schema`] where the database is newer than this program, or not ours;
    /// [`StoreError::OperationalFile`] where SQLite's operational file is missing or of another database.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrations::run(&self.pools, &self.operational, IfMissing::Refuse).await
    }

    /// The same, but makes an empty operational file where SQLite's is missing: what was in it is lost.
    pub async fn migrate_without_operational_file(&self) -> Result<(), StoreError> {
        migrations::run(&self.pools, &self.operational, IfMissing::Create).await
    }

    /// The migrations that [`migrate`](Self::migrate) would apply, in order, such as `0001 accounts`.
    /// Changes nothing; the errors are the same.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        migrations::pending(&self.pools, &self.operational).await
    }

    /// The same of the database at `url`; a SQLite file that is not there is not made.
    pub async fn pending_migrations_of(url: &str, options: &Options) -> Result<Vec<String>, StoreError> {
        if sqlite::is_missing_file(url)? {
            return Ok(migrations::all());
        }
        Self::open(url, options).await?.pending_migrations().await
    }

    /// Copies the SQLite database at `url` into the empty files `main` and `operational`, while others go on reading
    /// and writing. Answers whether there is an operational file: one that an older version wrote has none.
    /// [`StoreError::Url`] where `url` names no SQLite file, [`StoreError::Unavailable`] where there is none,
    /// [`StoreError::OperationalFile`] as [`migrate`](Self::migrate).
    pub async fn back_up(url: &str, main: &Path, operational: &Path) -> Result<bool, StoreError> {
        if !url.starts_with("sqlite:") {
            return Err(StoreError::Url("expected sqlite:FILE; use pg_dump for PostgreSQL".into()));
        }
        backup::back_up(url, main, operational).await
    }

    /// The name of the operational file of the SQLite database in `main`: `outbound-operational.db` beside
    /// `outbound.db`.
    pub fn operational_file(main: &Path) -> PathBuf {
        sqlite::operational_path(main)
    }

    /// Waits for what is running and closes every connection; whoever asks later gets
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pools.close().await;
        self.operational.close().await;
    }

    pub(crate) fn reader(&self, account: &AccountId) -> SqlReader {
        self.pools.reader_in(account)
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
        self.pools.all(sql, args).await
    }

    /// How many rows a statement changed.
    pub(crate) async fn execute(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.pools.execute(sql, args).await
    }

    /// How many rows a statement changed in one account, which it does not lock.
    pub(crate) async fn execute_in(
        &self,
        account: &AccountId,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<u64, StoreError> {
        self.pools.execute_in(account, sql, args).await
    }

    /// SQLite's two files, or PostgreSQL, each with the names of its pools.
    fn files(&self) -> Vec<(&Pools, [&'static str; 2])> {
        let main = (&self.pools, ["reader", "writer"]);
        let operational = (&self.operational, ["operational_reader", "operational_writer"]);
        if self.pools.is_postgres() { vec![main] } else { vec![main, operational] }
    }

    /// Commits to one file, or to PostgreSQL.
    async fn check_commit(&self, pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
        let now = [now.into()];
        match tokio::time::timeout(self.wait, pools.execute(CHECK_WRITABLE, &now)).await {
            Ok(checked) => checked.map(drop),
            Err(_) if pools.is_postgres() => {
                let late = format!("{}: no answer within {:?}", pools.place, self.wait);
                Err(StoreError::Unavailable(late.into()))
            }
            // SQLite's one writer is at work.
            Err(_) => Err(StoreError::Busy(format!("{}: busy", pools.place).into())),
        }
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

    fn max_account_locks(&self) -> usize {
        self.pools.queues.max_turns()
    }

    fn pools(&self) -> Vec<PoolUsage> {
        self.files().into_iter().flat_map(|(pools, names)| pools.usage(names)).collect()
    }

    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut busy = Ok(());
        for (pools, _) in self.files() {
            match self.check_commit(pools, now).await {
                Err(StoreError::Busy(why)) => busy = Err(StoreError::Busy(why)),
                checked => checked?,
            }
        }
        busy
    }
}
