//! Blocks of published lists: imports split them, and the migration creates them for existing lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, FindingCounts, Handoff, HandoffId, from_json_str};
use outbound_store::{Account, Accounts, Attribution, Catalogue, NewVersion, Page};
use outbound_store_sql::SqlStore;

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");

/// Publishes handoffs `0..count`, each named by its number, in one transaction.
async fn publish(store: &SqlStore, count: u64) -> AccountId {
    let sample = from_json_str::<Vec<Handoff>>(DOCUMENTED).unwrap().swap_remove(0);
    let id: AccountId = "12345678".parse().unwrap();
    store.create_account(&Account { id: id.clone(), created_at: sample.created_at }).await.unwrap();
    let mut transaction = store.write_catalogue(&id).await.unwrap();
    for number in 0..count {
        let created_at = sample.created_at.plus_seconds(number.try_into().unwrap());
        let (id, name) = (HandoffId::from_random(number), number.to_string().parse().unwrap());
        let handoff = Handoff { id, name, created_at, ..sample.clone() };
        let attribution = Attribution { at: created_at, by: "command line" };
        let findings = FindingCounts::default();
        transaction
            .save(NewVersion { handoff: &handoff, attribution, note: None, findings, claims: &[] })
            .await
            .unwrap();
        transaction.publish(&handoff.id, attribution).await.unwrap();
    }
    transaction.commit().await.unwrap();
    id
}

#[tokio::test]
async fn an_import_is_split_into_blocks() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        publish(&common::migrated(&url).await, 41).await;
        let sizes = common::numbers(&url, "SELECT elements FROM published_blocks WHERE filter = 'all'").await;
        assert!(sizes.iter().all(|size| (1..=4).contains(size)), "{sizes:?}");
        assert_eq!(sizes.iter().sum::<i64>(), 41);
    }
}

/// Reverts the database to the state before the migration that adds blocks.
const BEFORE: [&str; 3] = [
    "CREATE TABLE published_totals AS SELECT account_id, filter, COUNT(*) AS total
     FROM published_elements GROUP BY account_id, filter",
    "DROP TABLE published_blocks",
    "DELETE FROM _sqlx_migrations WHERE version = 7",
];

#[tokio::test]
async fn the_migration_creates_blocks_for_existing_lists() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        let account = publish(&store, 1100).await;
        store.close().await;
        for sql in BEFORE {
            common::run(&url, sql).await;
        }
        let reader = common::migrated(&url).await.read_catalogue(&account);
        for offset in [0, 999, 1000, 1099] {
            let page = reader.published(None, Page::new(1, offset).unwrap()).await.unwrap();
            assert_eq!(page.total, 1100);
            assert!(page.entries[0].document.contains(&format!("\"name\":\"{offset}\"")), "{offset}");
        }
    }
}
