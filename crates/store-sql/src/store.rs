//! The store: opening, migration, and operations on the database as a whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{CommitListener, PoolUsage, Store, StoreError};

use crate::backup;
use crate::commits::PostgresCommitListener;
use crate::engine::{EnginePool, Pools};
use crate::open;
use crate::operational::IfMissing;
use crate::options::{Opened, Options};
use crate::reader::SqlReader;
use crate::reporting::ValueCache;
use crate::sqlite;
use crate::statement::{InstallationSql, statements};
use crate::transaction::SqlTransaction;
use crate::{migrations, migrators};

statements! { InstallationSql, INSTALLATION:
    /// A write that changes no data of any account.
    CHECK_WRITABLE = "UPDATE write_check SET checked_at = $1";
}

/// The database of an installation, on SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlStore {
    /// Pools of the main file on SQLite.
    pub(crate) pools: Pools,
    /// Pools of the operational file on SQLite; the same pools on PostgreSQL.
    pub(crate) operational: Pools,
    /// Whether other nodes are notified of commits.
    pub(crate) notifies: bool,
    /// Number of elements in a block of a published list.
    pub(crate) block_elements: i64,
    /// Values of reporting that were read or written.
    pub(crate) values: Arc<ValueCache>,
    wait: Duration,
}

impl SqlStore {
    /// Connects to `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// The schema may be out of date until [`migrate`](Self::migrate) is called. Fails with
    /// [`StoreError::Url`] if the URL is invalid, and with [`StoreError::Unavailable`] if the database cannot
    /// be reached.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let Opened { main: pools, operational } = open::open(url, options).await?;
        let notifies = pools.can_notify().await;
        let block_elements = options.block_elements.max(1).into();
        let values = Arc::default();
        Ok(Self { pools, operational, notifies, block_elements, values, wait: options.wait })
    }

    /// Migrates the schema to this version. Several processes may do so at the same time.
    ///
    /// Fails with [`StoreError::Schema`] if the database is newer than this version or belongs to another
    /// program, and with [`StoreError::OperationalFile`] if SQLite's operational file is missing or belongs
    /// to another database.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrations::run(&self.pools, &self.operational, IfMissing::Fail).await
    }

    /// Like [`migrate`](Self::migrate), but creates an empty operational file if SQLite's is missing. Its
    /// sessions and nonces are lost.
    pub async fn migrate_without_operational_file(&self) -> Result<(), StoreError> {
        migrations::run(&self.pools, &self.operational, IfMissing::Create).await
    }

    /// Lists the migrations that [`migrate`](Self::migrate) would apply, in order, such as `0001 accounts`.
    /// Changes nothing, and fails with the same errors.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        migrations::pending(&self.pools, &self.operational).await
    }

    /// Like [`pending_migrations`](Self::pending_migrations), for the database at `url`. Does not create a
    /// missing SQLite file.
    pub async fn pending_migrations_of(url: &str, options: &Options) -> Result<Vec<String>, StoreError> {
        if sqlite::is_missing_file(url)? {
            return Ok(migrators::all());
        }
        Self::open(url, options).await?.pending_migrations().await
    }

    /// Copies the SQLite database at `url` into the empty files `main` and `operational`, while the database
    /// is in use. Returns whether there is an operational file; databases of older versions have none. Fails
    /// with [`StoreError::Url`] if `url` names no SQLite file, with [`StoreError::Unavailable`] if the file
    /// does not exist, and with [`StoreError::OperationalFile`] like [`migrate`](Self::migrate).
    pub async fn back_up(url: &str, main: &Path, operational: &Path) -> Result<bool, StoreError> {
        if !url.starts_with("sqlite:") {
            return Err(StoreError::Url("expected sqlite:FILE; use pg_dump for PostgreSQL".into()));
        }
        backup::back_up(url, main, operational).await
    }

    /// The path of the operational file of the SQLite database in `main`: `outbound-operational.db` beside
    /// `outbound.db`.
    pub fn operational_file(main: &Path) -> PathBuf {
        sqlite::operational_path(main)
    }

    /// Waits for running statements and closes all connections. Later calls fail with
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pools.close().await;
        self.operational.close().await;
    }

    pub(crate) fn reader(&self, account: &AccountId) -> SqlReader {
        self.pools.reader_in(account)
    }

    /// Begins a transaction that locks the account and notifies other nodes of its commit.
    pub(crate) async fn begin_locked(&self, account: &AccountId) -> Result<SqlTransaction, StoreError> {
        SqlTransaction::begin_locked(&self.pools, account, self.notifies).await
    }

    /// The two files of SQLite, or PostgreSQL, each with the names of its pools.
    fn files(&self) -> Vec<(&Pools, [&'static str; 2])> {
        let main = (&self.pools, ["reader", "writer"]);
        let operational = (&self.operational, ["operational_reader", "operational_writer"]);
        if self.pools.is_postgres() { vec![main] } else { vec![main, operational] }
    }

    /// Checks that one file, or PostgreSQL, can be written.
    async fn check_commit(&self, pools: &Pools, now: Timestamp) -> Result<(), StoreError> {
        let now = [now.into()];
        match tokio::time::timeout(self.wait, pools.execute(CHECK_WRITABLE, &now)).await {
            Ok(checked) => checked.map(drop),
            Err(_) if pools.is_postgres() => {
                let late = format!("{}: no response within {:?}", pools.label, self.wait);
                Err(StoreError::Unavailable(late.into()))
            }
            // Another transaction is using SQLite's only writer.
            Err(_) => {
                Err(StoreError::Busy(format!("{}: another transaction is writing", pools.label).into()))
            }
        }
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn listen_for_commits(&self) -> Result<Option<Box<dyn CommitListener>>, StoreError> {
        match &self.pools.pool {
            EnginePool::Postgres(pool) if self.notifies => {
                Ok(Some(Box::new(PostgresCommitListener::open(pool, self.pools.label.clone()).await?)))
            }
            _ => Ok(None),
        }
    }

    fn max_account_locks(&self) -> usize {
        self.pools.queues.max_account_locks()
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
