//! The store itself: what belongs to no account, and the ways into one.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey, Timestamp, WebhookId};
use outbound_store::{
    Account, AccountReader, AccountTransaction, ApiKey, Changes, FoundSession, Nonce, PoolUsage,
    SessionTransaction, SigningKey, Store, StoreError, WebhookTransaction,
};

use crate::changes::Listener;
use crate::dialect;
use crate::engine::{Arg, EnginePool, Pools, Row};
use crate::migrations;
use crate::open::{self, Options};
use crate::reader::SqlReader;
use crate::rows::{AccountRow, ApiKeyRow, SigningKeyRow, parsed};
use crate::sqlite;
use crate::statements::{self, InstallationSql};
use crate::tenant::Tenant;
use crate::transaction::{SqlTransaction, Writing};
use crate::user_rows::SessionRow;

/// A database of an installation, on SQLite or PostgreSQL.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pools: Pools,
    writing: Writing,
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
        let writing = Writing {
            block_elements: options.block_elements.max(1).into(),
            notifies: pools.can_notify().await,
        };
        Ok(Self { pools, writing, wait: options.wait })
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

    async fn all<T: Row>(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError> {
        self.pools.reader().await?.all(sql.0, args).await
    }

    async fn execute(&self, sql: InstallationSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.pools.writer().await?.execute(sql.0, args).await
    }
}

#[async_trait]
impl Store for SqlStore {
    fn read(&self, account: &AccountId) -> Box<dyn AccountReader> {
        Box::new(SqlReader::new(self.pools.clone(), account.clone()))
    }

    async fn write(&self, account: &AccountId) -> Result<Box<dyn AccountTransaction>, StoreError> {
        let hold = if self.writing.notifies {
            dialect::MOVE_REVISION_AND_NOTIFY_POSTGRES
        } else {
            statements::MOVE_REVISION
        };
        Ok(Box::new(SqlTransaction::begin(&self.pools, account, hold, self.writing).await?))
    }

    async fn write_sessions(&self, account: &AccountId) -> Result<Box<dyn SessionTransaction>, StoreError> {
        // Nothing that others keep in memory changes.
        let hold = statements::HOLD_ACCOUNT;
        Ok(Box::new(SqlTransaction::begin(&self.pools, account, hold, self.writing).await?))
    }

    async fn write_webhooks(&self, account: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError> {
        let hold = statements::HOLD_ACCOUNT;
        Ok(Box::new(SqlTransaction::begin(&self.pools, account, hold, self.writing).await?))
    }

    async fn webhooks_with_work(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(AccountId, WebhookId)>, StoreError> {
        let args = [now.into(), i64::from(most).into()];
        let rows: Vec<(String, String)> = self.all(statements::WEBHOOKS_WITH_WORK, &args).await?;
        rows.iter().map(|(account, id)| Ok((parsed(account)?, parsed(id)?))).collect()
    }

    async fn forget_deliveries(&self, until: Timestamp, most: u32) -> Result<u64, StoreError> {
        self.execute(statements::FORGET_DELIVERIES, &[until.into(), i64::from(most).into()]).await
    }

    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<FoundSession>, StoreError> {
        let rows: Vec<SessionRow> = self.all(statements::SESSION_OF_BEARER, &[bearer_hash.into()]).await?;
        rows.into_iter().next().map(FoundSession::try_from).transpose()
    }

    async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        let row = [account.id.as_str().into(), account.created_at.into()];
        match self.execute(statements::INSERT_ACCOUNT, &row).await {
            Err(StoreError::Conflict) => Err(StoreError::AccountExists(account.id.clone())),
            other => other.map(drop),
        }
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = self.all(statements::ACCOUNTS, &[]).await?;
        rows.into_iter().map(Account::try_from).collect()
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = self.all(statements::SIGNING_KEYS, &[]).await?;
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
        self.execute(statements::INSERT_SIGNING_KEY, &row).await.map(drop)
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        let rows: Vec<(i32,)> = self.all(statements::ANY_ADMINISTRATOR, &[]).await?;
        Ok(!rows.is_empty())
    }

    async fn holds_secrets(&self) -> Result<bool, StoreError> {
        let rows: Vec<(i32,)> = self.all(statements::ANY_SECRET, &[]).await?;
        Ok(!rows.is_empty())
    }

    async fn api_key(&self, app_key: &AppKey) -> Result<Option<(AccountId, ApiKey)>, StoreError> {
        let rows: Vec<ApiKeyRow> = self.all(statements::API_KEY, &[app_key.as_str().into()]).await?;
        rows.into_iter().next().map(TryInto::try_into).transpose()
    }

    async fn spend_nonce(
        &self,
        account: &AccountId,
        nonce: Nonce<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = [nonce.app_key.as_str().into(), nonce.value.into(), nonce.expires_at.into(), now.into()];
        let mut connection = self.pools.writer().await?;
        let changed = Tenant::new(account, &mut connection).execute(statements::SPEND_NONCE, &row).await?;
        Ok(changed > 0)
    }

    async fn forget_nonces(&self, now: Timestamp, most: u32) -> Result<u64, StoreError> {
        self.execute(statements::FORGET_NONCES, &[now.into(), i64::from(most).into()]).await
    }

    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        match &self.pools.pool {
            EnginePool::Postgres(pool) if self.writing.notifies => {
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
        let check = self.execute(statements::CHECK_WRITABLE, &now);
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
