//! The migration that adds summaries creates them for existing handoffs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, FindingCounts, Handoff, HandoffState, from_json_str};
use outbound_store::{
    Account, Accounts, Attribution, Catalogue, ClaimLevels, Criteria, NewVersion, Search, Sort, SortKey,
    Summary,
};
use outbound_store_sql::SqlStore;

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");
const NUL: &str = r#"{"id":"H1","name":"Nul","lookbackPeriodDay":1,"lookbackPeriodHour":0,
    "routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z","updatedAt":"2022-10-01T08:00:00.000Z",
    "channels":[{"type":"wa","language":"e\u0000n","messageComponents":[]}]}"#;

async fn fill(store: &SqlStore) -> AccountId {
    let mut handoffs: Vec<Handoff> = from_json_str(DOCUMENTED).unwrap();
    handoffs.push(from_json_str(NUL).unwrap());
    let id: AccountId = "12345678".parse().unwrap();
    store.create_account(&Account { id: id.clone(), created_at: handoffs[0].created_at }).await.unwrap();
    let mut transaction = store.write_catalogue(&id).await.unwrap();
    for handoff in &handoffs {
        let attribution = Attribution { at: handoff.created_at, by: "anna" };
        let findings = FindingCounts::default();
        transaction
            .save(NewVersion { handoff, attribution, note: None, findings, claims: &[] })
            .await
            .unwrap();
        transaction.publish(&handoff.id, attribution).await.unwrap();
    }
    transaction.commit().await.unwrap();
    id
}

async fn found(store: &SqlStore, account: &AccountId, criteria: Criteria) -> Vec<Summary> {
    let sort = Sort { key: SortKey::Created, descending: false };
    store
        .read_catalogue(account)
        .search(&Search { criteria, sort, after: None, count: 100 }, &ClaimLevels::default())
        .await
        .unwrap()
}

/// Reverts the database to the state before the migration that adds summaries. Later migrations change the table.
const BEFORE: [&str; 2] =
    ["DROP TABLE handoff_summaries", "DELETE FROM _sqlx_migrations WHERE version IN (9, 12, 13, 41)"];

/// Levels of rules are renamed with the severity; other settings with the same value are not.
#[tokio::test]
async fn the_migration_renames_the_levels_of_rules_only() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        let account = fill(&store).await;
        store.close().await;
        for sql in [
            r#"UPDATE accounts SET settings =
               '{"levels":{"a":"advice","b":"off"},"importDefaults":{"wa":{"sender":"advice"}}}'"#,
            "ALTER TABLE handoff_summaries RENAME COLUMN warnings TO advices",
            "DELETE FROM _sqlx_migrations WHERE version = 41",
        ] {
            common::run(&url, sql).await;
        }
        let store = common::migrated(&url).await;
        let settings = store.read_catalogue(&account).settings().await.unwrap().unwrap();
        let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
        assert_eq!(settings["levels"], serde_json::json!({"a": "warning", "b": "off"}));
        assert_eq!(settings["importDefaults"]["wa"]["sender"], "advice");
    }
}

#[tokio::test]
async fn the_migration_creates_summaries_for_existing_handoffs() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        let account = fill(&store).await;
        let all = found(&store, &account, Criteria::default()).await;
        store.close().await;
        for sql in BEFORE {
            common::run(&url, sql).await;
        }
        let store = common::migrated(&url).await;
        let again = found(&store, &account, Criteria::default()).await;
        // The migration skips languages that contain NUL, which PostgreSQL cannot store as text.
        let without_nul = |mut summaries: Vec<Summary>| -> Vec<Summary> {
            summaries.retain(|summary| summary.name != "Nul");
            summaries
        };
        assert_eq!(without_nul(again.clone()), without_nul(all));
        assert!(again.iter().all(|summary| summary.state == HandoffState::Published));
        let text = Some("cinema".to_owned());
        assert!(!found(&store, &account, Criteria { text, ..Criteria::default() }).await.is_empty());
    }
}
