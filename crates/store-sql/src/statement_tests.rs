//! Each statement stays within its account, and both engines accept it.

use outbound_testkit::Postgres;
use sqlx::postgres::PgTypeInfo;
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use crate::catalogue::statements::{ADD_ROWS_POSTGRES, ADD_ROWS_SQLITE, PUBLISH_HANDOFF, UNPUBLISH_HANDOFF};
use crate::engine::{EnginePool, Pools};
use crate::open::open;
use crate::statement::{InstallationSql, PerEngine, TenantSql};
use crate::{Options, accounts, audit, catalogue, credentials, jobs, migrations, sessions, store, webhooks};

/// The statements of every concern.
const INSTALLATION: [&[(&str, InstallationSql)]; 5] = [
    store::INSTALLATION,
    accounts::INSTALLATION,
    credentials::statements::INSTALLATION,
    jobs::statements::INSTALLATION,
    sessions::statements::INSTALLATION,
];
const INSTALLATION_LOCKING: [&[(&str, PerEngine<InstallationSql>)]; 2] =
    [credentials::statements::LOCKING, webhooks::statements::INSTALLATION_LOCKING];
const TENANT: [&[(&str, TenantSql)]; 9] = [
    accounts::TENANT,
    audit::TENANT,
    catalogue::statements::HANDOFFS,
    catalogue::statements::LISTS,
    catalogue::statements::SEARCH,
    credentials::statements::TENANT,
    jobs::statements::TENANT,
    sessions::statements::TENANT,
    webhooks::statements::TENANT,
];
const LOCKING: [&[(&str, PerEngine<TenantSql>)]; 3] =
    [jobs::statements::LOCKING, sessions::statements::LOCKING, webhooks::statements::LOCKING];

/// Every statement that an engine is asked, with its name.
fn all(is_postgres: bool) -> Vec<(&'static str, &'static str)> {
    let locking = INSTALLATION_LOCKING.into_iter().flatten();
    let locking = locking.map(|(name, sql)| (*name, sql.of(is_postgres)));
    let installation = INSTALLATION.into_iter().flatten().copied().chain(locking);
    let installation = installation.map(|(name, sql)| (name, sql.0));
    installation.chain(tenant(is_postgres).into_iter().map(|(name, sql)| (name, sql.0))).collect()
}

/// Those on one account.
fn tenant(is_postgres: bool) -> Vec<(&'static str, TenantSql)> {
    let locking = LOCKING.into_iter().flatten().map(|(name, sql)| (*name, sql.of(is_postgres)));
    let bulk = if is_postgres { vec![ADD_ROWS_POSTGRES] } else { ADD_ROWS_SQLITE.to_vec() };
    let bulk = bulk.into_iter().map(|sql| ("ADD_ROWS", sql));
    TENANT.into_iter().flatten().copied().chain(locking).chain(bulk).collect()
}

async fn migrated(url: &str) -> Pools {
    let pools = open(url, &Options::default()).await.unwrap();
    migrations::run(&pools).await.unwrap();
    pools
}

#[test]
fn tenant_statements_name_their_account_wherever_they_look() {
    for (name, sql) in [false, true].into_iter().flat_map(tenant) {
        let sql = sql.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let looks =
            ["SELECT ", "UPDATE ", "DELETE "].map(|verb| sql.matches(verb).count()).iter().sum::<usize>();
        // An upsert looks once, and at what was found already nobody looks for an account.
        let others =
            ["DO UPDATE", "FOR UPDATE", "FROM start", "FROM due"].map(|words| sql.matches(words).count());
        assert_eq!(sql.matches("account_id = $1").count(), looks - others.iter().sum::<usize>(), "{name}");
        let inserts = sql.contains("INSERT INTO");
        // From the caller, or from the row that a condition on the account found.
        let found =
            ["u", "a", "h", "c", "w"].iter().any(|row| sql.contains(&format!("SELECT {row}.account_id, ")));
        let bound = found || sql.contains("VALUES ($1, ");
        assert!(!inserts || sql.contains(" (account_id, ") && bound, "{name}");
        assert!(inserts || looks > 0, "{name}");
    }
}

#[tokio::test]
async fn both_engines_accept_every_statement() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("outbound.db").display());
    for url in [sqlite, Postgres::shared().unwrap().database().unwrap()] {
        let pools = migrated(&url).await;
        for (name, sql) in all(pools.is_postgres()) {
            let prepared = match &pools.pool {
                EnginePool::Sqlite { readers, .. } => readers.prepare(sql.into_sql_str()).await.map(drop),
                EnginePool::Postgres(pool) => {
                    // That a pattern for texts is bytes stands in no statement: it is bound as such.
                    let texts = [PgTypeInfo::with_name("TEXT"), PgTypeInfo::with_name("BYTEA")];
                    let types = if sql.contains("texts LIKE $2") { &texts[..] } else { &[] };
                    pool.prepare_with(sql.into_sql_str(), types).await.map(drop)
                }
            };
            assert!(prepared.is_ok(), "{name}: {prepared:?}");
        }
    }
}

#[tokio::test]
async fn sqlite_finds_every_tenants_rows_by_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let pools = migrated(&format!("sqlite:{}", folder.path().join("outbound.db").display())).await;
    let EnginePool::Sqlite { writer, .. } = pools.pool else { panic!("not SQLite") };
    for (name, sql) in tenant(false) {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.0)));
        for row in plan.fetch_all(&writer).await.unwrap() {
            let step: String = row.get("detail");
            // What was found already, by a key, is walked through, and so is an array that is bound.
            let found =
                ["SCAN page", "SCAN start", "SCAN due", "SCAN n", "SCAN (subquery", "SCAN e VIRTUAL TABLE"];
            assert!(!step.contains("SCAN") || found.iter().any(|s| step.starts_with(s)), "{name}: {step}");
        }
    }
}

/// On an empty database, where PostgreSQL knows nothing of sizes: it keeps the plan it makes then.
#[tokio::test]
async fn postgres_finds_a_handoff_by_its_key() {
    let EnginePool::Postgres(pool) = migrated(&Postgres::shared().unwrap().database().unwrap()).await.pool
    else {
        panic!("not PostgreSQL")
    };
    for sql in [PUBLISH_HANDOFF, UNPUBLISH_HANDOFF] {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN {}", sql.0))).bind("A").bind("H1");
        let steps: Vec<String> = plan.fetch_all(&pool).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert!(steps.iter().any(|step| step.contains("using handoffs_pkey")), "{steps:#?}");
    }
}
