//! Looks up rows by many keys with one statement.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::args::{AccountKey, Row};

/// Number of keys of one statement on SQLite. Missing keys are replaced by empty ones, which no row has. So
/// only two statements are prepared and reused: one with a single key and one with many.
const SQLITE_KEYS: usize = 64;

/// The keys of a lookup.
#[derive(Clone, Copy)]
pub(crate) enum Keys<'k> {
    Text(&'k [&'k str]),
    Bytes(&'k [&'k [u8]]),
}

impl Keys<'_> {
    fn len(self) -> usize {
        match self {
            Self::Text(keys) => keys.len(),
            Self::Bytes(keys) => keys.len(),
        }
    }

    fn postgres_type(self) -> &'static str {
        match self {
            Self::Text(_) => "TEXT[]",
            Self::Bytes(_) => "BYTEA[]",
        }
    }
}

/// Binds the account as `$1`.
macro_rules! bind_account {
    ($query:expr, $account:expr) => {
        match $account {
            AccountKey::Id(id) => $query.bind(id),
            AccountKey::Number(number) => $query.bind(number),
        }
    };
}

/// A statement on one account that finds at most one row for each key.
///
/// The statements force a lookup of each key. Otherwise the planners sometimes scan all rows of the account:
/// SQLite has no statistics, and those of PostgreSQL are out of date in a long transaction.
#[derive(Clone, Copy)]
pub(crate) struct LookupSql {
    /// `SELECT` with the columns.
    pub(crate) select: &'static str,
    /// Tables and conditions, up to the column that is compared with the key: `handoffs h WHERE h.account_id
    /// = $1 AND h.handoff_id`.
    pub(crate) from: &'static str,
    /// Whether the rows are locked, in the order of the keys. SQLite has one writer.
    pub(crate) locks: bool,
}

impl LookupSql {
    /// The SQLite statement for this number of keys, which are `$2`, `$3` … SQLite does not reorder tables
    /// around `CROSS JOIN`.
    pub(crate) fn sqlite(self, keys: usize) -> String {
        let Self { select, from, .. } = self;
        let keys: Vec<_> = (0..keys).map(|key| format!("(${})", key + 2)).collect();
        let keys = keys.join(", ");
        format!("{select} FROM (SELECT column1 AS key FROM (VALUES {keys})) AS k CROSS JOIN {from} = k.key")
    }

    /// The PostgreSQL statement, with the keys as the array `$2`. `LIMIT` prevents PostgreSQL from converting
    /// the subquery to a join.
    pub(crate) fn postgres(self, keys: Keys<'_>) -> String {
        let Self { select, from, locks } = self;
        let keys = keys.postgres_type();
        let lock = if locks { " FOR UPDATE OF h" } else { "" };
        format!(
            "SELECT found.* FROM UNNEST(CAST($2 AS {keys})) AS k (key)
             CROSS JOIN LATERAL ({select} FROM {from} = k.key LIMIT 1{lock}) AS found"
        )
    }

    pub(crate) async fn run_sqlite<T: Row>(
        self,
        account: AccountKey<'_>,
        keys: Keys<'_>,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Vec<T>> {
        let mut found = Vec::new();
        for start in (0..keys.len()).step_by(SQLITE_KEYS) {
            let count = if keys.len() == 1 { 1 } else { SQLITE_KEYS };
            let select = sqlx::query_as(AssertSqlSafe(self.sqlite(count)));
            let mut select = bind_account!(select, account);
            for place in start..start + count {
                select = match keys {
                    Keys::Text(keys) => select.bind(keys.get(place).copied().unwrap_or_default()),
                    Keys::Bytes(keys) => select.bind(keys.get(place).copied().unwrap_or_default()),
                };
            }
            found.extend(select.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    pub(crate) async fn run_postgres<T: Row>(
        self,
        account: AccountKey<'_>,
        keys: Keys<'_>,
        connection: &mut PgConnection,
    ) -> sqlx::Result<Vec<T>> {
        let select = sqlx::query_as(AssertSqlSafe(self.postgres(keys)));
        let select = bind_account!(select, account);
        let select = match keys {
            Keys::Text(keys) => select.bind(keys),
            Keys::Bytes(keys) => select.bind(keys),
        };
        select.fetch_all(connection).await
    }
}
