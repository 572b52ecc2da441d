//! Observable behaviour of background jobs, with a manual clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{World, id};
use outbound_app::{
    App, ExpectedTag, Grant, ManageCredentials, NewWebhook, SendError, WebhookRequest, WebhookSender,
    WebhookUrl,
};
use outbound_model::{
    AccountId, DeliveryState, Handoff, HandoffId, JobState, JobTask, WebhookId, from_json_str,
};
use outbound_store::{AttemptOutcome, DeliveryAttempt, Jobs, Webhooks};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// Longer than any step of these tests takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);
const DAY: i64 = 24 * 3600;
/// More deliveries than one batch.
const MANY: i64 = 2500;

/// A receiver that rejects messages whose body contains `rejected`.
struct Receiver {
    rejected: &'static str,
    accepted: Mutex<Vec<String>>,
}

#[async_trait]
impl WebhookSender for Receiver {
    async fn check(&self, _: &AccountId, _: &WebhookUrl) -> Result<(), SendError> {
        Ok(())
    }

    async fn post(&self, request: WebhookRequest) -> Result<u16, SendError> {
        if request.body.contains(self.rejected) {
            return Ok(500);
        }
        self.accepted.lock().unwrap().push(request.body);
        Ok(204)
    }
}

impl Receiver {
    fn rejecting(text: &'static str) -> Arc<Self> {
        Arc::new(Self { rejected: text, accepted: Mutex::default() })
    }
}

/// A node that runs jobs until it is dropped.
struct Node(AbortHandle);

impl Node {
    fn start(app: &App) -> Self {
        let app = app.clone();
        Self(tokio::spawn(async move { app.run_jobs(std::future::pending()).await }).abort_handle())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn operator(app: &App) -> Grant<ManageCredentials> {
    app.operator(&id("A"))
}

async fn webhook(app: &App) -> WebhookId {
    let new = NewWebhook { url: "https://receiver.example".to_owned(), ..NewWebhook::default() };
    app.create_webhook(&operator(app), new).await.unwrap().0.id
}

async fn save(app: &App, name: &str) -> HandoffId {
    let draft: Handoff = from_json_str(&format!(
        r#"{{"id":"H1","name":"{name}","lookbackPeriodDay":1,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"2024-01-01T00:00:00.000Z",
            "updatedAt":"2024-01-01T00:00:00.000Z","channels":[]}}"#
    ))
    .unwrap();
    app.create_draft(&app.operator(&id("A")), draft, None, None).await.unwrap().handoff.stored.id
}

async fn eventually<T>(mut poll: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            match poll().await {
                Some(found) => return found,
                None => sleep(Duration::from_millis(10)).await,
            }
        }
    };
    timeout(DEADLINE, found).await.expect("the condition was not met in time")
}

/// Queues [`MANY`] deliveries of a webhook.
async fn queue_deliveries(world: &World, webhook: &WebhookId) {
    let mut transaction = world.store.write_webhooks(&id("A")).await.unwrap();
    for _ in 0..MANY {
        transaction.queue_ping(webhook, world.app.now()).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_rejects_one_kind_of_event_gets_the_others() {
    let receiver = Receiver::rejecting("handoff.saved");
    let world = World::with_sender(receiver.clone()).await;
    let webhook = webhook(&world.app).await;
    let _node = Node::start(&world.app);
    let mut saved = Vec::new();
    for number in 0..120 {
        saved.push(save(&world.app, &format!("Tea {number}")).await);
    }
    world.app.archive(&world.app.operator(&id("A")), &saved[0], &ExpectedTag::Any).await.unwrap();
    eventually(async || {
        receiver.accepted.lock().unwrap().iter().find(|body| body.contains("handoff.archived")).cloned()
    })
    .await;
    // The receiver gets the message shortly before its delivery is recorded.
    eventually(async || {
        let operator = operator(&world.app);
        let deliveries = world.app.webhook_deliveries(&operator, &webhook, None, 1000).await.unwrap();
        let pending = deliveries.iter().filter(|delivery| delivery.state() == DeliveryState::Pending);
        (pending.count() == 120).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_internal_error_is_visible_and_retried_with_increasing_delays() {
    let receiver = Receiver::rejecting("nothing");
    let world = World::with_sender(receiver.clone()).await;
    let webhook = webhook(&world.app).await;
    let wrong_key = world.with_another_key(receiver.clone());
    let node = Node::start(&wrong_key);
    wrong_key.ping_webhook(&operator(&wrong_key), &webhook).await.unwrap();
    let delivery = JobTask::DeliverWebhook(webhook.clone()).id();
    let failed = async |attempts| {
        eventually(async || {
            let jobs = wrong_key.jobs(&operator(&wrong_key), Some(JobState::Waiting), 9).await.unwrap();
            jobs.into_iter().find(|job| job.id == delivery && job.attempts == attempts)
        })
        .await
    };
    let mut waits = Vec::new();
    for attempts in 1..=3 {
        let job = failed(attempts).await;
        assert!(job.error.is_some(), "{job:?}");
        let wait = job.due_at.unwrap().millis() - wrong_key.now().millis();
        waits.push(wait);
        world.advance_clock(wait / 1000 + 1);
    }
    assert!(waits.is_sorted() && waits[2] >= 20_000, "{waits:?}");
    let ping = wrong_key.webhook_delivery(&operator(&wrong_key), &webhook, 1).await.unwrap();
    assert_eq!((ping.state(), ping.attempts), (DeliveryState::Pending, 0));
    assert!(ping.last_attempt.unwrap().error.unwrap().contains("internal error"));
    let (_, runs) =
        wrong_key.job_counts().runs().into_iter().find(|(kind, _)| *kind == delivery.kind()).unwrap();
    assert!(runs.failed >= 3, "{runs:?}");
    assert_eq!(receiver.accepted.lock().unwrap().len(), 0);
    failed(4).await;
    drop(node);
    // With the correct key file, and without waiting for the next retry.
    let _node = Node::start(&world.app);
    world.app.retry_job(&operator(&world.app), &delivery).await.unwrap();
    eventually(async || receiver.accepted.lock().unwrap().first().cloned()).await;
}

#[tokio::test]
async fn the_job_of_a_disabled_webhook_ends_despite_pending_retries() {
    let world = World::with_sender(Receiver::rejecting("handoff.saved")).await;
    let (app, webhook) = (&world.app, webhook(&world.app).await);
    let _node = Node::start(app);
    save(app, "Tea").await;
    let retried = async || {
        let delivery = app.webhook_delivery(&operator(app), &webhook, 1).await.ok()?;
        delivery.next_attempt_at.filter(|_| delivery.last_attempt.is_some())
    };
    let retry_at = eventually(retried).await;
    app.disable_webhook(&operator(app), &webhook).await.unwrap();
    world.advance_clock(retry_at.seconds() - app.now().seconds() + 60);
    let job = JobTask::DeliverWebhook(webhook.clone()).id();
    eventually(async || world.store.job(&id("A"), &job).await.unwrap().is_none().then_some(())).await;
}

#[tokio::test]
async fn a_webhook_with_many_deliveries_is_deleted() {
    let world = World::with_sender(Receiver::rejecting("nothing")).await;
    let (app, webhook) = (&world.app, webhook(&world.app).await);
    queue_deliveries(&world, &webhook).await;
    app.delete_webhook(&operator(app), &webhook).await.unwrap();
    assert_eq!(app.webhooks(&operator(app)).await.unwrap(), [], "no longer listed");
    assert!(app.webhook_deliveries(&operator(app), &webhook, None, 9).await.is_err());
    let deliveries =
        async || world.store.read_webhooks(&id("A")).deliveries(&webhook, i64::MAX, 9).await.unwrap();
    assert_eq!(deliveries().await.len(), 9);
    let _node = Node::start(app);
    let job = JobTask::DeleteWebhook(webhook.clone()).id();
    eventually(async || world.store.job(&id("A"), &job).await.unwrap().is_none().then_some(())).await;
    assert_eq!(deliveries().await, []);
}

#[tokio::test]
async fn one_maintenance_run_deletes_all_old_deliveries() {
    let world = World::with_sender(Receiver::rejecting("nothing")).await;
    let (app, webhook) = (&world.app, webhook(&world.app).await);
    queue_deliveries(&world, &webhook).await;
    let (now, until) = (app.now(), app.now().plus_seconds(30));
    let most = u32::try_from(MANY).unwrap();
    world.store.claim_deliveries(&id("A"), &webhook, (now, until), most).await.unwrap();
    let mut transaction = world.store.write_webhooks(&id("A")).await.unwrap();
    for number in 1..=MANY {
        let attempt = DeliveryAttempt { at: now, status: Some(204), error: None };
        let outcome =
            AttemptOutcome { number, claimed_until: until, attempt, delivered: true, next_attempt_at: None };
        assert!(transaction.settle(&webhook, &outcome).await.unwrap());
    }
    transaction.commit().await.unwrap();
    world.advance_clock(30 * DAY - 1);
    let node = Node::start(app);
    let deliveries = async || app.webhook_deliveries(&operator(app), &webhook, None, 9).await.unwrap().len();
    let maintained = async || {
        let job = world.store.job(&id("A"), &JobTask::MaintainAccount.id()).await.unwrap().unwrap();
        job.due_at.filter(|due_at| *due_at > app.now() && job.state == JobState::Waiting)
    };
    let next = eventually(maintained).await;
    assert_eq!(deliveries().await, 9, "not old enough yet");
    world.advance_clock(next.seconds() - app.now().seconds());
    eventually(maintained).await;
    assert_eq!(deliveries().await, 0, "deleted in one run");
    drop(node);
}
