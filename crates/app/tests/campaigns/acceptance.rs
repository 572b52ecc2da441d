//! Acceptance of requests.

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{AppError, Campaign, CampaignEngine, NoMarker, Submission};
use outbound_campaigns::{CampaignError, Control};
use outbound_model::Timestamp;
use outbound_reporting::ReportingChannel;
use serde_json::{Value, json};

use crate::fixture::{Fixture, sms, with};

// Numbers in New York, where it is 08:00, in Germany, and in California, where the windows are closed.
const NEW_YORK: &str = "12125550111";
const BERLIN: &str = "493012345678";
const LOS_ANGELES: &str = "12135550111";

fn keyed(key: &str) -> Submission<'_> {
    Submission { idempotency_key: Some(key), ..Submission::default() }
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[tokio::test]
async fn an_accepted_campaign_is_stored_and_reported() {
    let fixture = Fixture::new().await;
    let accepted = fixture.accept(&sms(&[NEW_YORK, BERLIN, "10155550111"])).await.unwrap();
    let response: Value = serde_json::from_slice(&accepted.body).unwrap();
    assert_eq!(response["failedConsumers"][0]["errorMessage"], "INVALID_NUMBER");
    assert_eq!(response["acceptedConsumers"][0]["phoneNumber"], "+12125550111");
    let id = accepted.id().unwrap();
    let Campaign { name, skill, control, counts, .. } = fixture.campaign(&id).await;
    assert_eq!((&*name, &*skill, control, counts.waiting), ("Autumn", "sales", Control::Launched, 2));
    let recipients = fixture.recipients(&id).await;
    let accepted = response["acceptedConsumers"].as_array().unwrap();
    for (recipient, accepted) in recipients.iter().zip(accepted) {
        assert_eq!(accepted["id"], recipient.transaction.to_string());
        assert_eq!(recipient.channel, ReportingChannel::Sms);
        assert_eq!(accepted["phoneNumber"], recipient.address.as_ref().unwrap().reveal());
    }

    // Reporting knows them as soon as the loop has run.
    let app = fixture.app().clone();
    let running =
        tokio::spawn(async move { app.run_campaigns(std::future::pending(), Arc::new(NoMarker)).await });
    let conversations = async || {
        let found = fixture.app().campaign_conversations(&fixture.read(), &id).await.unwrap();
        serde_json::to_value(found.response()).unwrap()
    };
    while conversations().await["conversations"].as_array().unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.abort();
    let response = conversations().await;
    assert_eq!(response["campaignStatus"], "RUNNING");
    for conversation in response["conversations"].as_array().unwrap() {
        assert_eq!(conversation["status"], "SCHEDULED");
    }
}

#[tokio::test]
async fn messages_are_due_when_the_windows_open() {
    let fixture = Fixture::new().await;
    let (noon, los_angeles) = (at("1970-07-20T12:00:00.000Z"), at("1970-07-20T15:00:00.000Z"));
    let request = sms(&[NEW_YORK, BERLIN, LOS_ANGELES]);
    let id = fixture.accept(&request).await.unwrap().id().unwrap();
    let due = |recipients: Vec<outbound_app::CampaignRecipient>| {
        recipients.into_iter().map(|recipient| recipient.due_at.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(due(fixture.recipients(&id).await), [noon, noon, los_angeles]);
    // A day after the last opening.
    assert_eq!(fixture.campaign(&id).await.expires_at, at("1970-07-21T15:00:00.000Z"));

    // 20 July 1970 was a Monday.
    let window = json!({ "startTime": { "hour": "9", "minute": 30 }, "endTime": { "hour": 20, "minute": 0 },
        "day": "TUESDAY" });
    let request = with(request, "schedulingMetrics", json!({ "windows": [window] }));
    let id = fixture.accept(&request).await.unwrap().id().unwrap();
    let tuesday = ["1970-07-21T13:30:00.000Z", "1970-07-21T08:30:00.000Z", "1970-07-21T16:30:00.000Z"];
    assert_eq!(due(fixture.recipients(&id).await), tuesday.map(at));
    assert_eq!(fixture.campaign(&id).await.expires_at, at("1970-07-27T12:00:00.000Z"));
}

#[tokio::test]
async fn a_channel_without_a_connection_is_rejected_before_anything_is_stored() {
    let fixture = Fixture::without_connection().await;
    let rejected = fixture.accept(&sms(&[NEW_YORK])).await.unwrap_err();
    assert_eq!(
        rejected.to_string(),
        "No connection sends sms. Create a connection first: outbound connection create --account ACCOUNT URL, \
         or POST …/connections of the management API."
    );
    assert!(fixture.app().campaigns(&fixture.read(), None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_published_handoffs_are_sent() {
    let fixture = Fixture::new().await;
    let request = |handoff: &str| with(sms(&[NEW_YORK]), "templateId", handoff.into());
    let unknown = fixture.accept(&request("H072047293477863")).await.unwrap_err();
    assert!(matches!(unknown, AppError::Campaign(CampaignError::UnknownTemplate)), "{unknown:?}");
    let body =
        json!({ "type": "body", "content": "Hi ${{1}}", "variables": ["1"], "optOut": "Reply STOP to end." });
    let channel = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550199",
        "messageComponents": [body] });
    fixture.publish("H072047293477863", json!([channel])).await;
    let accepted = fixture.accept(&request("H072047293477863")).await.unwrap();
    let campaign = fixture.campaign(&accepted.id().unwrap()).await;
    assert!(campaign.frozen.contains("14155550199"), "the sender of the handoff: {}", campaign.frozen);
    let handoff = "H072047293477863".parse().unwrap();
    let grant = fixture.app().operator(&fixture.account);
    fixture.app().unpublish(&grant, &handoff, &outbound_app::ExpectedTag::Any).await.unwrap();
    let unpublished = fixture.accept(&request("H072047293477863")).await.unwrap_err();
    assert!(matches!(unpublished, AppError::Campaign(CampaignError::UnknownTemplate)), "{unpublished:?}");
}

#[tokio::test]
async fn a_campaign_sends_what_its_handoff_was_when_it_was_accepted() {
    let fixture = Fixture::new().await;
    let publish = async |text: &str| {
        let content = format!("{text} ${{{{1}}}}");
        let body = json!({ "type": "body", "content": content, "variables": ["1"], "optOut": "Text STOP." });
        let channel = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550199",
            "messageComponents": [body] });
        fixture.publish("H072047293477863", json!([channel])).await;
    };
    publish("Old").await;
    let request = with(sms(&[NEW_YORK]), "templateId", "H072047293477863".into());
    let id = fixture.accept(&request).await.unwrap().id().unwrap();
    publish("New").await;
    let grant = fixture.app().operator(&fixture.account);
    let handoff = "H072047293477863".parse().unwrap();
    fixture.app().archive(&grant, &handoff, &outbound_app::ExpectedTag::Any).await.unwrap();
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
    let sent = fixture.provider.sent().remove(0).body;
    assert!(sent.contains("Old") && !sent.contains("New"), "{sent}");
}

#[tokio::test]
async fn a_repeated_request_returns_the_first_response() {
    let fixture = Fixture::new().await;
    let accept = async |request: &Value, key: &str| {
        let body = request.to_string();
        fixture.app().accept_campaign(&fixture.launch(), body.as_bytes(), keyed(key)).await
    };
    let first = accept(&sms(&[NEW_YORK]), "k1").await.unwrap();
    assert!(!first.is_repeated);
    let again = accept(&sms(&[NEW_YORK]), "k1").await.unwrap();
    assert_eq!((&again.body, again.is_repeated), (&first.body, true));
    let reused = accept(&sms(&[BERLIN]), "k1").await.unwrap_err();
    assert!(matches!(reused, AppError::IdempotencyKeyReused), "{reused:?}");
    assert!(!accept(&sms(&[NEW_YORK]), "k2").await.unwrap().is_repeated);
    for key in ["", "a\n", &"k".repeat(256)] {
        assert!(matches!(accept(&sms(&[NEW_YORK]), key).await, Err(AppError::Invalid(_))), "{key:?}");
    }
    // A rejected request does not use up its key.
    let wrong = with(sms(&[NEW_YORK]), "consent", false.into());
    assert!(matches!(accept(&wrong, "k3").await, Err(AppError::Campaign(CampaignError::NoConsent))));
    assert!(!accept(&sms(&[NEW_YORK]), "k3").await.unwrap().is_repeated);
    assert_eq!(fixture.app().campaigns(&fixture.read(), None, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_are_accepted_once() {
    let fixture = Fixture::new().await;
    let body = sms(&[NEW_YORK]).to_string();
    let accept = async || {
        let accepted = fixture.app().accept_campaign(&fixture.launch(), body.as_bytes(), keyed("k")).await;
        accepted.unwrap()
    };
    let accepted = futures::future::join_all((0..5).map(|_| accept())).await;
    assert_eq!(accepted.iter().filter(|accepted| !accepted.is_repeated).count(), 1);
    assert!(accepted.iter().all(|other| other.body == accepted[0].body));
    assert_eq!(fixture.app().campaigns(&fixture.read(), None, 10).await.unwrap().len(), 1);
}
