//! A transaction on one account, all or nothing. What the concerns have in common; each adds its own
//! statements.

use outbound_model::AccountId;
use outbound_store::{AuditEntry, StoreError};
use tokio::time::{Instant, timeout_at};

use crate::accounts;
use crate::bulk_insert::BulkInsert;
use crate::connection::Connection;
use crate::dialect;
use crate::engine::{Arg, Pools, Row};
use crate::lookup::LookupSql;
use crate::shares::Turn;
use crate::statement::TenantSql;
use crate::tenant::Tenant;

/// An open transaction; dropped, it is rolled back.
pub(crate) struct SqlTransaction {
    connection: Connection,
    account: AccountId,
    revision: i64,
    /// Written right before the commit.
    audit: Vec<AuditEntry>,
    /// Whether a statement failed. PostgreSQL would answer the commit by rolling back and calling
    /// that well done, SQLite would keep the half: so it is never asked.
    failed: bool,
    /// Until the end, no other transaction of this process locks the account.
    _turn: Option<Turn>,
}

impl SqlTransaction {
    /// Begins, without a lock.
    pub(crate) async fn begin(pools: &Pools, account: &AccountId) -> Result<Self, StoreError> {
        Ok(Self::of(pools.begin(account).await?, account, None))
    }

    /// Begins by moving the account's revision, which locks the account until the end; with `notify`, other
    /// nodes are told of the commit. [`StoreError::Busy`] after [`Queues::lock_wait`](crate::shares::Queues::lock_wait).
    pub(crate) async fn begin_locked(
        pools: &Pools,
        account: &AccountId,
        notify: bool,
    ) -> Result<Self, StoreError> {
        let lock = if notify { dialect::MOVE_REVISION_AND_NOTIFY_POSTGRES } else { accounts::MOVE_REVISION };
        let wait = pools.queues.lock_wait();
        let deadline = Instant::now() + wait;
        let late = |_| StoreError::Busy(format!("waited {wait:?} for the lock of an account").into());
        loop {
            let begin = async {
                let turn = pools.queues.turn(account).await?;
                Ok::<_, StoreError>(Self::of(pools.begin_locking(account).await?, account, Some(turn)))
            };
            let this = timeout_at(deadline, begin).await.map_err(late)??;
            // PostgreSQL waits for another node's lock for a second at most.
            match this.with_revision(lock).await {
                // Other accounts may have the connection between two attempts.
                Err(StoreError::Busy(_)) if Instant::now() < deadline => {}
                locked => return locked,
            }
        }
    }

    fn of(connection: Connection, account: &AccountId, turn: Option<Turn>) -> Self {
        let account = account.clone();
        Self { connection, account, revision: 0, audit: Vec::new(), failed: false, _turn: turn }
    }

    /// Begins without a lock, if there is such an account.
    pub(crate) async fn begin_known(pools: &Pools, account: &AccountId) -> Result<Self, StoreError> {
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

    /// How many rows a statement changed.
    pub(crate) async fn execute(&mut self, sql: TenantSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).execute(sql, args).await;
        self.failed |= answer.is_err();
        answer
    }

    /// The rows that a lookup finds, for any number of keys.
    pub(crate) async fn lookup<T: Row>(
        &mut self,
        sql: LookupSql,
        keys: &[&str],
    ) -> Result<Vec<T>, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).lookup(sql, keys).await;
        self.failed |= answer.is_err();
        answer
    }

    /// Writes the rows of all inserts.
    pub(crate) async fn insert(&mut self, inserts: &[BulkInsert<'_>]) -> Result<(), StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).insert(inserts).await;
        self.failed |= answer.is_err();
        answer
    }

    /// The number that a statement with one row answers; 0 without a row.
    pub(crate) async fn number(&mut self, sql: TenantSql, args: &[Arg<'_>]) -> Result<i64, StoreError> {
        Ok(self.optional(sql, args).await?.map_or(0, |(number,)| number))
    }

    /// Refuses the commit: a change was refused without a statement that failed.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    /// Adds an entry to the audit.
    pub(crate) fn add_audit(&mut self, entry: &AuditEntry) {
        self.audit.push(entry.clone());
    }

    /// Commits, and answers the account's revision as this transaction began.
    pub(crate) async fn make_durable(mut self) -> Result<i64, StoreError> {
        let audit = std::mem::take(&mut self.audit);
        self.write_audit(&audit).await?;
        if self.failed {
            return Err(StoreError::Engine("a statement of this transaction has failed".into()));
        }
        self.connection.commit().await?;
        Ok(self.revision)
    }
}
