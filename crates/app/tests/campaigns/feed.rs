//! Changes of campaigns in the change feed.

use outbound_app::{CampaignEngine, ChangeSubject, FeedEntry, Grant, ReadDrafts, Webhook};
use outbound_campaigns::Decision;
use outbound_model::{ChangeDetails, ChangeKind, Timestamp};
use outbound_store::Webhooks;

use crate::fixture::Fixture;
use crate::provider::Answer;

const NUMBER: &str = "12125550100";

impl Fixture {
    async fn feed(&self) -> Vec<FeedEntry> {
        self.app().publish_waiting_changes().await.unwrap();
        let grant: Grant<ReadDrafts> = self.app().operator(&self.account);
        self.app().handoff_changes(&grant, 0, 1000).await.unwrap()
    }

    async fn kinds(&self) -> Vec<&'static str> {
        self.feed().await.iter().map(|entry| entry.kind.as_str()).collect()
    }

    /// Adds a webhook, as another node does.
    async fn subscribe(&self, kinds: &[ChangeKind]) {
        let now = Timestamp::EPOCH;
        let webhook = Webhook {
            id: "w".parse().unwrap(),
            url: "https://receiver.example/".to_owned(),
            description: String::new(),
            kinds: kinds.to_vec(),
            sealed_secret: Vec::new(),
            old_secret: None,
            created_at: now,
            disabled: None,
            queued_through: 0,
            last_delivery: 0,
            last_success_at: None,
        };
        let mut transaction = self.world.store.write_webhooks(&self.account).await.unwrap();
        assert!(transaction.add_webhook(&webhook, 1).await.unwrap());
        transaction.commit().await.unwrap();
        self.world.advance_clock(6);
    }
}

fn details(entry: &FeedEntry) -> &ChangeDetails {
    match &entry.subject {
        ChangeSubject::Campaign(details) => details,
        ChangeSubject::Handoff { .. } => panic!("{entry:?}"),
    }
}

#[tokio::test]
async fn each_decision_and_the_end_of_a_campaign_are_changes() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.accept_sms(&[NUMBER, "12125550101"]).await;
    for decision in [Decision::Pause, Decision::Resume] {
        fixture.app().decide(&fixture.launch(), &id, decision).await.unwrap();
    }
    fixture.run(&mut engine, 20).await;
    fixture.run(&mut engine, 20).await;
    let cancelled = fixture.accept_sms(&[NUMBER]).await;
    fixture.app().decide(&fixture.launch(), &cancelled, Decision::Cancel).await.unwrap();
    fixture.run(&mut engine, 20).await;
    let expected = [
        "campaign.started",
        "campaign.paused",
        "campaign.resumed",
        "campaign.finished",
        "campaign.started",
        "campaign.cancelled",
    ];
    assert_eq!(fixture.kinds().await, expected);
    let feed = fixture.feed().await;
    let by: Vec<_> = feed.iter().map(|entry| entry.by.as_str()).collect();
    let person = "command line";
    assert_eq!(by, [person, person, person, "outbound", person, person]);
    let campaigns: Vec<_> = feed.iter().map(|entry| details(entry).campaign.clone().unwrap()).collect();
    assert_eq!((&campaigns[3], &campaigns[5]), (&id.to_string(), &cancelled.to_string()));
    // A campaign without recipients has finished at once, and one whose messages fail pauses by itself.
    fixture.accept_sms(&["10155550111"]).await;
    fixture.provider.answer("", Answer::Refused(400, 63027));
    fixture.accept_sms(&[NUMBER]).await;
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.kinds().await[6..9], ["campaign.started", "campaign.finished", "campaign.started"]);
}

#[tokio::test]
async fn statuses_are_recorded_once_and_only_for_subscribers() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let first = fixture.send(&mut engine, &[NUMBER]).await;
    let message = fixture.recipients(&first).await[0].transaction;
    fixture.status(message, "delivered").await;
    fixture.inbound(NUMBER, "Hello").await;
    assert_eq!(fixture.kinds().await, ["campaign.started", "campaign.finished"]);

    fixture.subscribe(&[ChangeKind::MessageStatus, ChangeKind::MessageReceived]).await;
    for _ in 0..2 {
        fixture.status(message, "read").await;
        fixture.repeated_inbound("SM2", NUMBER, "Hello again").await;
    }
    let form = [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30008")];
    fixture.twilio(Some(message), &form).await.unwrap();
    fixture.status(message, "read").await;
    let second = fixture.send(&mut engine, &["12125550101", NUMBER]).await;
    let feed = fixture.feed().await;
    let shown: Vec<_> = feed[2..]
        .iter()
        .map(|entry| (entry.kind.as_str(), details(entry).status.as_deref().unwrap_or_default()))
        .collect();
    let expected = [
        ("message.status", "read"),
        ("message.received", ""),
        ("message.status", "failed"),
        ("campaign.started", ""),
        ("message.status", "skipped"),
        ("message.status", "sent"),
        ("campaign.finished", ""),
    ];
    assert_eq!(shown, expected);
    let received = details(&feed[3]);
    assert_eq!(received.campaign, Some(first.to_string()));
    assert_eq!(
        (received.message.as_deref(), received.channel.as_deref()),
        (Some(&*message.to_string()), Some("sms"))
    );
    assert_eq!((received.skill.as_deref(), received.conversation.is_some()), (Some("sales"), true));
    assert_eq!(details(&feed[4]).error.as_deref(), Some("twilio_30008"));
    assert_eq!(details(&feed[7]).campaign, Some(second.to_string()));
    let text = format!("{feed:?}");
    assert!(!text.contains(NUMBER) && !text.contains("Hello"), "{text}");
}

#[tokio::test]
async fn a_new_opt_out_is_a_change() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send(&mut engine, &[NUMBER]).await;
    for _ in 0..2 {
        fixture.inbound(NUMBER, "STOP").await;
    }
    fixture.app().add_opt_out(&fixture.write(), "+12125550100").await.unwrap();
    fixture.app().add_opt_out(&fixture.write(), "+12125550101").await.unwrap();
    fixture.provider.answer("0102", Answer::Refused(400, 21610));
    fixture.send(&mut engine, &["12125550102"]).await;
    let feed = fixture.feed().await;
    let opted_out: Vec<_> = feed.iter().filter(|entry| entry.kind == ChangeKind::ConsumerOptedOut).collect();
    let shown: Vec<_> = opted_out
        .iter()
        .map(|entry| (details(entry).source.as_deref().unwrap(), details(entry).message.is_some()))
        .collect();
    assert_eq!(shown, [("consumer", true), ("person", false), ("provider", true)]);
    assert_eq!(details(opted_out[0]).campaign, Some(id.to_string()));
    assert_eq!(opted_out[0].by, "consumer");
}
