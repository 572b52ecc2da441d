//! Checks all statements: each accesses only its account, both engines accept it, and both find rows by
//! index.

use std::path::Path;

use outbound_testkit::Postgres;
use sqlx::postgres::PgTypeInfo;
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr, SqlitePool};

use crate::bulk_insert;
use crate::campaigns::statements::{BYTES_LOOKUPS, CAMPAIGN_BY_ID};
use crate::catalogue::new_rows::every_insert;
use crate::catalogue::search_index::search_texts;
use crate::catalogue::statements::{
    FILL_SQLITE, HANDOFF_BY_ID, HANDOFF_ID_BY_NAME, HANDOFF_SIZE_BY_ID, LOOKUPS, TAKE_PENDING_TEXTS_POSTGRES,
    TEXTS_POSTGRES,
};
use crate::engine::{EnginePool, Pools};
use crate::lookup::{Keys, LookupSql};
use crate::open::open;
use crate::operational::IfMissing;
use crate::options::Opened;
use crate::statement::{InstallationSql, PerEngine, ReportingSql, TenantSql};
use crate::{
    Options, accounts, audit, campaigns, catalogue, credentials, jobs, migrations, reporting, sessions,
    store, webhooks,
};

/// The statements of all concerns.
const INSTALLATION: [&[(&str, InstallationSql)]; 7] = [
    store::INSTALLATION,
    accounts::INSTALLATION,
    campaigns::statements::INSTALLATION,
    campaigns::statements::INSTALLATION_LANES,
    catalogue::statements::SEARCH_INDEX_INSTALLATION,
    credentials::statements::INSTALLATION,
    jobs::statements::INSTALLATION,
];
const TENANT: [&[(&str, TenantSql)]; 13] = [
    accounts::TENANT,
    audit::TENANT,
    campaigns::statements::TENANT,
    campaigns::statements::LANES,
    campaigns::statements::RECIPIENTS,
    catalogue::statements::CLAIMS,
    catalogue::statements::HANDOFFS,
    catalogue::statements::LISTS,
    catalogue::statements::SEARCH,
    catalogue::statements::SEARCH_INDEX,
    credentials::statements::TENANT,
    jobs::statements::TENANT,
    webhooks::statements::TENANT,
];
const PER_ENGINE: [&[(&str, PerEngine<TenantSql>)]; 7] = [
    campaigns::statements::PER_ENGINE,
    campaigns::statements::LOCKING_RECIPIENTS,
    campaigns::statements::LOCKED_RECIPIENTS,
    catalogue::statements::FIRST_CLAIM,
    catalogue::statements::SEARCH_INDEXED,
    jobs::statements::LOCKING,
    webhooks::statements::LOCKING,
];

type Statements<S> = Vec<(&'static str, S)>;

fn strings(statements: Statements<TenantSql>) -> Statements<String> {
    statements.into_iter().map(|(name, sql)| (name, sql.0.to_owned())).collect()
}

/// All statements on the main file or on PostgreSQL, with their names.
fn main_statements(is_postgres: bool) -> Statements<String> {
    let installation = INSTALLATION.into_iter().flatten().map(|(name, sql)| (*name, sql.0.to_owned()));
    let per_engine = campaigns::statements::INSTALLATION_LOCKING
        .iter()
        .chain(campaigns::statements::INSTALLATION_PER_ENGINE)
        .map(|(name, sql)| (*name, sql.for_engine(is_postgres).0.to_owned()));
    let tenant = strings(main_tenant(is_postgres));
    installation
        .chain(per_engine)
        .chain(tenant)
        .chain(lookups(is_postgres))
        .chain(inserts(is_postgres))
        .collect()
}

/// All statements on SQLite's operational file.
fn operational_statements(is_postgres: bool) -> Statements<String> {
    let locking = sessions::statements::INSTALLATION_LOCKING.iter();
    let locking = locking.map(|(name, sql)| (*name, sql.for_engine(is_postgres)));
    let installation =
        [store::INSTALLATION, sessions::statements::INSTALLATION].into_iter().flatten().copied();
    let installation = installation.chain(locking).map(|(name, sql)| (name, sql.0.to_owned()));
    let reporting = reporting(is_postgres).into_iter().map(|(name, sql)| (name, sql.0.to_owned()));
    let lookups = reporting_lookups(is_postgres);
    installation.chain(strings(operational_tenant(is_postgres))).chain(reporting).chain(lookups).collect()
}

/// All statements of reporting that look up rows by keys.
fn reporting_lookups(is_postgres: bool) -> Statements<String> {
    use reporting::statements as sql;
    let text = |sql: LookupSql, keys: Keys<'_>| if is_postgres { sql.postgres(keys) } else { sql.sqlite(2) };
    let values = sql::NUMBERS_OF_VALUES.map(|lookup| ("NUMBERS_OF_VALUES", text(lookup, Keys::Text(&[]))));
    let rows = [("TRANSACTION_BY_ID", sql::TRANSACTION_BY_ID), ("CONSUMER_BY_KEY", sql::CONSUMER_BY_KEY)];
    values.into_iter().chain(rows.map(|(name, lookup)| (name, text(lookup, Keys::Bytes(&[]))))).collect()
}

/// All statements of reporting on one account by its number.
fn reporting(is_postgres: bool) -> Statements<ReportingSql> {
    use reporting::statements as sql;
    let per_engine = sql::PER_ENGINE.iter().chain(sql::CONSUMERS).chain(sql::LOCKING_CONSUMERS);
    let per_engine = per_engine.map(|(name, sql)| (*name, sql.for_engine(is_postgres)));
    [sql::WRITES, sql::REPORTS, sql::AUDIT].into_iter().flatten().copied().chain(per_engine).collect()
}

/// All statements on one account that are constants.
fn tenant(is_postgres: bool) -> Statements<TenantSql> {
    main_tenant(is_postgres).into_iter().chain(operational_tenant(is_postgres)).collect()
}

fn main_tenant(is_postgres: bool) -> Statements<TenantSql> {
    let per_engine = PER_ENGINE.into_iter().flatten().map(|(name, sql)| (*name, sql.for_engine(is_postgres)));
    let fill = if is_postgres { vec![TAKE_PENDING_TEXTS_POSTGRES] } else { FILL_SQLITE.to_vec() };
    let fill = fill.into_iter().map(|sql| ("fill the search index", sql));
    TENANT.into_iter().flatten().copied().chain(per_engine).chain(fill).collect()
}

fn operational_tenant(is_postgres: bool) -> Statements<TenantSql> {
    let locking =
        sessions::statements::LOCKING.iter().map(|(name, sql)| (*name, sql.for_engine(is_postgres)));
    let reporting = reporting::statements::TENANT.iter().chain(reporting::files::TENANT);
    sessions::statements::TENANT.iter().chain(reporting).copied().chain(locking).collect()
}

/// All statements that look up rows by keys.
fn lookups(is_postgres: bool) -> Vec<(&'static str, String)> {
    let text = |sql: LookupSql| if is_postgres { sql.postgres(Keys::Text(&[])) } else { sql.sqlite(2) };
    let texts = is_postgres.then_some(("TEXTS_POSTGRES", TEXTS_POSTGRES));
    let text_lookups = LOOKUPS.iter().copied().chain([("CAMPAIGN_BY_ID", CAMPAIGN_BY_ID)]).chain(texts);
    let bytes = |sql: LookupSql| if is_postgres { sql.postgres(Keys::Bytes(&[])) } else { sql.sqlite(2) };
    let bytes_lookups = BYTES_LOOKUPS.into_iter().map(|(name, sql)| (name, bytes(sql)));
    text_lookups.map(|(name, sql)| (name, text(sql))).chain(bytes_lookups).collect()
}

/// All statements that insert many rows.
fn inserts(is_postgres: bool) -> Vec<(&'static str, String)> {
    let search_text = is_postgres.then(|| search_texts(&[]));
    let inserts: Vec<_> =
        every_insert().into_iter().chain(campaigns::acceptance::every_insert()).chain(search_text).collect();
    let inserts = bulk_insert::statements(&inserts, is_postgres);
    inserts.into_iter().map(|sql| ("bulk insert", sql)).collect()
}

async fn migrated(url: &str) -> Opened {
    let opened = open(url, &Options::default()).await.unwrap();
    migrations::run(&opened.main, &opened.operational, IfMissing::Fail).await.unwrap();
    opened
}

/// The connections that write to the two files of a new database.
async fn sqlite_writers(folder: &Path) -> [SqlitePool; 2] {
    let opened = migrated(&format!("sqlite:{}", folder.join("outbound.db").display())).await;
    [opened.main, opened.operational].map(|pools| match pools.pool {
        EnginePool::Sqlite { writer, .. } => writer,
        EnginePool::Postgres(_) => panic!("not SQLite"),
    })
}

#[test]
fn tenant_statements_restrict_every_access_to_their_account() {
    for (name, sql) in [false, true].into_iter().flat_map(tenant) {
        let sql = sql.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let accesses: usize =
            ["SELECT ", "UPDATE ", "DELETE "].map(|verb| sql.matches(verb).count()).iter().sum();
        // Updates of an upsert, rows that were already selected, and the highest row id of all accounts.
        let unconditional = [
            "DO UPDATE",
            "FOR UPDATE",
            "FROM start",
            "FROM due",
            "SELECT * FROM (",
            "SELECT MIN(due_at) FROM (",
            "FROM json_each(",
            "FROM UNNEST(",
            "COALESCE(MAX(row_id), 0)",
        ];
        let unconditional: usize = unconditional.map(|words| sql.matches(words).count()).iter().sum();
        assert_eq!(sql.matches("account_id = $1").count(), accesses - unconditional, "{name}");
        let inserts = sql.contains("INSERT INTO");
        // The inserted account is bound, or selected from a row of the account.
        let is_selected = ["u", "a", "h", "c", "f", "w"]
            .iter()
            .any(|row| sql.contains(&format!("SELECT {row}.account_id, ")));
        let is_account_bound = is_selected || sql.contains("VALUES ($1, ");
        assert!(!inserts || sql.contains(" (account_id, ") && is_account_bound, "{name}");
        assert!(inserts || accesses > 0, "{name}");
    }
}

/// Each access to a table is restricted to the account, so there are as many conditions as accesses.
#[test]
fn reporting_statements_restrict_every_access_to_their_account() {
    for (name, sql) in [false, true].into_iter().flat_map(reporting) {
        let sql = sql.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let tables = ["FROM ", "UPDATE "].map(|before| sql.matches(before).count()).iter().sum::<usize>();
        // Subqueries, arrays, and rows that were already selected.
        let others = ["FROM (", "FROM json_each(", "FROM due", "FOR UPDATE "];
        let others = others.map(|words| sql.matches(words).count()).iter().sum::<usize>();
        assert_eq!(sql.matches("account_no = $1").count(), tables - others, "{name}");
    }
    for (name, sql) in [false, true].into_iter().flat_map(reporting_lookups) {
        assert_eq!(sql.matches("account_no = $1").count(), 1, "{name}");
    }
}

/// The account is the first bound value, on SQLite that of each row.
#[test]
fn lookups_and_bulk_inserts_bind_their_account() {
    for (name, sql) in [false, true].into_iter().flat_map(lookups) {
        assert_eq!(sql.matches("account_id = $1").count(), 1, "{name}");
    }
    for (_, sql) in [false, true].into_iter().flat_map(inserts) {
        let mut tables = sql.split("INSERT INTO ").skip(1);
        assert!(tables.all(|table| table.split_once('(').unwrap().1.starts_with("account_id, ")), "{sql}");
    }
    for (_, sql) in inserts(true) {
        let parts = sql.matches("INSERT INTO ").count();
        assert_eq!(sql.matches("SELECT CAST($1 AS TEXT), e.* FROM UNNEST(").count(), parts, "{sql}");
    }
}

#[tokio::test]
async fn both_engines_accept_every_statement() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("outbound.db").display());
    for url in [sqlite, Postgres::shared().unwrap().database().unwrap()] {
        let Opened { main, operational } = migrated(&url).await;
        let is_postgres = main.is_postgres();
        assert_accepted(&main, main_statements(is_postgres)).await;
        assert_accepted(&operational, operational_statements(is_postgres)).await;
    }
}

async fn assert_accepted(pools: &Pools, statements: Statements<String>) {
    for (name, sql) in statements {
        let prepared = match &pools.pool {
            EnginePool::Sqlite { readers, .. } => {
                readers.prepare(AssertSqlSafe(sql).into_sql_str()).await.map(drop)
            }
            EnginePool::Postgres(pool) => {
                // The type of this parameter, bytes, cannot be derived from the statement.
                let types_of_text = [PgTypeInfo::with_name("TEXT"), PgTypeInfo::with_name("BYTEA")];
                let types = if sql.contains("texts LIKE $2") { &types_of_text[..] } else { &[] };
                pool.prepare_with(AssertSqlSafe(sql).into_sql_str(), types).await.map(drop)
            }
        };
        assert!(prepared.is_ok(), "{name}: {prepared:?}");
    }
}

#[tokio::test]
async fn sqlite_uses_an_index_for_every_tenant_statement() {
    let folder = tempfile::tempdir().unwrap();
    let [main, operational] = sqlite_writers(folder.path()).await;
    let of_main = strings(main_tenant(false)).into_iter().chain(lookups(false)).map(|it| (&main, it));
    let reporting = reporting(false).into_iter().map(|(name, sql)| (name, sql.0.to_owned()));
    let of_operational = strings(operational_tenant(false)).into_iter().chain(reporting);
    let of_operational = of_operational.chain(reporting_lookups(false));
    let of_operational = of_operational.map(|it| (&operational, it));
    for (writer, (name, sql)) in of_main.chain(of_operational) {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        for row in plan.fetch_all(writer).await.unwrap() {
            let step: String = row.get("detail");
            // Scans of rows that were already found by a key are allowed.
            let found = [
                "SCAN page",
                "SCAN start",
                "SCAN due",
                "SCAN next",
                "SCAN n",
                "SCAN (subquery",
                "SCAN i VIRTUAL TABLE",
                "SCAN f",
                "SCAN p",
                "SCAN k",
                "SCAN 2-ROW VALUES",
                "SCAN cells",
                "SCAN json_each",
            ];
            assert!(!step.contains("SCAN") || found.iter().any(|s| step.starts_with(s)), "{name}: {step}");
        }
    }
}

/// The index lookup uses the key, not only the account.
#[tokio::test]
async fn sqlite_looks_up_rows_by_account_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let [writer, _] = sqlite_writers(folder.path()).await;
    for (name, sql) in LOOKUPS.iter().chain(&BYTES_LOOKUPS).chain(&[("CAMPAIGN_BY_ID", CAMPAIGN_BY_ID)]) {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sqlite(64))));
        let steps: Vec<String> =
            plan.fetch_all(&writer).await.unwrap().iter().map(|row| row.get("detail")).collect();
        let by_key = |step: &String| step.starts_with("SEARCH h ") && step.contains("(account_id=? AND ");
        assert!(steps.iter().any(by_key), "{name}: {steps:#?}");
    }
}

/// PostgreSQL plans without statistics on an empty database, and reuses that plan later.
#[tokio::test]
async fn postgres_looks_up_handoffs_by_index() {
    let EnginePool::Postgres(pool) =
        migrated(&Postgres::shared().unwrap().database().unwrap()).await.main.pool
    else {
        panic!("not PostgreSQL")
    };
    let expected = [
        (HANDOFF_BY_ID, "handoffs_pkey"),
        (HANDOFF_SIZE_BY_ID, "handoffs_pkey"),
        (HANDOFF_ID_BY_NAME, "handoffs_name"),
    ];
    for (sql, index) in expected {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN {}", sql.postgres(Keys::Text(&[])))))
            .bind("A")
            .bind(&["H1"][..]);
        let steps: Vec<String> = plan.fetch_all(&pool).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert!(steps.iter().any(|step| step.contains(&format!("using {index}"))), "{steps:#?}");
    }
}
