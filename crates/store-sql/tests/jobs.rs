//! The migration that adds jobs enqueues a job for pending deliveries of existing webhooks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, JobTask, Timestamp, WebhookId};
use outbound_store::{Account, Accounts, JobClaim, Jobs, Webhook, Webhooks};
use outbound_store_sql::SqlStore;

/// Reverts the database to the state before the migration that adds jobs.
const BEFORE: [&str; 6] = [
    "DROP TABLE jobs",
    "DROP TABLE job_queues",
    "ALTER TABLE webhooks DROP COLUMN deleted_at",
    "DROP INDEX webhook_deliveries_over",
    "CREATE INDEX webhook_deliveries_over ON webhook_deliveries (created_at) WHERE next_attempt_at IS NULL",
    "DELETE FROM _sqlx_migrations WHERE version IN (23, 24)",
];

fn account() -> AccountId {
    "A".parse().unwrap()
}

fn time(second: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(second)
}

/// Creates a webhook with a delivery that is due.
async fn fill(store: &SqlStore) -> WebhookId {
    let id: WebhookId = "w".parse().unwrap();
    store.create_account(&Account { id: account(), created_at: time(0) }).await.unwrap();
    let webhook = Webhook {
        id: id.clone(),
        url: "https://receiver.example/hook".to_owned(),
        description: String::new(),
        kinds: Vec::new(),
        sealed_secret: vec![1],
        old_secret: None,
        created_at: time(1),
        disabled: None,
        queued_through: 0,
        last_delivery: 0,
        last_success_at: None,
    };
    let mut transaction = store.write_webhooks(&account()).await.unwrap();
    assert!(transaction.add_webhook(&webhook, 9).await.unwrap());
    transaction.queue_ping(&id, time(2)).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

#[tokio::test]
async fn the_migration_creates_jobs_for_pending_deliveries() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        let webhook = fill(&store).await;
        store.close().await;
        for sql in BEFORE {
            common::run(&url, sql).await;
        }
        let store = common::migrated(&url).await;
        let due = store.accounts_with_due_jobs(time(9), 9).await.unwrap();
        assert_eq!(due, [(account(), time(1))]);
        let claim = JobClaim { now: time(9), until: time(39), limit: 9, max_running: 9 };
        let mut jobs = store.claim_jobs(&account(), claim).await.unwrap();
        jobs.sort_by(|one, other| one.id.cmp(&other.id));
        let tasks: Vec<_> = jobs.into_iter().filter_map(|job| job.task.ok()).collect();
        assert_eq!(tasks, [JobTask::DeliverWebhook(webhook.clone()), JobTask::MaintainAccount]);
        let pending = store.claim_deliveries(&account(), &webhook, (time(9), time(39)), 9).await.unwrap();
        assert_eq!(pending.len(), 1);
    }
}
