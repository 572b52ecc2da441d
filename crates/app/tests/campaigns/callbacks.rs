//! Callbacks of providers.

use outbound_app::{AppError, CallbackRequest, CampaignEngine, ListedOptOut};
use outbound_campaigns::SkipReason;
use outbound_connectors::{ConnectorError, Provider};
use outbound_reporting::Step;
use serde_json::json;

use crate::fixture::{Fixture, sms, with};
use crate::provider::Answer;
use crate::signed_callbacks::rbm;

const NUMBER: &str = "12125550100";

impl Fixture {
    /// The addresses of consumers who opted out; `None` for each that is not stored.
    async fn opted_out_addresses(&self) -> Vec<Option<String>> {
        let opt_outs = self.app().opt_outs(&self.read(), None, 10).await.unwrap();
        let address = |opt_out: ListedOptOut| opt_out.address.map(|address| address.reveal().to_owned());
        opt_outs.into_iter().map(address).collect()
    }
}

#[tokio::test]
async fn statuses_are_reported_in_any_order() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send(&mut engine, &[NUMBER]).await;
    let message = fixture.recipients(&id).await[0].transaction;
    assert_eq!(fixture.steps(message).await, [Step::Sent]);
    for status in ["read", "delivered", "delivered", "sent"] {
        fixture.status(message, status).await;
    }
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::Delivered, Step::Read]);
    // A late failure is reported, but nothing is sent again.
    let form = [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30008")];
    fixture.twilio(Some(message), &form).await.unwrap();
    assert!(fixture.steps(message).await.contains(&Step::Failed));
    fixture.run(&mut engine, 20).await;
    assert_eq!((fixture.states(&id).await, fixture.provider.sent().len()), (vec!["sent"], 1));
}

#[tokio::test]
async fn unknown_messages_are_counted_and_wrong_signatures_rejected() {
    let fixture = Fixture::new().await;
    let unknown = "01a09f25-0af0-7ca0-9f2c-95aa144c1d0f".parse().unwrap();
    fixture.status(unknown, "delivered").await;
    let counts = fixture.app().callback_counts();
    assert_eq!(counts.events(), [("read", 1), ("unknown_message", 1), ("ignored", 0)]);
    let target = format!("/callbacks/{}/meta", fixture.callback_id());
    let request = CallbackRequest {
        callback_id: fixture.callback_id(),
        provider: Provider::Meta,
        target: &target,
        signature: Some("sha256=00"),
        body: b"{}".as_slice().into(),
    };
    for provider in Provider::ALL {
        let request = CallbackRequest { provider, ..request.clone() };
        let rejected = fixture.app().receive_callback(request).await.unwrap_err();
        let is_rejected = matches!(
            rejected,
            AppError::Connector(ConnectorError::Signature | ConnectorError::NotACallback { .. })
        );
        assert!(is_rejected, "{provider}: {rejected:?}");
    }
    let other = CallbackRequest { callback_id: "00000000000000000000000000000000", ..request };
    assert!(matches!(fixture.app().receive_callback(other).await, Err(AppError::UnknownCallback)));
    assert_eq!(counts.callbacks(), [("accepted", 1), ("rejected", 4), ("unknown", 1)]);
}

/// It is read on another thread.
#[tokio::test]
async fn a_long_callback_is_checked_and_read() {
    let fixture = Fixture::new().await;
    let (sender, note) = (format!("+{NUMBER}"), "x".repeat(100_000));
    let data = json!({ "eventType": "UNSUBSCRIBE", "senderPhoneNumber": sender, "agentId": "agent",
        "sendTime": "2026-01-01T00:00:00Z", "note": note });
    let callback = rbm(fixture.callback_id(), &data);
    let rejected = callback.signed_wrongly().deliver(fixture.app()).await;
    assert!(matches!(rejected, Err(AppError::Connector(ConnectorError::Signature))), "{rejected:?}");
    assert_eq!(fixture.opted_out_addresses().await, []);
    callback.deliver(fixture.app()).await.unwrap();
    assert_eq!(fixture.opted_out_addresses().await, [Some(format!("+{NUMBER}"))]);
}

#[tokio::test]
async fn a_callback_proves_that_a_message_without_response_was_sent() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0100", Answer::Lost);
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&id).await, ["in_flight"]);
    let message = fixture.recipients(&id).await[0].transaction;
    fixture.status(message, "delivered").await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
    assert_eq!(fixture.recipients(&id).await[0].provider_id.as_deref(), Some("SM1"));
    fixture.world.advance_clock(20 * 60);
    fixture.run(&mut engine, 20).await;
    assert_eq!((fixture.states(&id).await, fixture.provider.sent().len()), (vec!["sent"], 1));
    // The same for an unknown outcome.
    let id = fixture.send(&mut engine, &[NUMBER]).await;
    fixture.world.advance_clock(20 * 60);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["unknown"]);
    fixture.status(fixture.recipients(&id).await[0].transaction, "sent").await;
    assert_eq!(fixture.states(&id).await, ["sent"]);
}

#[tokio::test]
async fn stop_opts_out_and_start_opts_in() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let first = fixture.send(&mut engine, &[NUMBER]).await;
    // Accepted before the opt-out, but not sent yet.
    let pending = fixture.accept_sms(&[NUMBER]).await;
    for _ in 0..2 {
        fixture.inbound(NUMBER, "Stopp!").await;
    }
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.recipients(&pending).await[0].skip_reason(), Some(SkipReason::OptedOut));
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!(
        (opt_outs.len(), opt_outs[0].source.as_str(), opt_outs[0].keyword.as_deref()),
        (1, "consumer", Some("Stopp!"))
    );
    let message = fixture.recipients(&first).await[0].transaction;
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::OptOut]);
    fixture.inbound(NUMBER, "START").await;
    assert!(fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap().is_empty());
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::OptOut, Step::OptIn]);
    let next = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&next).await, ["sent"]);

    // People add and remove opt-outs; every spelling of a number is the same consumer.
    assert!(fixture.app().add_opt_out(&fixture.write(), "+1 (212) 555-0100").await.unwrap());
    assert!(!fixture.app().add_opt_out(&fixture.write(), "+12125550100").await.unwrap());
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
    fixture.app().remove_opt_out(&fixture.write(), "+12125550100").await.unwrap();
    let again = fixture.app().remove_opt_out(&fixture.write(), "+12125550100").await;
    assert!(matches!(again, Err(AppError::UnknownOptOut)), "{again:?}");
}

/// The address of a message that was sent is deleted, so only the key of the consumer is known.
#[tokio::test]
async fn an_opt_out_that_a_status_reports_has_no_address_until_one_is_added() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let first = fixture.send(&mut engine, &[NUMBER]).await;
    let message = fixture.recipients(&first).await[0].transaction;
    let form = [("MessageSid", "SM1"), ("MessageStatus", "failed"), ("ErrorCode", "21610")];
    for _ in 0..2 {
        fixture.twilio(Some(message), &form).await.unwrap();
    }
    assert_eq!((fixture.states(&first).await, fixture.steps(message).await.len()), (vec!["sent"], 2));
    assert_eq!(fixture.opted_out_addresses().await, [None]);
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!(opt_outs[0].source, "provider");
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
    // The same consumer.
    assert!(!fixture.app().add_opt_out(&fixture.write(), "+1 212 555 0100").await.unwrap());
    assert_eq!(fixture.opted_out_addresses().await, [Some("+12125550100".to_owned())]);
    fixture.app().remove_opt_out(&fixture.write(), "+12125550100").await.unwrap();
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);
}

/// START is addressed to the service. YES may answer a question.
#[tokio::test]
async fn start_without_an_opt_out_is_no_reply() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let first = fixture.send(&mut engine, &[NUMBER]).await;
    let message = fixture.recipients(&first).await[0].transaction;
    for text in ["STOP", "START", "START", "Unstop!"] {
        fixture.inbound(NUMBER, text).await;
    }
    fixture.prefer(NUMBER, "SUBSCRIBE", "2026-11-28T10:00:00Z").await;
    let opted_in_at_twilio = [
        ("MessageSid", "SM3"),
        ("SmsStatus", "received"),
        ("From", "+12125550100"),
        ("To", "+14155550170"),
        ("Body", "Yes"),
        ("OptOutType", "START"),
    ];
    fixture.twilio(None, &opted_in_at_twilio).await.unwrap();
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::OptOut, Step::OptIn]);
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);
    fixture.inbound(NUMBER, "Yes!").await;
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    let reason = fixture.recipients(&skipped).await[0].skip_reason();
    assert_eq!(reason, Some(SkipReason::OpenConversation));
}

/// Providers deliver callbacks at least once, some of them days later.
#[tokio::test]
async fn a_repeated_message_changes_nothing() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.send(&mut engine, &[NUMBER]).await;
    let repeat = async |id: &str, text: &str| fixture.repeated_inbound(id, NUMBER, text).await;
    let opt_outs = async || fixture.opted_out_addresses().await.len();
    for (id, text) in [("SM-a", "STOP"), ("SM-b", "YES"), ("SM-b", "YES"), ("SM-a", "STOP")] {
        repeat(id, text).await;
    }
    assert_eq!(opt_outs().await, 0, "opted out by an old message");
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);

    repeat("SM-c", "Hello").await;
    assert!(fixture.app().close_conversation(&fixture.write(), "+12125550100").await.unwrap());
    repeat("SM-c", "Hello").await;
    assert!(!fixture.app().close_conversation(&fixture.write(), "+12125550100").await.unwrap());
    // Another consumer's message, whatever its id is.
    fixture.repeated_inbound("SM-c", "12125550101", "STOP").await;
    assert_eq!(opt_outs().await, 1);

    let prefer = async |event: &str, time: &str| fixture.prefer(NUMBER, event, time).await;
    let (first, second) = ("2026-11-28T10:00:00Z", "2026-11-28T10:00:01Z");
    for (event, time) in [("UNSUBSCRIBE", first), ("SUBSCRIBE", second), ("UNSUBSCRIBE", first)] {
        prefer(event, time).await;
    }
    assert_eq!(opt_outs().await, 1, "opted out by an old preference");
    repeat("SM-d", "STOP").await;
    prefer("SUBSCRIBE", second).await;
    assert_eq!(opt_outs().await, 2, "opted in by an old preference");
}

#[tokio::test]
async fn a_button_with_the_label_of_a_start_keyword_is_a_reply() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.send(&mut engine, &[NUMBER]).await;
    let pressed = [
        ("MessageSid", "SM3"),
        ("SmsStatus", "received"),
        ("From", "+12125550100"),
        ("To", "+14155550170"),
        ("ButtonText", "Start"),
        ("ButtonPayload", "start"),
    ];
    fixture.twilio(None, &pressed).await.unwrap();
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
}

#[tokio::test]
async fn a_reply_opens_a_conversation_in_which_no_campaign_is_sent() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let first = fixture.send(&mut engine, &[NUMBER]).await;
    for body in ["Hello", "Anybody?"] {
        fixture.inbound(NUMBER, body).await;
    }
    fixture.inbound(NUMBER, "HELP").await;
    let message = fixture.recipients(&first).await[0].transaction;
    assert_eq!(fixture.steps(message).await, [Step::Sent, Step::ConversationCreated]);
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
    assert!(fixture.app().close_conversation(&fixture.write(), "+12125550100").await.unwrap());
    assert!(!fixture.app().close_conversation(&fixture.write(), "+12125550100").await.unwrap());
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);
    // A conversation without a message for a day counts as closed.
    fixture.inbound(NUMBER, "Hello again").await;
    fixture.world.advance_clock(24 * 3600);
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);
}

#[tokio::test]
async fn a_reply_after_the_lookback_period_does_not_count_for_the_campaign() {
    let fixture = Fixture::new().await;
    let body =
        json!({ "type": "body", "content": "Hi ${{1}}", "variables": ["1"], "optOut": "Reply STOP to end." });
    let channel = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550199",
        "messageComponents": [body] });
    // Replies are routed for two days.
    fixture.publish("H1", json!([channel])).await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.accept(&with(sms(&[NUMBER]), "templateId", "H1".into())).await.unwrap().id().unwrap();
    fixture.run(&mut engine, 15).await;
    fixture.world.advance_clock(48 * 3600 + 60);
    fixture.inbound(NUMBER, "Hello").await;
    assert_eq!(fixture.steps(fixture.recipients(&id).await[0].transaction).await, [Step::Sent]);
    // But it is a conversation.
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
}

#[tokio::test]
async fn an_erased_consumer_stays_opted_out_without_an_address() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let pending = fixture.accept_sms(&[NUMBER]).await;
    fixture.inbound(NUMBER, "STOP").await;
    fixture.record_events().await;
    let address = fixture.app().opt_outs(&fixture.read(), None, 1).await.unwrap().remove(0).address.unwrap();
    let grant = fixture.app().operator(&fixture.account);
    assert!(fixture.app().erase_consumer(&grant, address.reveal()).await.unwrap());
    assert_eq!(fixture.recipients(&pending).await[0].address, None);
    assert_eq!(fixture.opted_out_addresses().await, [None]);
    let next = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!((fixture.states(&next).await, fixture.provider.sent().len()), (vec!["skipped"], 0));
    let reason = fixture.recipients(&next).await[0].skip_reason();
    assert_eq!(reason, Some(SkipReason::OptedOut));
}

/// Events that wait contain the address.
#[tokio::test]
async fn waiting_events_do_not_store_an_erased_address_again() {
    let fixture = Fixture::new().await;
    let id = fixture.accept_sms(&[NUMBER]).await;
    let address = fixture.recipients(&id).await.remove(0).address.unwrap();
    let grant = fixture.app().operator(&fixture.account);
    assert!(fixture.app().erase_consumer(&grant, address.reveal()).await.unwrap());
    fixture.record_events().await;
    assert!(!fixture.app().erase_consumer(&grant, address.reveal()).await.unwrap());
}

#[tokio::test]
async fn a_keyword_is_stored_without_control_characters() {
    let fixture = Fixture::new().await;
    fixture.inbound(NUMBER, "STOP\u{0}\u{1b}").await;
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!(opt_outs[0].keyword.as_deref(), Some("STOP"));
}
