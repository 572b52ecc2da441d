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
use crate::shares::Queues;

/// No single statement takes longer; the server ends it, and its locks with it.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The server ends a transaction whose client fell silent, and its locks with it.
const IDLE_TRANSACTION_TIMEOUT: Duration = Duration::from_mins(1);

/// Connects to the server of `url`, `postgres://…`.
pub(crate) async fn open(url: &str, options: &Options) -> Result<Pools, StoreError> {
    let connect = connect_options(url)?;
    let place = place(&connect);
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
        Err(sqlx::Error::PoolTimedOut) => return Err(why_not(&connect, &place, options.wait).await),
        opened => opened.map_err(|error| connect_error(&error, &place))?,
    };
    refuse_shared_sessions(&pool, &place, options.wait).await?;
    Ok(Pools { pool: EnginePool::Postgres(pool), queues: Queues::postgres(options), place: place.into() })
}

/// Refuses a proxy that gives one server session to several clients in turn (PgBouncer's transaction and
/// statement modes): prepared statements, limits and LISTEN belong to a session. Where the look itself
/// fails, the work that follows says why.
async fn refuse_shared_sessions(pool: &PgPool, place: &str, wait: Duration) -> Result<(), StoreError> {
    if !matches!(tokio::time::timeout(wait, shares_sessions(pool)).await, Ok(Ok(true))) {
        return Ok(());
    }
    let why = "a proxy shares connections between its clients (PgBouncer with pool_mode = transaction or \
               statement); set pool_mode = session for this database";
    Err(StoreError::Unavailable(format!("{place}: {why}").into()))
}

/// Whether one connection sees what another has set. No statement here is prepared, as the session may be
/// somebody else's.
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
    // The host of a URL keeps the brackets of an IPv6 address, and no resolver knows them.
    let address = options.get_host().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let options = match address.map(str::to_owned) {
        Some(address) => options.host(&address),
        None => options,
    };
    // PgBouncer refuses this parameter unless told otherwise, and no column needs it.
    Ok(options.application_name("outbound").extra_float_digits(None).disable_statement_logging())
}

/// The server and database as messages name them.
fn place(options: &PgConnectOptions) -> String {
    let server = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None if options.get_host().contains(':') => {
            format!("[{}]:{}", options.get_host(), options.get_port())
        }
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    format!("PostgreSQL at {server}, database {}", options.get_database().unwrap_or(options.get_username()))
}

/// How long the server lets this program's sessions work and wait. Set by a statement: PgBouncer does not
/// pass on what the startup message's `options` say.
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

/// A connection of its own, without limits: a migration may take longer than any other statement.
pub(crate) async fn connect_without_limits(pool: &PgPool, place: &str) -> Result<PgConnection, StoreError> {
    let connect = async {
        let mut connection = pool.connect_options().connect().await?;
        set(&mut connection, "SET statement_timeout = 0; SET lock_timeout = 0".to_owned()).await?;
        Ok(connection)
    };
    connect.await.map_err(|error| connect_error(&error, place))
}

/// The pool only says how long it has tried, so this tries once more for the reason.
async fn why_not(connect: &PgConnectOptions, place: &str, wait: Duration) -> StoreError {
    StoreError::Unavailable(match tokio::time::timeout(wait, connect.connect()).await {
        Ok(Ok(_)) => format!("{place}: answers only now; try again").into(),
        Ok(Err(error)) => format!("{place}: cannot connect: {error}").into(),
        Err(_) => format!("{place}: does not answer").into(),
    })
}
