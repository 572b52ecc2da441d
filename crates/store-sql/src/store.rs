//! The store itself: what belongs to no account, and the ways into one.

use async_trait::async_trait;
use outbound_model::AccountId;
use outbound_store::{Account, AccountReader, AccountTransaction, Changes, SigningKey, Store, StoreError};

use crate::changes::Listener;
use crate::engine::{Arg, Pools, Row};
use crate::error::store_error;
use crate::migrations;
use crate::open::{self, Options};
use crate::reader::SqlReader;
use crate::rows::{AccountRow, SigningKeyRow};
use crate::statements::{self, InstallationSql};
use crate::transaction::{SqlTransaction, Writing};

/// A database of an installation, on SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pools: Pools,
    writing: Writing,
}

impl SqlStore {
    /// Connects to `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// The schema may be older than this program needs until [`migrate`](Self::migrate) was called.
    /// [`StoreError::Url`] where the URL names no database, [`StoreError::Unavailable`] where the
    /// database cannot be reached.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let pools = open::open(url, options).await?;
        let writing = Writing {
            block_elements: options.block_elements.max(1).into(),
            notifies: pools.can_notify().await,
        };
        Ok(Self { pools, writing })
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

    /// Waits for what is running and closes every connection; whoever asks later gets
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pools.close().await;
    }

    async fn all<T: Row>(&self, sql: InstallationSql) -> Result<Vec<T>, StoreError> {
        let mut pooled = self.pools.reader().await.map_err(store_error)?;
        pooled.connection().all(sql.0, &[]).await.map_err(store_error)
    }

    async fn insert(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<(), StoreError> {
        let mut pooled = self.pools.writer().await.map_err(store_error)?;
        pooled.connection().execute(sql.0, args).await.map(drop).map_err(store_error)
    }
}

#[async_trait]
impl Store for SqlStore {
    fn read(&self, account: &AccountId) -> Box<dyn AccountReader> {
        Box::new(SqlReader::new(self.pools.clone(), account.clone()))
    }

    async fn write(&self, account: &AccountId) -> Result<Box<dyn AccountTransaction>, StoreError> {
        Ok(Box::new(SqlTransaction::begin(&self.pools, account, self.writing).await?))
    }

    async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        let row = [account.id.as_str().into(), account.created_at.into()];
        match self.insert(statements::INSERT_ACCOUNT, &row).await {
            Err(StoreError::Conflict) => Err(StoreError::AccountExists(account.id.clone())),
            other => other,
        }
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = self.all(statements::ACCOUNTS).await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = self.all(statements::SIGNING_KEYS).await?;
        rows.into_iter().map(SigningKey::try_from).collect()
    }

    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let row = [
            key.sequence.into(),
            key.kid.as_str().into(),
            (&*key.sealed_private_key).into(),
            key.public_jwk.as_str().into(),
            key.created_at.into(),
            key.signs_from.into(),
        ];
        self.insert(statements::INSERT_SIGNING_KEY, &row).await
    }

    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        match &self.pools {
            Pools::Postgres(pool) if self.writing.notifies => Ok(Some(Box::new(Listener::open(pool).await?))),
            _ => Ok(None),
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let mut pooled = self.pools.reader().await.map_err(store_error)?;
        pooled.connection().execute(statements::PING.0, &[]).await.map(drop).map_err(store_error)
    }
}
