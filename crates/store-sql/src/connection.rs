//! A connection of either engine, on loan from its pool.
//!
//! After most errors nobody knows whether a transaction is still open, or which answer the server sends
//! next. Such a connection never returns to its pool: it is closed, and the pool opens another.

use std::convert;
use std::future::Future;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::bulk_insert::{self, BulkInsert};
use crate::engine::{Arg, Row, json_array};
use crate::error::{leaves_state_known, store_error};
use crate::lookup::LookupSql;
use crate::shares::Share;

/// Upper bound for one answer of PostgreSQL; the server's own limits are shorter (`postgres`).
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// Bounds the wait for a server that may fall silent without closing the connection.
pub(crate) async fn answered<T>(work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(ANSWER_TIMEOUT, work).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Binds the arguments to the query; `$utf8` and `$ints` convert [`Arg::Utf8`] and [`Arg::Ints`] to what the engine
/// takes.
macro_rules! bound {
    ($query:expr, $args:expr, $utf8:expr, $ints:expr) => {
        $args.iter().fold($query, |query, arg| match *arg {
            Arg::Text(value) => query.bind(value),
            Arg::Utf8(value) => query.bind($utf8(value)),
            Arg::Int(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
            Arg::OptionalBytes(value) => query.bind(value),
            Arg::OptionalText(value) => query.bind(value),
            Arg::OptionalInt(value) => query.bind(value),
            Arg::Ints(value) => query.bind($ints(value)),
        })
    };
}

/// The pooled connection of one engine.
pub(crate) enum Raw {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    /// Taken out on drop.
    Gone,
}

/// What is known about the session behind a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Idle,
    InTransaction,
    /// A statement is under way, was abandoned, or failed.
    Unknown,
}

/// A connection on loan. Dropped, it returns to its pool if it is idle, is rolled back first if it is in
/// a transaction, and is closed if its state is unknown.
pub(crate) struct Connection {
    raw: Raw,
    state: State,
    /// The database, for messages.
    place: Arc<str>,
    /// Given back when the connection is free again; taken out on drop.
    share: Option<Share>,
}

impl Connection {
    pub(crate) fn new(raw: Raw, place: Arc<str>, share: Share) -> Self {
        Self { raw, state: State::Idle, place, share: Some(share) }
    }

    /// Every row of a statement.
    pub(crate) async fn all<T: Row>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let before = self.enter();
        let span = self.span(sql);
        let answer = async {
            match &mut self.raw {
                Raw::Sqlite(raw) => {
                    bound!(sqlx::query_as(sql), args, convert::identity, json_array)
                        .fetch_all(&mut **raw)
                        .await
                }
                Raw::Postgres(raw) => {
                    answered(
                        bound!(sqlx::query_as(sql), args, str::as_bytes, convert::identity)
                            .fetch_all(&mut **raw),
                    )
                    .await
                }
                Raw::Gone => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.leave(before, answer)
    }

    /// How many rows a statement changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let before = self.enter();
        let span = self.span(sql);
        let answer = async {
            match &mut self.raw {
                Raw::Sqlite(raw) => {
                    let done = bound!(sqlx::query(sql), args, convert::identity, json_array)
                        .execute(&mut **raw)
                        .await;
                    done.map(|done| done.rows_affected())
                }
                Raw::Postgres(raw) => {
                    let done = answered(
                        bound!(sqlx::query(sql), args, str::as_bytes, convert::identity).execute(&mut **raw),
                    )
                    .await;
                    done.map(|done| done.rows_affected())
                }
                Raw::Gone => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.leave(before, answer)
    }

    /// The rows that a lookup finds in `account`, for any number of keys.
    pub(crate) async fn lookup<T: Row>(
        &mut self,
        account: &str,
        lookup: LookupSql,
        keys: &[&str],
    ) -> Result<Vec<T>, StoreError> {
        let before = self.enter();
        let span = self.span(lookup.from);
        let answer = async {
            match &mut self.raw {
                Raw::Sqlite(raw) => lookup.run_sqlite(account, keys, raw).await,
                Raw::Postgres(raw) => answered(lookup.run_postgres(account, keys, raw)).await,
                Raw::Gone => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.leave(before, answer)
    }

    /// Writes the rows of all inserts into `account`.
    pub(crate) async fn insert(
        &mut self,
        account: &str,
        inserts: &[BulkInsert<'_>],
    ) -> Result<(), StoreError> {
        let before = self.enter();
        let span = self.span("bulk insert");
        let answer = async {
            match &mut self.raw {
                Raw::Sqlite(raw) => bulk_insert::write_sqlite(account, inserts, raw).await,
                Raw::Postgres(raw) => answered(bulk_insert::write_postgres(account, inserts, raw)).await,
                Raw::Gone => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.leave(before, answer)
    }

    /// Opens a transaction with the engine's `statement` for that.
    pub(crate) async fn begin(&mut self, statement: &'static str) -> Result<(), StoreError> {
        self.control(statement, State::InTransaction).await
    }

    /// Makes the transaction durable.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.state == State::Unknown {
            let lost = format!("{}: the transaction was lost by an earlier error", self.place);
            return Err(StoreError::Unavailable(lost.into()));
        }
        self.control("COMMIT", State::Idle).await
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.raw, Raw::Postgres(_))
    }

    async fn control(&mut self, statement: &'static str, after: State) -> Result<(), StoreError> {
        self.enter();
        let span = self.span(statement);
        let answer = async {
            match &mut self.raw {
                Raw::Sqlite(raw) => sqlx::raw_sql(statement).execute(&mut **raw).await.map(drop),
                Raw::Postgres(raw) => answered(sqlx::raw_sql(statement).execute(&mut **raw)).await.map(drop),
                Raw::Gone => Err(sqlx::Error::WorkerCrashed),
            }
        };
        let answer = answer.instrument(span).await;
        self.leave(after, answer)
    }

    /// For a trace collector; without one the span is disabled. Statements are constants, so their text holds no
    /// value. Background tasks poll outside of any span: a trace for each of their statements would tell nothing.
    /// Names are those of OpenTelemetry's semantic conventions for databases.
    fn span(&self, sql: &'static str) -> Span {
        if Span::current().is_none() {
            return Span::none();
        }
        let system = if self.is_postgres() { "postgresql" } else { "sqlite" };
        tracing::debug_span!("statement", otel.kind = "client", db.system.name = system, db.query.text = sql)
    }

    /// The state is unknown until the answer is there: the caller may be cancelled while it waits.
    fn enter(&mut self) -> State {
        mem::replace(&mut self.state, State::Unknown)
    }

    fn leave<T>(&mut self, after: State, answer: sqlx::Result<T>) -> Result<T, StoreError> {
        if answer.as_ref().err().is_none_or(leaves_state_known) {
            self.state = after;
        }
        answer.map_err(|error| store_error(&error, &self.place))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let raw = mem::replace(&mut self.raw, Raw::Gone);
        match (self.state, raw) {
            // Returns to its pool.
            (State::Idle, raw) => drop(raw),
            (State::InTransaction, raw) => roll_back(raw, self.place.clone(), self.share.take()),
            (State::Unknown, Raw::Sqlite(raw)) => drop(raw.detach()),
            (State::Unknown, Raw::Postgres(raw)) => drop(raw.detach()),
            (State::Unknown, Raw::Gone) => {}
        }
    }
}

/// In a task, because a drop cannot wait. A task that never runs, as the process ends, closes the connection.
fn roll_back(raw: Raw, place: Arc<str>, share: Option<Share>) {
    let mut connection = Connection { raw, state: State::Unknown, place, share };
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            // Nobody is there to be told, and after an error the connection is closed.
            let _ = connection.control("ROLLBACK", State::Idle).await;
        });
    }
}
