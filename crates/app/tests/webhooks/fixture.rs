//! A webhook with a scripted receiver, and nodes that send to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound_app::{
    App, AppError, Delivery, Grant, ManageCredentials, NewWebhook, SendError, Webhook, WebhookRequest,
    WebhookSender, WebhookUrl,
};
use outbound_model::{AccountId, Handoff, WebhookId, from_json_str};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::common::{World, id};

/// Returns the scripted responses in order, then 204. `None` means no response at all.
#[derive(Default)]
pub(crate) struct FakeSender {
    answers: Mutex<VecDeque<Option<Result<u16, SendError>>>>,
    posted: Mutex<Vec<WebhookRequest>>,
}

#[async_trait]
impl WebhookSender for FakeSender {
    async fn check(&self, _: &AccountId, _: &WebhookUrl) -> Result<(), SendError> {
        Ok(())
    }

    async fn post(&self, request: WebhookRequest) -> Result<u16, SendError> {
        self.posted.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Some(Ok(204)));
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}

impl FakeSender {
    pub(crate) fn answering(answers: impl IntoIterator<Item = Result<u16, SendError>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().map(Some).collect()), ..Self::default() })
    }

    /// Never responds to the first `count` messages.
    pub(crate) fn silent(count: usize) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(vec![None; count].into()), ..Self::default() })
    }

    pub(crate) fn posted(&self) -> Vec<WebhookRequest> {
        self.posted.lock().unwrap().clone()
    }
}

/// A webhook of account `A`, and a running node.
pub(crate) struct Fixture {
    pub(crate) world: World,
    pub(crate) webhook: WebhookId,
    pub(crate) node: Node,
}

pub(crate) struct Node {
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) task: JoinHandle<()>,
}

impl Node {
    pub(crate) fn start(app: &App) -> Self {
        let (stop, stopped) = oneshot::channel();
        let app = app.clone();
        let task = tokio::spawn(async move { app.run_jobs(async { drop(stopped.await) }).await });
        Self { stop, task }
    }

    /// Stops the node without any cleanup, as `kill -9` does.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

impl Fixture {
    pub(crate) async fn new(sender: &Arc<FakeSender>) -> Self {
        let world = World::with_sender(sender.clone()).await;
        let new = NewWebhook { url: "https://receiver.example".to_owned(), ..NewWebhook::default() };
        let (webhook, _) = world.app.create_webhook(&operator(&world), new).await.unwrap();
        let node = Node::start(&world.app);
        Self { world, webhook: webhook.id, node }
    }

    pub(crate) async fn save(&self, name: &str) {
        save(&self.world, name).await;
    }

    /// Waits until attempt `attempt` of delivery `number` has ended at the current time, and returns the delivery.
    pub(crate) async fn attempted(&self, number: i64, attempt: u32) -> Delivery {
        let now = self.world.app.now();
        let has_ended =
            |delivery: &Delivery| delivery.last_attempt.as_ref().is_some_and(|last| last.at == now);
        loop {
            let found = self.world.app.webhook_delivery(&operator(&self.world), &self.webhook, number).await;
            match found {
                Ok(delivery) if delivery.attempts == attempt && has_ended(&delivery) => return delivery,
                Ok(_) | Err(AppError::UnknownDelivery { .. }) => sleep(Duration::from_millis(10)).await,
                Err(other) => panic!("{other}"),
            }
        }
    }

    pub(crate) async fn webhook(&self) -> Webhook {
        self.world.app.webhook(&operator(&self.world), &self.webhook).await.unwrap()
    }
}

/// Creates a handoff of account `A`.
pub(crate) async fn save(world: &World, name: &str) {
    let draft: Handoff = from_json_str(&format!(
        r#"{{"id":"H1","name":"{name}","lookbackPeriodDay":1,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"2024-01-01T00:00:00.000Z",
            "updatedAt":"2024-01-01T00:00:00.000Z","channels":[]}}"#
    ))
    .unwrap();
    world.app.create_draft(&world.app.operator(&id("A")), draft, None, None).await.unwrap();
}

pub(crate) fn operator(world: &World) -> Grant<ManageCredentials> {
    world.app.operator(&id("A"))
}
