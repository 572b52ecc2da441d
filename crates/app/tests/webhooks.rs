//! When webhooks are tried again, when they are given up, and who signs: at a time that the test sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{World, id};
use outbound_app::{
    App, AppError, Delivery, Grant, ManageCredentials, NewWebhook, SendError, Webhook, WebhookRequest,
    WebhookSender, WebhookUrl,
};
use outbound_model::{AuditAction, DeliveryState, DisabledBecause, Handoff, WebhookId, from_json_str};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const DAY: i64 = 24 * 3600;

/// Gives its answers one by one, then 204; never answers where there is `None`.
#[derive(Default)]
struct Sender {
    answers: Mutex<VecDeque<Option<Result<u16, SendError>>>>,
    posted: Mutex<Vec<WebhookRequest>>,
}

#[async_trait]
impl WebhookSender for Sender {
    async fn check(&self, _: &WebhookUrl) -> Result<(), SendError> {
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

impl Sender {
    fn answering(answers: impl IntoIterator<Item = Result<u16, SendError>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().map(Some).collect()), ..Self::default() })
    }

    fn posted(&self) -> Vec<WebhookRequest> {
        self.posted.lock().unwrap().clone()
    }
}

/// A world with a webhook of account `A`, and a node that sends.
struct Told {
    world: World,
    webhook: WebhookId,
    node: Node,
}

struct Node {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Node {
    fn start(app: &App) -> Self {
        let (stop, stopped) = oneshot::channel();
        let app = app.clone();
        let task = tokio::spawn(async move { app.run_jobs(async { drop(stopped.await) }).await });
        Self { stop, task }
    }

    /// As `kill -9` does.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

impl Told {
    async fn by(sender: &Arc<Sender>) -> Self {
        let world = World::sending_by(sender.clone()).await;
        let new = NewWebhook { url: "https://receiver.example".to_owned(), ..NewWebhook::default() };
        let (webhook, _) = world.app.create_webhook(&operator(&world), new).await.unwrap();
        let node = Node::start(&world.app);
        Self { world, webhook: webhook.id, node }
    }

    async fn save(&self, name: &str) {
        save(&self.world, name).await;
    }

    /// Delivery `number`, once the try `attempt` of it, at the present time, is over.
    async fn tried(&self, number: i64, attempt: u32) -> Delivery {
        let now = self.world.app.now();
        let over = |delivery: &Delivery| delivery.last_attempt.as_ref().is_some_and(|last| last.at == now);
        loop {
            let found = self.world.app.webhook_delivery(&operator(&self.world), &self.webhook, number).await;
            match found {
                Ok(delivery) if delivery.attempts == attempt && over(&delivery) => return delivery,
                Ok(_) | Err(AppError::UnknownDelivery { .. }) => sleep(Duration::from_millis(10)).await,
                Err(other) => panic!("{other}"),
            }
        }
    }

    async fn webhook(&self) -> Webhook {
        self.world.app.webhook(&operator(&self.world), &self.webhook).await.unwrap()
    }
}

/// Makes a handoff of account `A`.
async fn save(world: &World, name: &str) {
    let draft: Handoff = from_json_str(&format!(
        r#"{{"id":"H1","name":"{name}","lookbackPeriodDay":1,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"2024-01-01T00:00:00.000Z",
            "updatedAt":"2024-01-01T00:00:00.000Z","channels":[]}}"#
    ))
    .unwrap();
    world.app.create_draft(&world.app.operator(&id("A")), draft, None, None).await.unwrap();
}

fn operator(world: &World) -> Grant<ManageCredentials> {
    world.app.operator(&id("A"))
}

#[tokio::test]
async fn tries_are_further_and_further_apart_and_then_the_webhook_is_disabled() {
    let told = Told::by(&Sender::answering(vec![Err(SendError::TimedOut); 10])).await;
    told.save("Tea").await;
    let mut waits = Vec::new();
    for attempt in 1..=9 {
        let tried = told.tried(1, attempt).await;
        let wait = tried.next_attempt_at.unwrap().millis() - tried.last_attempt.unwrap().at.millis();
        waits.push(wait);
        told.world.pass(wait / 1000 + 1);
        assert_eq!(told.webhook().await.disabled, None);
    }
    let hours = [2, 5, 10, 14, 20, 24].map(|hours| hours * 3600);
    for (wait, least) in waits.into_iter().zip([&[5, 300, 1800], &hours[..]].concat()) {
        assert!((least * 1000..=least * 1100).contains(&wait), "{wait} ms after {least} s");
    }
    let last = told.tried(1, 10).await;
    assert_eq!((last.state(), last.next_attempt_at), (DeliveryState::Failed, None));
    assert_eq!(told.webhook().await.disabled.map(|(_, because)| because), Some(DisabledBecause::Failing));
    let audit = told.world.app.audit(&operator(&told.world), None, 1).await.unwrap();
    assert_eq!((audit[0].entry.action, &*audit[0].entry.actor), (AuditAction::WebhookDisabled, "outbound"));
}

#[tokio::test]
async fn a_delivery_that_fails_alone_disables_nothing() {
    let told = Told::by(&Sender::answering([Ok(500); 9].into_iter().chain([Ok(204), Ok(500)]))).await;
    told.save("Tea").await;
    for attempt in 1..=9 {
        let wait = told.tried(1, attempt).await.next_attempt_at.unwrap();
        if attempt < 9 {
            told.world.pass(wait.seconds() + 1 - told.world.app.now().seconds());
        }
    }
    told.save("Coffee").await;
    assert_eq!(told.tried(2, 1).await.state(), DeliveryState::Delivered);
    told.world.pass(DAY + DAY / 10);
    assert_eq!(told.tried(1, 10).await.state(), DeliveryState::Failed);
    assert_eq!(told.webhook().await.disabled, None);
}

#[tokio::test]
async fn a_ping_is_tried_once_and_disables_nothing() {
    let told = Told::by(&Sender::answering([Err(SendError::Tls)])).await;
    told.world.app.ping_webhook(&operator(&told.world), &told.webhook).await.unwrap();
    assert_eq!(told.tried(1, 1).await.state(), DeliveryState::Failed);
    assert_eq!(told.webhook().await.disabled, None);
}

#[tokio::test]
async fn what_a_killed_node_had_in_hand_another_takes_later() {
    let sender = Arc::new(Sender { answers: Mutex::new([None].into()), ..Sender::default() });
    let Told { world, webhook, node } = Told::by(&sender).await;
    let told = Told { node: Node::start(&world.app), world, webhook };
    told.save("Tea").await;
    while sender.posted().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    node.kill().await;
    told.node.kill().await;
    told.world.pass(29);
    let node = Node::start(&told.world.app);
    let told = Told { node, ..told };
    // The node sends what another account is told, and leaves what the killed one may still be sending.
    let app = &told.world.app;
    let new = NewWebhook { url: "https://other.example".to_owned(), ..NewWebhook::default() };
    app.create_webhook(&app.operator(&id("B")), new).await.unwrap();
    let draft = app.read_draft(br#"{"name":"Coffee","channels":[]}"#).unwrap();
    app.create_draft(&app.operator(&id("B")), draft, None, None).await.unwrap();
    while sender.posted().len() < 2 {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sender.posted()[1].url.authority(), "other.example");
    told.world.pass(1);
    assert_eq!(told.tried(1, 2).await.state(), DeliveryState::Delivered);
    let posted = sender.posted();
    assert_eq!(posted.len(), 3);
    assert_eq!((&posted[0].id, &posted[0].body), (&posted[2].id, &posted[2].body));
    assert_ne!(posted[0].at, posted[2].at);
    told.node.stop.send(()).unwrap();
    told.node.task.await.unwrap();
}

#[tokio::test]
async fn a_node_that_stops_gives_what_is_under_way_five_seconds() {
    let sender = Arc::new(Sender { answers: Mutex::new([None].into()), ..Sender::default() });
    let told = Told::by(&sender).await;
    told.save("Tea").await;
    while sender.posted().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    let begin = Instant::now();
    told.node.stop.send(()).unwrap();
    timeout(Duration::from_mins(1), told.node.task).await.expect("it ends").unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn eight_messages_go_to_a_webhook_at_a_time() {
    let sender = Arc::new(Sender { answers: Mutex::new(vec![None; 8].into()), ..Sender::default() });
    let Told { world, node, .. } = Told::by(&sender).await;
    // No node sends while the changes are made, so that they are due together.
    node.kill().await;
    for number in 1..=10 {
        save(&world, &format!("Tea {number}")).await;
    }
    let _node = Node::start(&world.app);
    let wait_for = async |count: usize| {
        while sender.posted().len() < count {
            sleep(Duration::from_millis(10)).await;
        }
    };
    wait_for(8).await;
    // Another webhook is told of what comes next, so there was time to tell this one more.
    let new = NewWebhook { url: "https://other.example".to_owned(), ..NewWebhook::default() };
    world.app.create_webhook(&operator(&world), new).await.unwrap();
    save(&world, "Coffee").await;
    wait_for(9).await;
    let hosts: Vec<_> = sender.posted().iter().map(|request| request.url.authority().to_owned()).collect();
    assert_eq!(hosts.iter().filter(|host| *host == "receiver.example").count(), 8, "{hosts:?}");
}

#[tokio::test]
async fn sixteen_jobs_of_an_account_run_at_a_time() {
    let sender = Arc::new(Sender { answers: Mutex::new(vec![None; 20].into()), ..Sender::default() });
    let told = Told::by(&sender).await;
    let app = &told.world.app;
    let webhook = async |account: &str, number: u32| {
        let url = format!("https://{}{number}.example", account.to_ascii_lowercase());
        let new = NewWebhook { url, ..NewWebhook::default() };
        app.create_webhook(&app.operator(&id(account)), new).await.unwrap();
    };
    let wait_for = async |count: usize| {
        while sender.posted().len() < count {
            sleep(Duration::from_millis(10)).await;
        }
    };
    for number in 1..=16 {
        webhook("A", number).await;
    }
    told.save("Tea").await;
    wait_for(16).await;
    // Another account's message is sent meanwhile, and the seventeenth of this account waits.
    webhook("B", 1).await;
    let draft = app.read_draft(br#"{"name":"Tea","channels":[]}"#).unwrap();
    app.create_draft(&app.operator(&id("B")), draft, None, None).await.unwrap();
    wait_for(17).await;
    let hosts: Vec<_> = sender.posted().iter().map(|request| request.url.authority().to_owned()).collect();
    assert_eq!(hosts.iter().filter(|host| host.starts_with('b')).count(), 1, "{hosts:?}");
    assert_eq!(hosts.len(), 17, "{hosts:?}");
}

#[tokio::test]
async fn the_old_secret_signs_for_a_day() {
    let sender = Sender::answering([]);
    let told = Told::by(&sender).await;
    let signatures = async |number| {
        told.world.app.ping_webhook(&operator(&told.world), &told.webhook).await.unwrap();
        told.tried(number, 1).await;
        let posted = sender.posted().pop().unwrap();
        posted.signature.split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(signatures(1).await.len(), 1);
    told.world.app.rotate_webhook_secret(&operator(&told.world), &told.webhook).await.unwrap();
    let both = signatures(2).await;
    assert_eq!(both.len(), 2);
    assert_ne!(both[0], both[1]);
    told.world.pass(DAY - 1);
    assert_eq!(signatures(3).await.len(), 2);
    told.world.pass(1);
    assert_eq!(signatures(4).await.len(), 1);
}

#[tokio::test]
async fn an_account_has_so_many_webhooks() {
    let told = Told::by(&Sender::answering([])).await;
    let create = async |description: &str| {
        let url = "https://receiver.example".to_owned();
        let new = NewWebhook { url, description: description.to_owned(), ..NewWebhook::default() };
        told.world.app.create_webhook(&operator(&told.world), new).await.map(drop)
    };
    assert!(matches!(create(&"x".repeat(201)).await, Err(AppError::Invalid(_))));
    for _ in 1..20 {
        create("").await.unwrap();
    }
    assert!(matches!(create("").await, Err(AppError::TooManyWebhooks)));
}
