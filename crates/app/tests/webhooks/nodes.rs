//! How much nodes send at a time, and what happens to it when one ends.

use std::time::Duration;

use outbound_app::NewWebhook;
use outbound_model::DeliveryState;
use tokio::time::{Instant, sleep, timeout};

use crate::common::id;
use crate::told::{Node, Sender, Told, operator, save};

#[tokio::test]
async fn what_a_killed_node_had_in_hand_another_takes_later() {
    let sender = Sender::silent(1);
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
    let sender = Sender::silent(1);
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
    let sender = Sender::silent(8);
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
    let sender = Sender::silent(20);
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
