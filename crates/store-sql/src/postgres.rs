//! Connects to PostgreSQL, directly or through a proxy.

use std::str::FromStr;
use std::time::Duration;

use outbound_store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, PgPool, Row};

use crate::Options;
use crate::dialect;
use crate::engine::{EnginePool, Pools};
use crate::error::connect_error;
use crate::queues::Queues;

/// The server cancels statements that run longer, which releases their locks.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The server ends transactions whose client is silent for longer, which releases their locks.
const IDLE_TRANSACTION_TIMEOUT: Duration = Duration::from_mins(1);

/// Connects to the server of `url`, `postgres://…`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Pools, StoreError> {
    let connect = connect_options(url)?;
    let label = label(&connect);
    let limits = session_limits(options.wait);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.wait)
        .after_connect(move |connection, _| {
            let limits = limits.clone();
            Box::pin(async move { set(connection, limits).await })
        })
        .connect_with(connect.clone())
        .await;
    let pool = match pool {
        Err(sqlx::Error::PoolTimedOut) => return Err(connect_failure(&connect, &label, options.wait).await),
        opened => opened.map_err(|error| connect_error(&error, &label))?,
    };
    reject_shared_sessions(&pool, &label, options.wait).await?;
    Ok(Pools { pool: EnginePool::Postgres(pool), queues: Queues::postgres(options), label: label.into() })
}

/// Rejects a proxy that shares a server session between clients (PgBouncer's transaction and statement
/// modes), because prepared statements, timeouts and LISTEN belong to a session. If the check itself fails,
/// the statements that follow report why.
async fn reject_shared_sessions(pool: &PgPool, label: &str, wait: Duration) -> Result<(), StoreError> {
    if !matches!(tokio::time::timeout(wait, shares_sessions(pool)).await, Ok(Ok(true))) {
        return Ok(());
    }
    let why = "a proxy shares connections between its clients (PgBouncer with pool_mode = transaction or \
               statement); set pool_mode = session for this database";
    Err(StoreError::Unavailable(format!("{label}: {why}").into()))
}

/// Whether one connection sees a setting of another. Uses no prepared statements, because the session may be
/// shared.
async fn shares_sessions(pool: &PgPool) -> sqlx::Result<bool> {
    let mut first = pool.connect_options().connect().await?;
    let mut second = pool.connect_options().connect().await?;
    first.execute(sqlx::raw_sql(dialect::MARK_SESSION_POSTGRES)).await?;
    let seen = second.fetch_one(sqlx::raw_sql(dialect::SESSION_MARK_POSTGRES)).await?;
    first.execute(sqlx::raw_sql(dialect::UNMARK_SESSION_POSTGRES)).await?;
    for connection in [first, second] {
        sqlx::Connection::close(connection).await?;
    }
    Ok(seen.try_get::<Option<String>, _>(0)?.is_some_and(|mark| !mark.is_empty()))
}

fn connect_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| StoreError::Url(error.to_string()))?;
    // sqlx keeps the brackets around an IPv6 address in a URL, which name resolution does not accept.
    let address = options.get_host().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let options = match address.map(str::to_owned) {
        Some(address) => options.host(&address),
        None => options,
    };
    // PgBouncer rejects `extra_float_digits` unless it is configured to ignore it, and no column needs it.
    Ok(options.application_name("outbound").extra_float_digits(None).disable_statement_logging())
}

/// The server and database, as shown in messages.
fn label(options: &PgConnectOptions) -> String {
    let server = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None if options.get_host().contains(':') => {
            format!("[{}]:{}", options.get_host(), options.get_port())
        }
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    format!("PostgreSQL at {server}, database {}", options.get_database().unwrap_or(options.get_username()))
}

/// Timeouts of the sessions. They are set by a statement, because PgBouncer does not forward the `options` of
/// the startup message.
fn session_limits(lock_wait: Duration) -> String {
    let limits = [
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("lock_timeout", lock_wait),
        ("idle_in_transaction_session_timeout", IDLE_TRANSACTION_TIMEOUT),
    ];
    limits.map(|(name, limit)| format!("SET {name} = {}", limit.as_millis())).join("; ")
}

async fn set(connection: &mut PgConnection, limits: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(limits)).execute(connection).await.map(drop)
}

/// Opens a separate connection whose statements may run without limit, for changes of the schema. They wait for each
/// lock for `lock_wait`.
pub(crate) async fn connect_without_limits(
    pool: &PgPool,
    lock_wait: Duration,
    label: &str,
) -> Result<PgConnection, StoreError> {
    let lock_wait = lock_wait.as_millis();
    let connect = async {
        let mut connection = pool.connect_options().connect().await?;
        let limits = format!("SET statement_timeout = 0; SET lock_timeout = {lock_wait}");
        set(&mut connection, limits).await?;
        Ok(connection)
    };
    connect.await.map_err(|error| connect_error(&error, label))
}

/// The reason why connecting failed. The pool reports only a timeout, so this connects once more.
async fn connect_failure(connect: &PgConnectOptions, label: &str, wait: Duration) -> StoreError {
    StoreError::Unavailable(match tokio::time::timeout(wait, connect.connect()).await {
        Ok(Ok(_)) => format!("{label}: accepts connections only now; try again").into(),
        Ok(Err(error)) => format!("{label}: cannot connect: {error}").into(),
        Err(_) => format!("{label}: does not answer").into(),
    })
}
