//! The engine: rates, outcomes, crashes and decisions while it sends.

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{CampaignEngine, NoMarker, Resolution};
use outbound_campaigns::{CampaignStatus, Control, Decision};
use serde_json::json;

use crate::fixture::{Fixture, sms, with};
use crate::provider::Answer;

/// Numbers in New York that are free for fiction.
pub(crate) fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("1212555{:04}", 100 + number)).collect()
}

pub(crate) fn refs(numbers: &[String]) -> Vec<&str> {
    numbers.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn messages_are_sent_at_the_rate_of_their_lane() {
    let fixture = Fixture::new().await;
    let numbers = numbers(40);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    // Steps of 100 ms; every message is settled in the step in which it was sent.
    fixture.run(&mut engine, 70).await;
    assert_eq!(fixture.states(&id).await, vec!["sent"; 40]);
    let times: Vec<_> = fixture.provider.sent().iter().map(|sent| sent.at).collect();
    for start in &times {
        let in_second = times.iter().filter(|at| (*start..*start + 1000).contains(*at)).count();
        assert!(in_second <= 9, "{in_second} messages in the second from {start}");
    }
    let mut sent = fixture.provider.recipients();
    sent.sort_unstable();
    assert_eq!(sent, numbers, "each once");
    let campaign = fixture.campaign(&id).await;
    assert_eq!(CampaignStatus::of(campaign.control, &campaign.counts), CampaignStatus::Finished);
    // Addresses and variables are deleted.
    assert!(fixture.recipients(&id).await.iter().all(|recipient| recipient.address.is_none()));
    // Every message says how to opt out.
    assert!(fixture.provider.sent().iter().all(|sent| sent.body.contains("STOP")));
    // Later the lane has nothing to do.
    fixture.world.advance_clock(15 * 60);
    fixture.run(&mut engine, 15).await;
    assert_eq!(fixture.app().lanes(&fixture.read()).await.unwrap()[0].due_at, None);
}

#[tokio::test]
async fn a_message_counts_as_late_as_it_may_have_arrived() {
    for lost in [false, true] {
        let fixture = Fixture::new().await;
        if lost {
            fixture.provider.answer("0100", Answer::Lost);
        }
        let mut engine = CampaignEngine::new(fixture.app());
        let numbers = numbers(10);
        fixture.accept_sms(&refs(&numbers[..1])).await;
        fixture.run_step(&mut engine).await;
        fixture.world.advance_millis(2000);
        fixture.provider.answer_after(Duration::from_millis(500));
        assert_eq!(fixture.run_step(&mut engine).await, 1);
        fixture.provider.answer_after(Duration::ZERO);
        fixture.accept_sms(&refs(&numbers[1..])).await;
        // The permit of a message with a prompt response would have returned.
        fixture.world.advance_millis(600);
        assert_eq!(fixture.run_step(&mut engine).await, 8, "lost: {lost}");
        fixture.world.advance_millis(399);
        assert_eq!(fixture.run_step(&mut engine).await, 0, "lost: {lost}");
        fixture.world.advance_millis(1);
        assert_eq!(fixture.run_step(&mut engine).await, 1, "lost: {lost}");
    }
}

#[tokio::test]
async fn outcomes_decide_what_happens_to_recipients() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0101", Answer::Refused(400, 21211));
    fixture.provider.answer("0102", Answer::Refused(400, 21610));
    fixture.provider.answer("0103", Answer::Lost);
    fixture.provider.answer("0104", Answer::NotSent);
    let numbers = numbers(6);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    let states = ["sent", "failed", "failed", "in_flight", "waiting", "sent"];
    assert_eq!(fixture.states(&id).await, states);
    let recipients = fixture.recipients(&id).await;
    assert_eq!(recipients[1].error().unwrap().to_string(), "outbound_twilio_21211");
    assert!(recipients[0].provider_id.as_ref().unwrap().starts_with("SM"));
    // Twilio says that this consumer opted out, so other campaigns skip them.
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!((opt_outs.len(), opt_outs[0].address.as_ref().unwrap().reveal()), (1, "+12125550102"));
    let next = fixture.accept_sms(&["12125550102"]).await;
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&next).await, ["skipped"]);

    // After 15 minutes the lost message is shown to people, and never sent again by itself.
    fixture.provider.accept_all();
    fixture.world.advance_clock(15 * 60);
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.states(&id).await[3..5], ["unknown", "sent"]);
    let times = |digits: &str| fixture.provider.recipients().iter().filter(|to| to.ends_with(digits)).count();
    assert_eq!((times("0103"), times("0104")), (1, 1));
    let resolve =
        async |resolution| fixture.app().resolve_unknown(&fixture.write(), &id, 3, resolution).await;
    resolve(Resolution::SendAgain).await.unwrap();
    fixture.run(&mut engine, 20).await;
    assert_eq!((fixture.states(&id).await[3], times("0103")), ("sent", 2));
    assert!(resolve(Resolution::CountAsSent).await.is_err());
}

#[tokio::test]
async fn failed_messages_are_retried_as_other_messages() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0100", Answer::Refused(400, 21211));
    let id = fixture.accept_sms(&["12125550100", "12125550101"]).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    let failed = fixture.recipients(&id).await.remove(0);
    fixture.provider.accept_all();
    assert_eq!(fixture.app().retry_failed(&fixture.launch(), &id).await.unwrap(), 1);
    fixture.run(&mut engine, 20).await;
    let retried = fixture.recipients(&id).await.remove(0);
    assert_eq!((retried.state.as_str(), retried.retries), ("sent", 1));
    assert_ne!(retried.transaction, failed.transaction);
    fixture.record_events().await;
    let conversations = fixture.app().campaign_conversations(&fixture.read(), &id).await.unwrap();
    let conversations = serde_json::to_value(conversations.response()).unwrap();
    let statuses: Vec<_> =
        conversations["conversations"].as_array().unwrap().iter().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses.len(), 3);
    assert_eq!(statuses.iter().filter(|status| *status == "FAILED").count(), 1);
    assert_eq!(statuses.iter().filter(|status| *status == "DELIVERED").count(), 2);
    assert_eq!(conversations["campaignStatus"], "FINISHED");
}

#[tokio::test]
async fn a_refused_message_is_sent_on_the_next_channel() {
    let fixture = Fixture::new().await;
    let wa = json!({ "type": "wa", "language": "en", "namespace": "n", "templatename": "t", "outboundnumber": "14155550190",
        "messageComponents": [{ "type": "body", "content": "Hi ${{1}}", "variables": ["1"] }] });
    let sms_channel = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "14155550191",
        "messageComponents": [{ "type": "body", "content": "Hi ${{1}}", "variables": ["1"], "optOut": "Text STOP." }] });
    fixture.publish("H1", json!([wa, sms_channel])).await;
    // 131026: the recipient is not on WhatsApp.
    fixture.provider.answer("0100", Answer::Refused(400, 131_026));
    let consumer = json!({ "consumerContent": { "wa": "12125550100", "sms": "12125550199" }, "variables": { "1": "Ann" } });
    let request = with(with(sms(&[]), "templateId", "H1".into()), "consumers", json!([consumer]));
    let id = fixture.accept(&request).await.unwrap().id().unwrap();
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 40).await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
    assert_eq!(fixture.provider.recipients(), ["12125550100", "12125550199"]);
    assert_eq!(fixture.recipients(&id).await[0].channel.as_str(), "sms");
}

#[tokio::test]
async fn a_throttled_lane_waits_and_a_lane_without_credentials_stops() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0100", Answer::Throttled);
    let id = fixture.accept_sms(&["12125550100", "12125550101"]).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 15).await;
    assert_eq!(fixture.states(&id).await, ["waiting", "sent"]);
    let others = fixture.accept_sms(&["12125550102"]).await;
    fixture.provider.accept_all();
    // `Retry-After` is 3 seconds, for the whole lane.
    fixture.run(&mut engine, 15).await;
    assert_eq!(fixture.states(&others).await, ["waiting"]);
    fixture.run(&mut engine, 20).await;
    assert_eq!((fixture.states(&id).await, fixture.states(&others).await), (vec!["sent"; 2], vec!["sent"]));

    fixture.provider.answer("0103", Answer::Refused(401, 20003));
    let stopped = fixture.accept_sms(&["12125550103", "12125550104"]).await;
    fixture.run(&mut engine, 40).await;
    let lane = fixture.app().lanes(&fixture.read()).await.unwrap().remove(0);
    assert_eq!(lane.paused_reason.as_deref(), Some("outbound_twilio_20003"));
    assert_eq!(fixture.states(&stopped).await[0], "waiting");
    fixture.provider.accept_all();
    assert!(fixture.app().resume_lane(&fixture.launch(), &lane.id).await.unwrap());
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.states(&stopped).await, ["sent", "sent"]);
}

#[tokio::test]
async fn a_campaign_whose_messages_all_fail_pauses() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("", Answer::Refused(400, 21617));
    let numbers = numbers(60);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 100).await;
    let campaign = fixture.campaign(&id).await;
    assert_eq!(campaign.control, Control::Paused);
    assert!(campaign.reason.as_ref().unwrap().contains("outbound_twilio_21617"), "{:?}", campaign.reason);
    assert!((50..60).contains(&campaign.counts.failed), "{:?}", campaign.counts);
    assert_eq!(campaign.counts.failed + campaign.counts.waiting, 60);
}

#[tokio::test]
async fn decisions_apply_while_messages_are_sent() {
    let fixture = Fixture::new().await;
    let numbers = numbers(30);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 13).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    fixture.app().decide(&fixture.launch(), &id, Decision::Pause).await.unwrap();
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    fixture.app().decide(&fixture.launch(), &id, Decision::Resume).await.unwrap();
    fixture.run(&mut engine, 10).await;
    let sent = fixture.provider.sent().len();
    assert!((10..=27).contains(&sent), "{sent}");
    fixture.app().decide(&fixture.launch(), &id, Decision::Cancel).await.unwrap();
    fixture.run(&mut engine, 60).await;
    assert_eq!(fixture.provider.sent().len(), sent);
    let counts = fixture.campaign(&id).await.counts;
    assert_eq!((counts.sent, counts.cancelled), (sent as u64, 30 - sent as u64));
}

#[tokio::test]
async fn messages_wait_for_windows_and_expire() {
    let fixture = Fixture::new().await;
    // It is 05:00 in California.
    let id = fixture.accept_sms(&["12135550100"]).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["waiting"]);
    fixture.world.advance_clock(3 * 3600);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
    // A message of yesterday is not sent any more.
    let id = fixture.accept_sms(&["12135550101"]).await;
    fixture.app().decide(&fixture.launch(), &id, Decision::Pause).await.unwrap();
    fixture.world.advance_clock(25 * 3600);
    fixture.app().decide(&fixture.launch(), &id, Decision::Resume).await.unwrap();
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["expired"]);
}

/// Nobody resumes what was stopped, but every campaign ends.
#[tokio::test]
async fn messages_of_a_stopped_sender_are_cancelled_and_expire() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0103", Answer::Refused(401, 20003));
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.accept_sms(&["12125550103"]).await;
    fixture.run(&mut engine, 15).await;
    let numbers = numbers(30);
    let cancelled = fixture.accept_sms(&refs(&numbers)).await;
    let expired = fixture.accept_sms(&["12125550111"]).await;
    let paused = fixture.accept_sms(&["12125550112"]).await;
    fixture.app().decide(&fixture.launch(), &paused, Decision::Pause).await.unwrap();
    fixture.run(&mut engine, 60).await;
    assert_eq!(fixture.provider.sent().len(), 1, "the sender is stopped");
    let waiting = fixture.recipients(&expired).await.remove(0);
    assert_eq!((waiting.state.as_str(), waiting.due_at), ("waiting", None));
    fixture.app().decide(&fixture.launch(), &cancelled, Decision::Cancel).await.unwrap();
    fixture.run(&mut engine, 60).await;
    assert_eq!(fixture.states(&cancelled).await, vec!["cancelled"; 30]);
    fixture.world.advance_clock(25 * 3600);
    fixture.run(&mut engine, 20).await;
    for id in [expired, paused] {
        assert_eq!(fixture.states(&id).await, ["expired"]);
        let campaign = fixture.campaign(&id).await;
        assert_eq!(CampaignStatus::of(campaign.control, &campaign.counts), CampaignStatus::Finished);
    }
    assert_eq!(fixture.provider.sent().len(), 1);
}

#[tokio::test]
async fn the_loop_sends_and_stops() {
    let fixture = Fixture::new().await;
    let numbers = numbers(12);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = fixture.app().clone();
    let running =
        tokio::spawn(
            async move { app.run_campaigns(async { drop(stopped.await) }, Arc::new(NoMarker)).await },
        );
    while fixture.campaign(&id).await.counts.sent < 12 {
        fixture.world.advance_millis(50);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    let mut sent = fixture.provider.recipients();
    sent.sort_unstable();
    assert_eq!(sent, numbers);
}

#[tokio::test]
async fn a_loop_that_stops_while_it_claims_sends_what_it_has_claimed() {
    let fixture = Fixture::new().await;
    for number in 0..20 {
        let request = with(sms(&["12125550100"]), "outboundNumber", json!(format!("1415555{number:04}")));
        let id = fixture.accept(&request).await.unwrap().id().unwrap();
        // The claim is committed, but its caller may not know it yet.
        let is_claimed = async {
            while fixture.campaign(&id).await.counts.waiting > 0 {
                fixture.world.advance_millis(1);
            }
        };
        fixture.app().run_campaigns(is_claimed, Arc::new(NoMarker)).await;
        assert_eq!(fixture.states(&id).await, ["sent"]);
    }
}
