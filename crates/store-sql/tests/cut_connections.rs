//! The connection to PostgreSQL breaks at every point of every kind of write. The write fails as unavailable
//! or succeeds, and the next write works.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, AuditAction, FindingCounts, Handoff, HandoffId, Timestamp, from_json_str};
use outbound_store::{
    Account, Accounts, ApiKey, Attribution, AuditEntry, Catalogue, Credentials, NewVersion, Nonce, Sessions,
    SigningKey, Store, StoreError, Webhooks,
};
use outbound_store_sql::SqlStore;
use outbound_testkit::{Fault, Postgres};

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");
const WRITES: [&str; 8] =
    ["account", "handoff", "sessions", "webhooks", "signing key", "nonce", "audit", "readiness"];
const APP_KEY: &str = "legacy-1";
const AT: Timestamp = Timestamp::EPOCH;

fn account() -> AccountId {
    "12345678".parse().unwrap()
}

async fn prepare(store: &SqlStore) {
    store.create_account(&Account { id: account(), created_at: AT }).await.unwrap();
    let key = ApiKey {
        app_key: APP_KEY.parse().unwrap(),
        name: "legacy".to_owned(),
        access_token: "token".to_owned(),
        sealed_secrets: vec![7],
        created_at: AT,
        revoked_at: None,
    };
    let mut transaction = store.write_credentials(&account()).await.unwrap();
    transaction.add_api_key(&key).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Makes a write of a kind. `number` must differ in each call.
async fn write(store: &SqlStore, kind: &str, number: u64) -> Result<(), StoreError> {
    let account = account();
    match kind {
        "account" => {
            let id = format!("A{number}").parse().unwrap();
            store.create_account(&Account { id, created_at: AT }).await
        }
        "handoff" => {
            let documented: Vec<Handoff> = from_json_str(DOCUMENTED).unwrap();
            let mut handoff = documented.into_iter().next().unwrap();
            handoff.id = HandoffId::from_random(number);
            handoff.name = format!("{number}").parse().unwrap();
            let (attribution, findings) = (Attribution { at: AT, by: "anna" }, FindingCounts::default());
            let mut transaction = store.write_catalogue(&account).await?;
            transaction
                .save(NewVersion { handoff: &handoff, attribution, note: None, findings, claims: &[] })
                .await?;
            transaction.publish(&handoff.id, attribution).await?;
            transaction.commit().await.map(drop)
        }
        "sessions" => store.extend_session(&account, &[7], AT).await,
        "webhooks" => {
            let mut transaction = store.write_webhooks(&account).await?;
            transaction.last_change().await?;
            transaction.commit().await
        }
        "signing key" => {
            let key = SigningKey {
                sequence: i64::try_from(number).unwrap(),
                kid: number.to_string(),
                sealed_private_key: vec![7],
                public_jwk: "{}".to_owned(),
                created_at: AT,
                signs_from: AT,
            };
            store.add_signing_key(&key).await
        }
        "nonce" => {
            let (app_key, value) = (APP_KEY.parse().unwrap(), number.to_string());
            let nonce = Nonce { app_key: &app_key, value: &value, expires_at: AT };
            store.spend_nonce(&account, nonce, AT).await.map(drop)
        }
        "audit" => {
            let entry = AuditEntry {
                at: AT,
                actor: "anna".to_owned(),
                action: AuditAction::UserCreated,
                subject: number.to_string(),
                address: None,
                details: "{}".to_owned(),
            };
            store.add_audit(&account, &entry).await
        }
        _ => store.check_writable(AT).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_fails_only_the_write_in_progress() {
    let postgres = Postgres::shared().unwrap();
    let (url, proxy) = (postgres.database().unwrap(), postgres.proxy("127.0.0.1:0").unwrap());
    prepare(&common::migrated(&url).await).await;
    let store = SqlStore::open(&proxy.url(&url), &common::options_with_short_timeouts()).await.unwrap();
    let (mut number, mut failures) = (0, 0);
    for kind in WRITES {
        for after in 0..16 {
            for fault in [Fault::CutAfter(after), Fault::GarbleAfter(after)] {
                proxy.set(fault);
                number += 1;
                match write(&store, kind, number).await {
                    Ok(()) => {}
                    Err(StoreError::Unavailable(_)) => failures += 1,
                    Err(error) => panic!("{kind}, {fault:?}: {error:?}"),
                }
                proxy.set(Fault::None);
                number += 1;
                let next = write(&store, kind, number).await;
                assert!(next.is_ok(), "{kind}, after {fault:?}: {next:?}");
            }
        }
    }
    assert!(failures > 20, "only {failures} writes were broken");
}

#[tokio::test]
async fn a_lock_timeout_leaves_the_connection_usable() {
    let url = common::postgres_url();
    let store = common::migrated(&url).await;
    for number in 0..2 {
        write(&store, "account", number).await.unwrap();
    }
    let held = store.write_catalogue(&"A0".parse().unwrap()).await.unwrap();
    let other = SqlStore::open(&url, &common::options_with_short_timeouts()).await.unwrap();
    for _ in 0..3 {
        let rejected = other.write_catalogue(&"A0".parse().unwrap()).await.map(drop);
        assert!(matches!(rejected, Err(StoreError::Busy(_))), "{rejected:?}");
    }
    other.write_catalogue(&"A1".parse().unwrap()).await.unwrap().commit().await.unwrap();
    drop(held);
    // The rollback runs in the background and ends before the lock timeout.
    other.write_catalogue(&"A0".parse().unwrap()).await.unwrap().commit().await.unwrap();
}
