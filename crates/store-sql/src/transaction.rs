//! A transaction on one account. The concerns add their methods.

use outbound_model::AccountId;
use outbound_store::{AuditEntry, StoreError};
use tokio::time::{Instant, timeout_at};

use crate::accounts;
use crate::args::{Arg, Row};
use crate::bulk_insert::BulkInsert;
use crate::connection::Connection;
use crate::dialect;
use crate::engine::Pools;
use crate::lookup::{Keys, LookupSql};
use crate::queues::AccountLockPermit;
use crate::statement::TenantSql;
use crate::tenant::Tenant;

/// An open transaction. It is rolled back if it is dropped.
pub(crate) struct SqlTransaction {
    connection: Connection,
    account: AccountId,
    revision: i64,
    /// Audit entries, which are inserted right before the commit.
    audit: Vec<AuditEntry>,
    /// Whether a statement failed. The transaction is then never committed: PostgreSQL would roll back and
    /// report success, and SQLite would keep the changes before the error.
    failed: bool,
    /// While this is held, no other transaction of this process locks the account.
    _account_lock: Option<AccountLockPermit>,
}

impl SqlTransaction {
    /// Begins a transaction that does not lock the account.
    pub(crate) async fn begin(pools: &Pools, account: &AccountId) -> Result<Self, StoreError> {
        Ok(Self::new(pools.begin(account).await?, account, None))
    }

    /// Begins a transaction that increments the account's revision, which locks the account until the end.
    /// With `notify`, other nodes are notified of the commit. Fails with [`StoreError::Busy`] after
    /// [`Queues::lock_wait`](crate::queues::Queues::lock_wait).
    pub(crate) async fn begin_locked(
        pools: &Pools,
        account: &AccountId,
        notify: bool,
    ) -> Result<Self, StoreError> {
        let lock = if notify {
            dialect::INCREMENT_REVISION_AND_NOTIFY_POSTGRES
        } else {
            accounts::INCREMENT_REVISION
        };
        let wait = pools.queues.lock_wait();
        let deadline = Instant::now() + wait;
        let late = |_| StoreError::Busy(format!("the account was not locked within {wait:?}").into());
        loop {
            let begin = async {
                let account_lock = pools.queues.account_lock(account).await?;
                Ok::<_, StoreError>(Self::new(
                    pools.begin_locking(account).await?,
                    account,
                    Some(account_lock),
                ))
            };
            let this = timeout_at(deadline, begin).await.map_err(late)??;
            // PostgreSQL waits up to one second for the lock of another node.
            match this.with_revision(lock).await {
                // Retries with a new connection, so that other accounts can use one in between.
                Err(StoreError::Busy(_)) if Instant::now() < deadline => {}
                locked => return locked,
            }
        }
    }

    fn new(connection: Connection, account: &AccountId, account_lock: Option<AccountLockPermit>) -> Self {
        let account = account.clone();
        Self {
            connection,
            account,
            revision: 0,
            audit: Vec::new(),
            failed: false,
            _account_lock: account_lock,
        }
    }

    /// Like [`begin`](Self::begin), but fails with [`StoreError::UnknownAccount`] if there is no such
    /// account.
    pub(crate) async fn begin_existing(pools: &Pools, account: &AccountId) -> Result<Self, StoreError> {
        let this = Self::begin(pools, account).await?;
        this.with_revision(accounts::REVISION).await
    }

    async fn with_revision(mut self, sql: TenantSql) -> Result<Self, StoreError> {
        match self.optional(sql, &[]).await? {
            Some((revision,)) => Ok(Self { revision, ..self }),
            None => Err(StoreError::UnknownAccount(self.account)),
        }
    }

    pub(crate) fn account(&self) -> &AccountId {
        &self.account
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.connection.is_postgres()
    }

    pub(crate) async fn all<T: Row>(
        &mut self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).all(sql, args).await;
        self.failed |= answer.is_err();
        answer
    }

    pub(crate) async fn optional<T: Row>(
        &mut self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Executes a statement and returns the number of changed rows.
    pub(crate) async fn execute(&mut self, sql: TenantSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).execute(sql, args).await;
        self.failed |= answer.is_err();
        answer
    }

    /// Looks up rows by any number of keys.
    pub(crate) async fn lookup<T: Row>(
        &mut self,
        sql: LookupSql,
        keys: &[&str],
    ) -> Result<Vec<T>, StoreError> {
        self.lookup_keys(sql, Keys::Text(keys)).await
    }

    /// Like [`lookup`](Self::lookup), for keys of bytes.
    pub(crate) async fn lookup_bytes<T: Row>(
        &mut self,
        sql: LookupSql,
        keys: &[&[u8]],
    ) -> Result<Vec<T>, StoreError> {
        self.lookup_keys(sql, Keys::Bytes(keys)).await
    }

    async fn lookup_keys<T: Row>(&mut self, sql: LookupSql, keys: Keys<'_>) -> Result<Vec<T>, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).lookup(sql, keys).await;
        self.failed |= answer.is_err();
        answer
    }

    /// Inserts the rows of all inserts.
    pub(crate) async fn insert(&mut self, inserts: &[BulkInsert<'_>]) -> Result<(), StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).insert(inserts).await;
        self.failed |= answer.is_err();
        answer
    }

    /// Returns the number in a statement's only row; 0 if there is no row.
    pub(crate) async fn number(&mut self, sql: TenantSql, args: &[Arg<'_>]) -> Result<i64, StoreError> {
        Ok(self.optional(sql, args).await?.map_or(0, |(number,)| number))
    }

    /// Makes the commit fail. Used if a change was rejected before any statement failed.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    /// Adds an entry to the audit log.
    pub(crate) fn add_audit(&mut self, entry: &AuditEntry) {
        self.audit.push(entry.clone());
    }

    /// Inserts the audit entries, commits, and returns the account's revision in this transaction.
    pub(crate) async fn commit_with_audit(mut self) -> Result<i64, StoreError> {
        let audit = std::mem::take(&mut self.audit);
        self.write_audit(&audit).await?;
        if self.failed {
            return Err(StoreError::Engine("a statement of this transaction has failed".into()));
        }
        self.connection.commit().await?;
        Ok(self.revision)
    }
}
