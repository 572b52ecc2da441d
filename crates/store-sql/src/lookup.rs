//! Looks up rows by many keys with one statement.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::engine::Row;

/// Number of keys of one statement on SQLite. Missing keys are replaced by empty ones, which no row has. So
/// only two statements are prepared and reused: one with a single key and one with many.
const SQLITE_KEYS: usize = 64;

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
}

impl LookupSql {
    /// The SQLite statement for this number of keys, which are `$2`, `$3` … SQLite does not reorder tables
    /// around `CROSS JOIN`.
    pub(crate) fn sqlite(self, keys: usize) -> String {
        let Self { select, from } = self;
        let keys: Vec<_> = (0..keys).map(|key| format!("(${})", key + 2)).collect();
        let keys = keys.join(", ");
        format!("{select} FROM (SELECT column1 AS key FROM (VALUES {keys})) AS k CROSS JOIN {from} = k.key")
    }

    /// The PostgreSQL statement, with the keys as the array `$2`. `LIMIT` prevents PostgreSQL from converting
    /// the subquery to a join.
    pub(crate) fn postgres(self) -> String {
        let Self { select, from } = self;
        format!(
            "SELECT found.* FROM UNNEST(CAST($2 AS TEXT[])) AS k (key)
             CROSS JOIN LATERAL ({select} FROM {from} = k.key LIMIT 1) AS found"
        )
    }

    pub(crate) async fn run_sqlite<T: Row>(
        self,
        account: &str,
        keys: &[&str],
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Vec<T>> {
        let mut found = Vec::new();
        for keys in keys.chunks(SQLITE_KEYS) {
            let count = if keys.len() == 1 { 1 } else { SQLITE_KEYS };
            let mut select = sqlx::query_as(AssertSqlSafe(self.sqlite(count))).bind(account);
            for place in 0..count {
                select = select.bind(keys.get(place).copied().unwrap_or_default());
            }
            found.extend(select.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    pub(crate) async fn run_postgres<T: Row>(
        self,
        account: &str,
        keys: &[&str],
        connection: &mut PgConnection,
    ) -> sqlx::Result<Vec<T>> {
        sqlx::query_as(AssertSqlSafe(self.postgres())).bind(account).bind(keys).fetch_all(connection).await
    }
}
