//! Finds rows by many keys in one statement.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::engine::Row;

/// Keys of one statement on SQLite. Fewer keys are filled up with empty ones, which nothing has, so that the
/// same two statements, of one key and of many, are prepared once and used again.
const SQLITE_KEYS: usize = 64;

/// A statement on one account that finds at most one row for each key.
///
/// Both engines look up key by key. Left to themselves, they would at times read all rows of the account
/// instead, which they believe to be few: SQLite has no statistics, and PostgreSQL those of before a long
/// transaction.
#[derive(Clone, Copy)]
pub(crate) struct LookupSql {
    /// `SELECT …`, up to the columns.
    pub(crate) select: &'static str,
    /// Tables and conditions, up to the column that is compared with the key:
    /// `handoffs h WHERE h.account_id = $1 AND h.handoff_id`.
    pub(crate) from: &'static str,
}

impl LookupSql {
    /// With so many keys, as `$2`, `$3` … SQLite keeps the order of tables around `CROSS JOIN`.
    pub(crate) fn sqlite(self, keys: usize) -> String {
        let Self { select, from } = self;
        let keys: Vec<_> = (0..keys).map(|key| format!("(${})", key + 2)).collect();
        let keys = keys.join(", ");
        format!("{select} FROM (SELECT column1 AS key FROM (VALUES {keys})) AS k CROSS JOIN {from} = k.key")
    }

    /// With the keys as the array `$2`. PostgreSQL makes no join of a query with `LIMIT`.
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
