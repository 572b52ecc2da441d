//! Inserts many rows with one statement: `UNNEST` of arrays on PostgreSQL, rows of `VALUES` on SQLite. The
//! tables and columns are defined in `catalogue::new_rows` and `reporting`.

use std::sync::Arc;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, query};

use crate::args::AccountKey;

/// Numbers of rows for which statements are prepared on SQLite, largest first. Only a few sizes, so that
/// prepared statements are reused. The rows of a flush are rarely a multiple of the largest one, so small steps between the
/// sizes save more hand-overs to SQLite's thread than large sizes.
const SQLITE_ROWS: [usize; 5] = [256, 64, 16, 4, 1];

/// The values of one column, one for each row.
enum Values<'a> {
    Text(Vec<Option<&'a str>>),
    /// Stored as text on SQLite and as bytes on PostgreSQL, which compares bytes faster.
    Utf8(Vec<&'a str>),
    Int(Vec<Option<i64>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl Values<'_> {
    /// The PostgreSQL array type of the column.
    fn postgres_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "TEXT[]",
            Self::Utf8(_) | Self::Bytes(_) => "BYTEA[]",
            Self::Int(_) => "BIGINT[]",
        }
    }
}

/// Rows for one table of one account. The first column of every table is the account's id, or its number in
/// tables of reporting.
pub(crate) struct BulkInsert<'a> {
    table: &'static str,
    account_column: &'static str,
    rows: usize,
    columns: Vec<(&'static str, Values<'a>)>,
    on_conflict: &'static str,
}

impl<'a> BulkInsert<'a> {
    /// Starts an insert of `rows` rows into `table`, without columns. Its first column is `account_id`.
    pub(crate) fn new(table: &'static str, rows: usize) -> Self {
        Self { table, account_column: AccountKey::ID_COLUMN, rows, columns: Vec::new(), on_conflict: "" }
    }

    /// Like [`new`](Self::new), for a table whose first column is `account_no`.
    pub(crate) fn by_number(table: &'static str, rows: usize) -> Self {
        Self { account_column: AccountKey::NUMBER_COLUMN, ..Self::new(table, rows) }
    }

    pub(crate) fn text(self, column: &'static str, values: impl Iterator<Item = &'a str>) -> Self {
        self.optional_text(column, values.map(Some))
    }

    pub(crate) fn optional_text(
        self,
        column: &'static str,
        values: impl Iterator<Item = Option<&'a str>>,
    ) -> Self {
        self.with(column, Values::Text(values.collect()))
    }

    pub(crate) fn utf8(self, column: &'static str, values: impl Iterator<Item = &'a str>) -> Self {
        self.with(column, Values::Utf8(values.collect()))
    }

    pub(crate) fn int(self, column: &'static str, values: impl Iterator<Item = i64>) -> Self {
        self.optional_int(column, values.map(Some))
    }

    pub(crate) fn optional_int(
        self,
        column: &'static str,
        values: impl Iterator<Item = Option<i64>>,
    ) -> Self {
        self.with(column, Values::Int(values.collect()))
    }

    pub(crate) fn bytes(self, column: &'static str, values: impl Iterator<Item = &'a [u8]>) -> Self {
        self.optional_bytes(column, values.map(Some))
    }

    pub(crate) fn optional_bytes(
        self,
        column: &'static str,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Self {
        self.with(column, Values::Bytes(values.collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> u64 {
        u64::try_from(self.rows).unwrap_or(u64::MAX)
    }

    /// Sets the clause for rows whose key exists: `ON CONFLICT …`.
    pub(crate) fn on_conflict(self, on_conflict: &'static str) -> Self {
        Self { on_conflict, ..self }
    }

    fn with(mut self, column: &'static str, values: Values<'a>) -> Self {
        self.columns.push((column, values));
        self
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        format!("{}, {}", self.account_column, names.join(", "))
    }

    /// The SQLite statement for this number of rows. The account is the first value of each row.
    fn sqlite(&self, rows: usize) -> String {
        let row = format!("(?{})", ", ?".repeat(self.columns.len()));
        let rows = vec![row; rows].join(", ");
        format!("INSERT INTO {} ({}) VALUES {rows} {}", self.table, self.names(), self.on_conflict)
    }

    /// The PostgreSQL statement, whose arrays are the parameters `$first`, `$first + 1` …
    fn postgres(&self, first: usize) -> String {
        let array = |(place, (_, values)): (usize, &(_, Values<'_>))| {
            format!("CAST(${} AS {})", first + place, values.postgres_type())
        };
        let arrays: Vec<_> = self.columns.iter().enumerate().map(array).collect();
        let account_type = AccountKey::postgres_type(self.account_column);
        format!(
            "INSERT INTO {} ({}) SELECT CAST($1 AS {account_type}), e.* FROM UNNEST({}) AS e {}",
            self.table,
            self.names(),
            arrays.join(", "),
            self.on_conflict
        )
    }

    async fn write_sqlite(
        &self,
        account: AccountKey<'_>,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<u64> {
        let id: Arc<str> = Arc::from(account.id());
        let mut shared = SharedStrings::new(self.columns.len());
        let (mut start, mut changed) = (0, 0);
        for rows in SQLITE_ROWS {
            while self.rows - start >= rows {
                let mut insert = query(AssertSqlSafe(self.sqlite(rows)));
                for row in start..start + rows {
                    insert = match account {
                        AccountKey::Id(_) => insert.bind(Arc::clone(&id)),
                        AccountKey::Number(number) => insert.bind(number),
                    };
                    for (column, (_, values)) in self.columns.iter().enumerate() {
                        insert = match values {
                            Values::Text(values) => {
                                insert.bind(values[row].map(|text| shared.share(column, text)))
                            }
                            Values::Utf8(values) => insert.bind(shared.share(column, values[row])),
                            Values::Int(values) => insert.bind(values[row]),
                            Values::Bytes(values) => insert.bind(values[row]),
                        };
                    }
                }
                changed += insert.execute(&mut *connection).await?.rows_affected();
                start += rows;
            }
        }
        Ok(changed)
    }
}

/// The last text of each column. SQLite's driver copies borrowed values, but consecutive rows often have the
/// same text and can share it.
struct SharedStrings(Vec<Arc<str>>);

impl SharedStrings {
    fn new(columns: usize) -> Self {
        Self(vec![Arc::from(""); columns])
    }

    fn share(&mut self, column: usize, text: &str) -> Arc<str> {
        let newest = &mut self.0[column];
        if **newest != *text {
            *newest = Arc::from(text);
        }
        Arc::clone(newest)
    }
}

/// Combines all inserts into one statement for PostgreSQL. The server may be far away, and other writers of
/// the account wait for each round trip. `None` if there are no inserts.
fn postgres(inserts: &[BulkInsert<'_>]) -> Option<String> {
    let mut first = 2;
    let mut statements = Vec::new();
    for insert in inserts {
        statements.push(insert.postgres(first));
        first += insert.columns.len();
    }
    let last = statements.pop()?;
    let parts = statements.iter().enumerate().map(|(part, sql)| format!("part_{part} AS ({sql})"));
    let parts: Vec<_> = parts.collect();
    Some(if parts.is_empty() { last } else { format!("WITH {} {last}", parts.join(", ")) })
}

/// Inserts the rows of all inserts in order, and returns the number of rows that the last insert changed.
pub(crate) async fn write_sqlite(
    account: AccountKey<'_>,
    inserts: &[BulkInsert<'_>],
    connection: &mut SqliteConnection,
) -> sqlx::Result<u64> {
    let mut changed = 0;
    for insert in inserts {
        changed = insert.write_sqlite(account, connection).await?;
    }
    Ok(changed)
}

/// Inserts the rows of all inserts with one statement, and returns the number of rows that the last insert
/// changed.
pub(crate) async fn write_postgres(
    account: AccountKey<'_>,
    inserts: &[BulkInsert<'_>],
    connection: &mut PgConnection,
) -> sqlx::Result<u64> {
    let Some(sql) = postgres(inserts) else { return Ok(0) };
    let insert = query(AssertSqlSafe(sql));
    let mut insert = match account {
        AccountKey::Id(id) => insert.bind(id),
        AccountKey::Number(number) => insert.bind(number),
    };
    for (_, values) in inserts.iter().flat_map(|insert| &insert.columns) {
        insert = match values {
            Values::Text(values) => insert.bind(values),
            Values::Utf8(values) => {
                insert.bind(values.iter().map(|text| text.as_bytes()).collect::<Vec<_>>())
            }
            Values::Int(values) => insert.bind(values),
            Values::Bytes(values) => insert.bind(values),
        };
    }
    insert.execute(connection).await.map(|done| done.rows_affected())
}

/// The statements of these inserts, for the tests that check all statements.
#[cfg(test)]
pub(crate) fn statements(inserts: &[BulkInsert<'_>], is_postgres: bool) -> Vec<String> {
    if is_postgres {
        return postgres(inserts).into_iter().collect();
    }
    inserts.iter().flat_map(|insert| SQLITE_ROWS.map(|rows| insert.sqlite(rows))).collect()
}
