//! The connection pools of both engines.

use std::sync::Arc;

use outbound_model::AccountId;
use outbound_store::{PoolUsage, StoreError};
use sqlx::{Database, PgPool, Pool, SqlitePool};

use crate::connection::{Connection, PooledConnection};
use crate::dialect;
use crate::error::{connect_error, sqlite_writer_error, store_error};
use crate::queues::{ConnectionPermit, QueueKey, Queues};

/// The usage of a pool. The two numbers are read one after the other, so they may be inconsistent.
fn usage<DB: Database>(pool: &'static str, connections: &Pool<DB>) -> PoolUsage {
    let idle = connections.num_idle();
    let open = usize::try_from(connections.size()).unwrap_or(usize::MAX);
    PoolUsage { pool, idle, used: open.saturating_sub(idle) }
}

/// The connections to one database, or to one file of SQLite. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    pub(crate) pool: EnginePool,
    pub(crate) queues: Queues,
    /// The database as shown in messages, without a password.
    pub(crate) label: Arc<str>,
}

/// The pools of one engine.
#[derive(Clone, Debug)]
pub(crate) enum EnginePool {
    /// Many connections that read, and one that writes.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    /// All connections read and write.
    Postgres(PgPool),
}

impl Pools {
    /// Waits for a connection that reads.
    pub(crate) async fn reader(&self, key: QueueKey) -> Result<Connection, StoreError> {
        self.reader_with(self.queues.reader(key).await?).await
    }

    /// Takes a connection that reads.
    pub(crate) async fn reader_with(&self, share: ConnectionPermit) -> Result<Connection, StoreError> {
        let raw = match &self.pool {
            EnginePool::Sqlite { readers, .. } => readers.acquire().await.map(PooledConnection::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| store_error(&error, &self.label))?;
        Ok(Connection::new(raw, self.label.clone(), share))
    }

    /// Waits for a connection for one statement that writes.
    pub(crate) async fn writer(&self, key: QueueKey) -> Result<Connection, StoreError> {
        let share = self.queues.writer(key).await?;
        let raw = match &self.pool {
            EnginePool::Sqlite { writer, .. } => writer.acquire().await.map(PooledConnection::Sqlite),
            EnginePool::Postgres(pool) => return self.postgres(pool, share).await,
        };
        let raw = raw.map_err(|error| sqlite_writer_error(&error, &self.label))?;
        Ok(Connection::new(raw, self.label.clone(), share))
    }

    async fn postgres(&self, pool: &PgPool, share: ConnectionPermit) -> Result<Connection, StoreError> {
        let raw = pool.acquire().await.map_err(|error| connect_error(&error, &self.label))?;
        Ok(Connection::new(PooledConnection::Postgres(raw), self.label.clone(), share))
    }

    /// Opens a transaction that writes.
    pub(crate) async fn begin(&self, account: &AccountId) -> Result<Connection, StoreError> {
        self.begin_with(account, dialect::BEGIN_POSTGRES).await
    }

    /// Opens a transaction that locks the account.
    pub(crate) async fn begin_locking(&self, account: &AccountId) -> Result<Connection, StoreError> {
        self.begin_with(account, dialect::BEGIN_LOCKING_POSTGRES).await
    }

    async fn begin_with(
        &self,
        account: &AccountId,
        postgres: &'static str,
    ) -> Result<Connection, StoreError> {
        let mut connection = self.writer(QueueKey::Account(account.clone())).await?;
        connection.begin(if self.is_postgres() { postgres } else { dialect::BEGIN_SQLITE }).await?;
        Ok(connection)
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.pool, EnginePool::Postgres(_))
    }

    /// Returns the current usage of each pool. `names` are the names of SQLite's reader and writer pools.
    pub(crate) fn usage(&self, names: [&'static str; 2]) -> Vec<PoolUsage> {
        match &self.pool {
            EnginePool::Sqlite { readers, writer } => vec![usage(names[0], readers), usage(names[1], writer)],
            EnginePool::Postgres(pool) => vec![usage("any", pool)],
        }
    }

    /// Whether other processes can be notified of commits.
    pub(crate) async fn can_notify(&self) -> bool {
        if !self.is_postgres() {
            return false;
        }
        match self.writer(QueueKey::Installation).await {
            Ok(mut connection) => connection.execute(dialect::TRY_NOTIFY_POSTGRES, &[]).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Waits for running statements, then closes all connections.
    pub(crate) async fn close(&self) {
        match &self.pool {
            EnginePool::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            EnginePool::Postgres(pool) => pool.close().await,
        }
    }
}
