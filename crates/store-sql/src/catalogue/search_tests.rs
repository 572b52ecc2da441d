//! On PostgreSQL, searches for rare words use the search index, whatever statistics the planner has, and other searches
//! use an index of their order once the statistics are updated after an import.

use outbound_model::AccountId;
use outbound_store::{Account, Accounts, Catalogue, ClaimLevels, Criteria, Search, Sort, SortKey};
use outbound_testkit::Postgres;
use sqlx::{Executor, PgPool, Row};

use super::search::{Patterns, indexed_statement, statements};
use super::statements as sql;
use crate::args::Arg;
use crate::engine::EnginePool;
use crate::statement::TenantSql;
use crate::{Options, SqlStore};

/// 20,000 handoffs in the index.
const HANDOFFS: [&str; 3] = [
    "INSERT INTO handoffs (account_id, handoff_id, name, name_key, channels, created_at, latest_version)
     SELECT 'A', 'H' || n, 'N' || n, 'n' || n, '[]', n, 1 FROM generate_series(1, 20000) AS n",
    "INSERT INTO search_texts
     SELECT 'A', 'H' || n, 'parcel ' || n || repeat(' on its way', 30) FROM generate_series(1, 20000) AS n",
    "INSERT INTO handoff_summaries (account_id, handoff_id, name, name_key, state, channels, languages, senders,
         texts, created_at, updated_at, updated_by, latest_version, errors, warnings)
     SELECT 'A', handoff_id, handoff_id, handoff_id, 'draft', ' sms ', ' en ', ' ',
         convert_to(texts, 'UTF8'), 0, 0, 'test', 1, 0, 0 FROM search_texts",
];
/// Leaves statistics of a moment when all were pending.
const PENDING: [&str; 3] = [
    "INSERT INTO search_pending SELECT 'A', 'H' || n FROM generate_series(1, 20000) AS n",
    "ANALYZE search_pending, handoffs, handoff_summaries",
    "DELETE FROM search_pending",
];

/// The store of a new database with these handoffs.
async fn filled() -> (SqlStore, PgPool, AccountId) {
    let url = Postgres::shared().unwrap().database().unwrap();
    let store = SqlStore::open(&url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    let account = Account { id: "A".parse().unwrap(), created_at: "2022-10-01T08:00:00Z".parse().unwrap() };
    store.create_account(&account).await.unwrap();
    let EnginePool::Postgres(pool) = store.pools.pool.clone() else { panic!("not PostgreSQL") };
    store.prepare_search_index().await.unwrap();
    for statement in HANDOFFS {
        pool.execute(statement).await.unwrap();
    }
    // Updates the statistics of the index.
    store.prepare_search_index().await.unwrap();
    for statement in PENDING {
        pool.execute(statement).await.unwrap();
    }
    (store, pool, account.id)
}

fn search(sort: Sort) -> Search {
    let criteria = Criteria { text: Some("19999".to_owned()), ..Criteria::default() };
    Search { criteria, sort, after: None, count: 30 }
}

fn sorts() -> impl Iterator<Item = Sort> {
    [SortKey::Created, SortKey::Updated, SortKey::Name]
        .into_iter()
        .flat_map(|key| [false, true].map(|descending| Sort { key, descending }))
}

/// The plan of a statement, with newlines between its steps.
async fn plan(store: &SqlStore, account: &AccountId, statement: TenantSql, args: &[Arg<'_>]) -> String {
    let explain: &'static str = Box::leak(format!("EXPLAIN {}", statement.0).into_boxed_str());
    let steps: Vec<(String,)> =
        store.reader(account).all_with_own_plan(TenantSql(explain), args).await.unwrap();
    steps.into_iter().map(|(step,)| step + "\n").collect()
}

async fn assert_uses_index(store: &SqlStore, account: &AccountId, statement: TenantSql, args: &[Arg<'_>]) {
    let steps = plan(store, account, statement, args).await;
    let has = |text: &str| steps.contains(text);
    assert!(has("Bitmap Index Scan on search_texts_trigrams"), "{steps}");
    assert!(!has("Seq Scan on handoff_summaries"), "{steps}");
}

#[tokio::test]
async fn plans_use_the_index() {
    let (store, _, account) = filled().await;
    for sort in sorts() {
        let search = search(sort);
        let patterns = Patterns::of(&search.criteria, &ClaimLevels::default());
        let query = [patterns.indexed(true).unwrap().into()];
        let args = [&patterns.search_args(&search)[..], &query].concat();
        assert_uses_index(&store, &account, indexed_statement(sort).postgres, &args).await;
        let args = [&patterns.args()[..], &query].concat();
        assert_uses_index(&store, &account, sql::COUNT_INDEXED.postgres, &args).await;
    }
}

/// PostgreSQL believes that there are few handoffs, and not in this account, until its statistics are updated.
#[tokio::test]
async fn after_an_import_plans_use_the_order() {
    let (store, pool, account) = filled().await;
    let sort = Sort { key: SortKey::Updated, descending: true };
    let all = Search { criteria: Criteria::default(), ..search(sort) };
    for statement in [
        // Statistics of a table that is being vacuumed are not updated.
        "ALTER TABLE handoff_summaries SET (autovacuum_enabled = off)",
        "CREATE TABLE imported AS SELECT * FROM handoff_summaries",
        "DELETE FROM handoff_summaries WHERE handoff_id <> 'H1'",
        "ANALYZE handoff_summaries",
        "INSERT INTO handoff_summaries SELECT * FROM imported WHERE handoff_id <> 'H1'",
    ] {
        pool.execute(statement).await.unwrap();
    }
    store.update_statistics().await.unwrap();
    let patterns = Patterns::of(&all.criteria, &ClaimLevels::default());
    let args = patterns.search_args(&all);
    let steps = plan(&store, &account, statements(sort).0, &args).await;
    assert!(steps.contains("Index Scan Backward using handoff_summaries_updated"), "{steps}");
}

/// After a few executions, PostgreSQL may use a plan for any arguments for a statement that a connection keeps.
#[tokio::test]
async fn connections_do_not_keep_the_statements() {
    let (store, pool, account) = filled().await;
    let reader = store.read_catalogue(&account);
    for sort in sorts() {
        let search = search(sort);
        let found = reader.search(&search, &ClaimLevels::default()).await.unwrap();
        assert_eq!(found.iter().map(|summary| summary.id.as_str()).collect::<Vec<_>>(), ["H19999"]);
        reader.count(&search.criteria, &ClaimLevels::default()).await.unwrap();
    }
    let mut connections = Vec::new();
    for _ in 0..pool.num_idle() {
        connections.push(pool.acquire().await.unwrap());
    }
    assert!(!connections.is_empty());
    for connection in &mut connections {
        let kept = "SELECT statement FROM pg_prepared_statements
                    WHERE statement LIKE '%FROM search_texts%' AND NOT statement LIKE '%pg_prepared_statements%'";
        let kept = sqlx::query(kept).fetch_all(&mut **connection).await.unwrap();
        assert_eq!(kept.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>(), [""; 0]);
    }
}
