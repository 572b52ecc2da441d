//! Each statement stays within its account, and both engines accept it.

use outbound_testkit::Postgres;
use sqlx::postgres::PgTypeInfo;
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use super::{
    ADD_HISTORY_POSTGRES, ADD_HISTORY_SQLITE, AUTHORING, INSTALLATION, PUBLISH_HANDOFF, TENANT, TenantSql,
    UNPUBLISH_HANDOFF, WEBHOOK_INSTALLATION, WEBHOOKS,
};
use crate::engine::{EnginePool, Pools};
use crate::open::open;
use crate::{Options, migrations};

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let installation = [INSTALLATION, WEBHOOK_INSTALLATION].into_iter().flatten();
    let installation = installation.map(|(name, sql)| (*name, sql.0));
    installation.chain(tenant().map(|(name, sql)| (name, sql.0)))
}

fn tenant() -> impl Iterator<Item = (&'static str, TenantSql)> {
    [TENANT, AUTHORING, WEBHOOKS].into_iter().flatten().copied()
}

/// What only one engine is asked, with its name.
fn history(pools: &Pools) -> Vec<(&'static str, TenantSql)> {
    match &pools.pool {
        EnginePool::Sqlite { .. } => ADD_HISTORY_SQLITE.map(|sql| ("ADD_HISTORY_SQLITE", sql)).to_vec(),
        EnginePool::Postgres(_) => vec![("ADD_HISTORY_POSTGRES", ADD_HISTORY_POSTGRES)],
    }
}

async fn migrated(url: &str) -> Pools {
    let pools = open(url, &Options::default()).await.unwrap();
    migrations::run(&pools).await.unwrap();
    pools
}

#[test]
fn tenant_statements_name_their_account_wherever_they_look() {
    let history = ADD_HISTORY_SQLITE.into_iter().chain([ADD_HISTORY_POSTGRES]);
    for (name, sql) in tenant().chain(history.map(|sql| ("ADD_HISTORY", sql))) {
        let sql = sql.0.split_whitespace().collect::<Vec<_>>().join(" ");
        let looks =
            ["SELECT ", "UPDATE ", "DELETE "].map(|verb| sql.matches(verb).count()).iter().sum::<usize>();
        // An upsert looks once, and at what was found already nobody looks for an account.
        let others = ["DO UPDATE", "FROM start"].map(|words| sql.matches(words).count());
        assert_eq!(sql.matches("account_id = $1").count(), looks - others.iter().sum::<usize>(), "{name}");
        let inserts = sql.contains("INSERT INTO");
        // From the caller, or from the row that a condition on the account found.
        let found =
            ["u", "a", "h", "c"].iter().any(|row| sql.contains(&format!("SELECT {row}.account_id, ")));
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
        let own = history(&pools).into_iter().map(|(name, sql)| (name, sql.0));
        for (name, sql) in all().chain(own) {
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
    let own = history(&pools);
    let EnginePool::Sqlite { writer, .. } = pools.pool else { panic!("not SQLite") };
    for (name, sql) in tenant().chain(own) {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.0)));
        for row in plan.fetch_all(&writer).await.unwrap() {
            let step: String = row.get("detail");
            // What was found already, by a key, is walked through, and so is an array that is bound.
            let found = ["SCAN page", "SCAN start", "SCAN n", "SCAN (subquery", "SCAN e VIRTUAL TABLE"];
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
