//! A connection of either engine, borrowed from its pool.
//!
//! After most errors it is unknown whether a transaction is still open, or which response the server sends
//! next. Such a connection is closed instead of returned to its pool.

use std::convert;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::args::{AccountKey, Arg, Row, bind_args, json_array};
use crate::bulk_insert::{self, BulkInsert};
use crate::error::{leaves_session_usable, store_error};
use crate::lookup::{Keys, LookupSql};
use crate::queues::ConnectionPermit;

/// Maximum time for one response of PostgreSQL. The server's own timeouts are shorter (`postgres`).
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

/// Limits the wait for a server that stops responding without closing the connection.
pub(crate) async fn with_timeout<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(RESPONSE_TIMEOUT, work).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// A pooled connection of one engine.
pub(crate) enum PooledConnection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    /// The connection was moved out by `drop`.
    Taken,
}

/// What is known about the database session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum SessionState {
    Idle,
    InTransaction,
    /// A statement is running, was cancelled, or failed.
    Unknown,
}

/// How a statement is planned. Only PostgreSQL has both ways.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Plan {
    /// The connection keeps the statement. After a few executions, it may keep a plan for any arguments.
    Reused,
    /// A plan for these arguments.
    ForArguments,
}

/// A borrowed connection. On drop it returns to its pool if it is idle, after a rollback if it is in a
/// transaction. It is closed if its state is unknown.
pub(crate) struct Connection {
    raw: PooledConnection,
    state: SessionState,
    /// The database, as shown in messages.
    label: Arc<str>,
    /// Released when the connection returns to the pool; moved out by `drop`.
    share: Option<ConnectionPermit>,
}

impl Connection {
    pub(crate) fn new(raw: PooledConnection, label: Arc<str>, share: ConnectionPermit) -> Self {
        Self { raw, state: SessionState::Idle, label, share: Some(share) }
    }

    /// Returns all rows of a statement.
    pub(crate) async fn all<T: Row>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.fetch(sql, args, Plan::Reused).await
    }

    /// Like [`all`](Self::all), but PostgreSQL prepares and plans the statement for these arguments, which takes
    /// about a millisecond and a round trip. For statements whose best plan depends on their arguments.
    pub(crate) async fn all_with_own_plan<T: Row>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.fetch(sql, args, Plan::ForArguments).await
    }

    async fn fetch<T: Row>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        plan: Plan,
    ) -> Result<Vec<T>, StoreError> {
        let before = self.begin_statement();
        let span = self.span(sql);
        let answer = async {
            match &mut self.raw {
                PooledConnection::Sqlite(raw) => {
                    bind_args!(sqlx::query_as(sql), args, convert::identity, json_array)
                        .fetch_all(&mut **raw)
                        .await
                }
                PooledConnection::Postgres(raw) => {
                    let query = bind_args!(sqlx::query_as(sql), args, str::as_bytes, convert::identity)
                        .persistent(plan == Plan::Reused);
                    with_timeout(query.fetch_all(&mut **raw)).await
                }
                PooledConnection::Taken => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.end_statement(before, answer)
    }

    /// Executes a statement and returns the number of changed rows.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let before = self.begin_statement();
        let span = self.span(sql);
        let answer = async {
            match &mut self.raw {
                PooledConnection::Sqlite(raw) => {
                    let done = bind_args!(sqlx::query(sql), args, convert::identity, json_array)
                        .execute(&mut **raw)
                        .await;
                    done.map(|done| done.rows_affected())
                }
                PooledConnection::Postgres(raw) => {
                    let done = with_timeout(
                        bind_args!(sqlx::query(sql), args, str::as_bytes, convert::identity)
                            .execute(&mut **raw),
                    )
                    .await;
                    done.map(|done| done.rows_affected())
                }
                PooledConnection::Taken => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.end_statement(before, answer)
    }

    /// Looks up rows in `account` by any number of keys.
    pub(crate) async fn lookup<T: Row>(
        &mut self,
        account: AccountKey<'_>,
        lookup: LookupSql,
        keys: Keys<'_>,
    ) -> Result<Vec<T>, StoreError> {
        let before = self.begin_statement();
        let span = self.span(lookup.from);
        let answer = async {
            match &mut self.raw {
                PooledConnection::Sqlite(raw) => lookup.run_sqlite(account, keys, raw).await,
                PooledConnection::Postgres(raw) => {
                    with_timeout(lookup.run_postgres(account, keys, raw)).await
                }
                PooledConnection::Taken => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.end_statement(before, answer)
    }

    /// Inserts the rows of all inserts into `account`, and returns the number of rows that the last insert
    /// changed.
    pub(crate) async fn insert(
        &mut self,
        account: AccountKey<'_>,
        inserts: &[BulkInsert<'_>],
    ) -> Result<u64, StoreError> {
        let before = self.begin_statement();
        let span = self.span("bulk insert");
        let answer = async {
            match &mut self.raw {
                PooledConnection::Sqlite(raw) => bulk_insert::write_sqlite(account, inserts, raw).await,
                PooledConnection::Postgres(raw) => {
                    with_timeout(bulk_insert::write_postgres(account, inserts, raw)).await
                }
                PooledConnection::Taken => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.end_statement(before, answer)
    }

    /// Opens a transaction with `statement`, which depends on the engine.
    pub(crate) async fn begin(&mut self, statement: &'static str) -> Result<(), StoreError> {
        self.control(statement, SessionState::InTransaction).await
    }

    /// Commits the transaction.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.state == SessionState::Unknown {
            let message = format!("{}: an earlier error ended the transaction", self.label);
            return Err(StoreError::Unavailable(message.into()));
        }
        self.control("COMMIT", SessionState::Idle).await
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.raw, PooledConnection::Postgres(_))
    }

    async fn control(&mut self, statement: &'static str, after: SessionState) -> Result<(), StoreError> {
        self.begin_statement();
        let span = self.span(statement);
        let answer = async {
            match &mut self.raw {
                PooledConnection::Sqlite(raw) => sqlx::raw_sql(statement).execute(&mut **raw).await.map(drop),
                PooledConnection::Postgres(raw) => {
                    with_timeout(sqlx::raw_sql(statement).execute(&mut **raw)).await.map(drop)
                }
                PooledConnection::Taken => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.end_statement(after, answer)
    }

    /// A span for a trace collector; disabled if there is none. The SQL contains no values, because
    /// statements are constants. Background tasks that poll run outside of any span, and a trace of each of
    /// their statements would not be useful. The names follow OpenTelemetry's semantic conventions for
    /// databases.
    fn span(&self, sql: &'static str) -> Span {
        if Span::current().is_none() {
            return Span::none();
        }
        let system = if self.is_postgres() { "postgresql" } else { "sqlite" };
        tracing::debug_span!("statement", otel.kind = "client", db.system.name = system, db.query.text = sql)
    }

    /// The state is unknown until the response arrives, because the caller may be cancelled while it waits.
    fn begin_statement(&mut self) -> SessionState {
        mem::replace(&mut self.state, SessionState::Unknown)
    }

    fn end_statement<T>(&mut self, after: SessionState, answer: sqlx::Result<T>) -> Result<T, StoreError> {
        if answer.as_ref().err().is_none_or(leaves_session_usable) {
            self.state = after;
        }
        answer.map_err(|error| store_error(&error, &self.label))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let raw = mem::replace(&mut self.raw, PooledConnection::Taken);
        match (self.state, raw) {
            // Returns to its pool.
            (SessionState::Idle, raw) => drop(raw),
            (SessionState::InTransaction, raw) => roll_back(raw, self.label.clone(), self.share.take()),
            (SessionState::Unknown, PooledConnection::Sqlite(raw)) => drop(raw.detach()),
            (SessionState::Unknown, PooledConnection::Postgres(raw)) => drop(raw.detach()),
            (SessionState::Unknown, PooledConnection::Taken) => {}
        }
    }
}

/// Rolls back in a task, because `drop` cannot wait. If the task never runs because the process ends, the
/// connection is closed.
fn roll_back(raw: PooledConnection, label: Arc<str>, share: Option<ConnectionPermit>) {
    let mut connection = Connection { raw, state: SessionState::Unknown, label, share };
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            // Errors are ignored: the connection is then closed.
            let _ = connection.control("ROLLBACK", SessionState::Idle).await;
        });
    }
}
