//! Concurrency limits of nodes, and deliveries in progress when a node ends.

use std::time::Duration;

use outbound_app::NewWebhook;
use outbound_model::DeliveryState;
use tokio::time::{Instant, sleep, timeout};

use crate::common::id;
use crate::fixture::{FakeSender, Fixture, Node, operator, save};

#[tokio::test]
async fn deliveries_of_a_killed_node_are_claimed_by_another() {
    let sender = FakeSender::silent(1);
    let Fixture { world, webhook, node } = Fixture::new(&sender).await;
    let fixture = Fixture { node: Node::start(&world.app), world, webhook };
    fixture.save("Tea").await;
    while sender.posted().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    node.kill().await;
    fixture.node.kill().await;
    fixture.world.advance_clock(29);
    let node = Node::start(&fixture.world.app);
    let fixture = Fixture { node, ..fixture };
    // The new node sends for another account, but does not claim the delivery of the killed node yet.
    let app = &fixture.world.app;
    let new = NewWebhook { url: "https://other.example".to_owned(), ..NewWebhook::default() };
    app.create_webhook(&app.operator(&id("B")), new).await.unwrap();
    let draft = app.read_draft(br#"{"name":"Coffee","channels":[]}"#).unwrap();
    app.create_draft(&app.operator(&id("B")), draft, None, None).await.unwrap();
    while sender.posted().len() < 2 {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sender.posted()[1].url.authority(), "other.example");
    fixture.world.advance_clock(1);
    assert_eq!(fixture.attempted(1, 2).await.state(), DeliveryState::Delivered);
    let posted = sender.posted();
    assert_eq!(posted.len(), 3);
    assert_eq!((&posted[0].id, &posted[0].body), (&posted[2].id, &posted[2].body));
    assert_ne!(posted[0].at, posted[2].at);
    fixture.node.stop.send(()).unwrap();
    fixture.node.task.await.unwrap();
}

#[tokio::test]
async fn a_stopping_node_waits_five_seconds_for_deliveries() {
    let sender = FakeSender::silent(1);
    let fixture = Fixture::new(&sender).await;
    fixture.save("Tea").await;
    while sender.posted().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    let begin = Instant::now();
    fixture.node.stop.send(()).unwrap();
    timeout(Duration::from_mins(1), fixture.node.task).await.expect("it ends").unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn eight_messages_are_sent_to_a_webhook_at_a_time() {
    let sender = FakeSender::silent(8);
    let Fixture { world, node, .. } = Fixture::new(&sender).await;
    // No node sends while the changes are created, so that all are due together.
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
    // Once another webhook has received a later change, this one had time to receive more.
    let new = NewWebhook { url: "https://other.example".to_owned(), ..NewWebhook::default() };
    world.app.create_webhook(&operator(&world), new).await.unwrap();
    save(&world, "Coffee").await;
    wait_for(9).await;
    let hosts: Vec<_> = sender.posted().iter().map(|request| request.url.authority().to_owned()).collect();
    assert_eq!(hosts.iter().filter(|host| *host == "receiver.example").count(), 8, "{hosts:?}");
}

#[tokio::test]
async fn sixteen_jobs_of_an_account_run_at_a_time() {
    let sender = FakeSender::silent(20);
    let fixture = Fixture::new(&sender).await;
    let app = &fixture.world.app;
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
    fixture.save("Tea").await;
    wait_for(16).await;
    // The message of another account is sent while the seventeenth of this account waits.
    webhook("B", 1).await;
    let draft = app.read_draft(br#"{"name":"Tea","channels":[]}"#).unwrap();
    app.create_draft(&app.operator(&id("B")), draft, None, None).await.unwrap();
    wait_for(17).await;
    let hosts: Vec<_> = sender.posted().iter().map(|request| request.url.authority().to_owned()).collect();
    assert_eq!(hosts.iter().filter(|host| host.starts_with('b')).count(), 1, "{hosts:?}");
    assert_eq!(hosts.len(), 17, "{hosts:?}");
}
