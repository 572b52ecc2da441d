//! Property tests: a search with the index finds the same handoffs as a scan of all handoffs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, FindingCounts, Handoff, SearchTerms, fold, from_json_str};
use outbound_store::{
    Account, Accounts, Attribution, Catalogue, CatalogueReader, ClaimLevels, Criteria, NewVersion, Search,
    Sort, SortKey,
};
use outbound_store_sql::SqlStore;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

/// Only a few characters, so that strings often contain each other: special characters of patterns and queries,
/// and letters that fold.
const CHARACTERS: [&str; 22] = [
    "a",
    "b",
    "A",
    "\u{e9}",
    "\u{c9}",
    "e\u{301}",
    "\u{130}",
    "\u{df}",
    "\u{65e5}",
    "\u{672c}",
    "\u{1f375}",
    "%",
    "_",
    "!",
    "\"",
    "'",
    "\\",
    "-",
    "*",
    "(",
    " ",
    "AND",
];

fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(select(&CHARACTERS[..]), length).prop_map(|characters| characters.concat())
}

fn handoff(number: usize, name: &str) -> Handoff {
    let mut handoff: Handoff = from_json_str(&format!(
        r#"{{"id":"H{number}","name":"N","lookbackPeriodDay":30,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z",
            "updatedAt":"2022-10-01T08:00:00.000Z","channels":[]}}"#
    ))
    .unwrap();
    handoff.name = format!("{number} {name}").parse().unwrap();
    handoff
}

async fn save(store: &SqlStore, account: &Account, handoffs: &[Handoff]) {
    let mut transaction = store.write_catalogue(&account.id).await.unwrap();
    for handoff in handoffs {
        let attribution = Attribution { at: account.created_at, by: "test" };
        let findings = FindingCounts::default();
        transaction
            .save(NewVersion { handoff, attribution, note: None, findings, claims: &[] })
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
}

async fn found(reader: &dyn CatalogueReader, text: &str) -> Vec<String> {
    let criteria = Criteria { text: Some(text.to_owned()), ..Criteria::default() };
    let sort = Sort { key: SortKey::Created, descending: false };
    let found = reader
        .search(&Search { criteria, sort, after: None, count: 100 }, &ClaimLevels::default())
        .await
        .unwrap();
    found.into_iter().map(|summary| summary.id.to_string()).collect()
}

/// Adds all handoffs of the account to the index.
async fn fill(store: &SqlStore, account: &AccountId) {
    while store.fill_search_index(account, 100).await.unwrap() > 0 {}
}

/// Checks searches while half of the handoffs are in the index and the others are not.
async fn check(store: &SqlStore, account: &str, names: &[String], words: &[String]) {
    let account =
        Account { id: account.parse().unwrap(), created_at: "2022-10-01T08:00:00Z".parse().unwrap() };
    store.create_account(&account).await.unwrap();
    let handoffs: Vec<_> = (10..).zip(names).map(|(number, name)| handoff(number, name)).collect();
    let (indexed, waiting) = handoffs.split_at(handoffs.len() / 2);
    save(store, &account, indexed).await;
    fill(store, &account.id).await;
    save(store, &account, waiting).await;
    let reader = store.read_catalogue(&account.id);
    for word in words {
        let contains = |handoff: &&Handoff| SearchTerms::of(handoff).text.contains(&fold(word));
        let expected: Vec<_> =
            handoffs.iter().filter(contains).map(|handoff| handoff.id.to_string()).collect();
        assert_eq!(found(&*reader, word).await, expected, "{word:?} in {names:?}");
    }
}

fn assert_index_finds_every_match(store: &SqlStore, runtime: &tokio::runtime::Runtime) {
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let accounts = std::cell::Cell::new(0);
    let case = (vec(text(1..12), 2..6), vec(text(1..6), 6));
    runner
        .run(&case, |(names, words)| {
            accounts.set(accounts.get() + 1);
            runtime.block_on(check(store, &accounts.get().to_string(), &names, &words));
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_sqlite_index_finds_every_match() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, _folder) = runtime.block_on(common::sqlite());
    prepare_search_index(&runtime, &store);
    assert_index_finds_every_match(&store, &runtime);
}

#[test]
fn the_postgres_index_finds_every_match() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (store, _database) = runtime.block_on(common::postgres());
    prepare_search_index(&runtime, &store);
    assert_index_finds_every_match(&store, &runtime);
}

/// A handoff is in the index, and its text is changed by a transaction that is open while the index is
/// filled.
#[tokio::test]
async fn an_uncommitted_change_is_not_lost_by_the_index() {
    let (store, _database) = common::postgres().await;
    store.prepare_search_index().await.unwrap();
    let account = Account { id: "1".parse().unwrap(), created_at: "2022-10-01T08:00:00Z".parse().unwrap() };
    store.create_account(&account).await.unwrap();
    save(&store, &account, &[handoff(1, "zebra"), handoff(2, "horse")]).await;
    let mut transaction = store.write_catalogue(&account.id).await.unwrap();
    let changed = handoff(1, "camel");
    let attribution = Attribution { at: account.created_at, by: "test" };
    let version = NewVersion {
        handoff: &changed,
        attribution,
        note: None,
        findings: FindingCounts::default(),
        claims: &[],
    };
    transaction.save(version).await.unwrap();
    // Reading a changed handoff flushes the write buffer.
    transaction.handoff(&changed.id).await.unwrap();
    assert_eq!(store.fill_search_index(&account.id, 100).await.unwrap(), 1);
    let reader = store.read_catalogue(&account.id);
    assert_eq!(found(&*reader, "zebra").await, ["H1"]);
    transaction.commit().await.unwrap();
    for _ in 0..2 {
        for (word, ids) in [("zebra", &[][..]), ("camel", &["H1"][..]), ("horse", &["H2"][..])] {
            assert_eq!(found(&*reader, word).await, ids, "{word}");
        }
        fill(&store, &account.id).await;
    }
}

fn prepare_search_index(runtime: &tokio::runtime::Runtime, store: &SqlStore) {
    runtime.block_on(store.prepare_search_index()).unwrap();
}
