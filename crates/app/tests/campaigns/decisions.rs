//! Decisions of people.

use std::time::Duration;

use outbound_app::{AccountSettings, AppError, Campaign, CampaignEngine, ExpectedTag, Resolution};
use outbound_campaigns::{CampaignError, Control, Decision};
use outbound_model::AuditAction;

use crate::fixture::Fixture;
use crate::provider::Answer;

const NUMBERS: [&str; 2] = ["12125550111", "12125550112"];

#[tokio::test]
async fn with_four_eyes_another_person_launches_a_campaign() {
    let fixture = Fixture::new().await;
    let app = fixture.app();
    let four_eyes = |four_eyes| AccountSettings { four_eyes, ..AccountSettings::default() };
    let grant = app.operator(&fixture.account);
    app.change_settings(&grant, &four_eyes(true), &ExpectedTag::Any).await.unwrap();
    let id = fixture.accept_sms(&NUMBERS).await;
    let mut engine = CampaignEngine::new(app);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["waiting", "waiting"]);
    assert_eq!(fixture.campaign(&id).await.control, Control::Draft);
    let own = app.decide(&fixture.launch(), &id, Decision::Launch).await.unwrap_err();
    assert!(own.to_string().contains("another person"), "{own}");
    // The author may withdraw it, and launch it once four eyes is off.
    let withdrawn = fixture.accept_sms(&NUMBERS).await;
    app.decide(&fixture.launch(), &withdrawn, Decision::Cancel).await.unwrap();
    app.change_settings(&grant, &four_eyes(false), &ExpectedTag::Any).await.unwrap();
    app.decide(&fixture.launch(), &id, Decision::Launch).await.unwrap();
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["sent", "sent"]);
    assert_eq!(fixture.states(&withdrawn).await, ["cancelled", "cancelled"]);
}

#[tokio::test]
async fn a_campaign_is_paused_resumed_and_cancelled() {
    let fixture = Fixture::new().await;
    let id = fixture.accept_sms(&NUMBERS).await;
    let decide = async |decision| fixture.app().decide(&fixture.launch(), &id, decision).await;
    let due = async || {
        let recipients = fixture.recipients(&id).await;
        recipients.iter().map(|recipient| recipient.due_at.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(fixture.states(&id).await, ["waiting", "waiting"]);
    for (decision, control, is_due) in [
        (Decision::Pause, Control::Paused, false),
        (Decision::Resume, Control::Launched, true),
        (Decision::Cancel, Control::Cancelled, true),
    ] {
        let Campaign { control: decided, .. } = decide(decision).await.unwrap();
        assert_eq!((decided, fixture.campaign(&id).await.control), (control, control));
        assert_eq!(due().await, [is_due, is_due]);
    }
    for decision in Decision::ALL {
        let rejected = decide(decision).await.unwrap_err();
        let is_named = matches!(&rejected, AppError::Campaign(CampaignError::NotPermitted { action, state })
            if *action == decision.as_str() && *state == "cancelled");
        assert!(is_named, "{rejected:?}");
    }
    let audit = fixture.app().audit(&fixture.app().operator(&fixture.account), None, 3).await.unwrap();
    let actions: Vec<_> = audit.iter().map(|record| record.entry.action).collect();
    assert_eq!(
        actions,
        [AuditAction::CampaignCancelled, AuditAction::CampaignResumed, AuditAction::CampaignPaused]
    );
}

#[tokio::test]
async fn personal_data_is_deleted_after_a_week() {
    let fixture = Fixture::new().await;
    let id = fixture.accept_sms(&NUMBERS).await;
    fixture.app().decide(&fixture.launch(), &id, Decision::Pause).await.unwrap();
    fixture.record_events().await;
    let has_addresses = async || fixture.recipients(&id).await.iter().all(|one| one.address.is_some());
    assert!(has_addresses().await);
    fixture.world.advance_clock(7 * 24 * 3600 + 1);
    let app = fixture.app().clone();
    let jobs = tokio::spawn(async move { app.run_jobs(std::future::pending()).await });
    while has_addresses().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    jobs.abort();
    assert_eq!(fixture.states(&id).await, ["waiting", "waiting"]);
}

#[tokio::test]
async fn failed_messages_are_retried_except_those_to_erased_consumers() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("", Answer::Refused(400, 21211));
    let id = fixture.accept_sms(&NUMBERS).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["failed", "failed"]);
    let grant = fixture.app().operator(&fixture.account);
    let erase = async |number: &str| fixture.app().erase_consumer(&grant, number).await.unwrap();
    let retry = async || fixture.app().retry_failed(&fixture.launch(), &id).await;
    assert!(erase("+1 212 555 0111").await);
    assert_eq!(retry().await.unwrap(), 1);
    assert_eq!(fixture.states(&id).await, ["failed", "waiting"]);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["failed", "failed"]);
    assert!(erase("+1 212 555 0112").await);
    let rejected = retry().await;
    assert!(matches!(rejected, Err(AppError::AddressesDeleted(_))), "{rejected:?}");
}

#[tokio::test]
async fn a_finished_campaign_is_neither_paused_nor_cancelled() {
    let fixture = Fixture::new().await;
    fixture.provider.answer("0112", Answer::Refused(400, 21211));
    let id = fixture.accept_sms(&NUMBERS).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["sent", "failed"]);
    for decision in [Decision::Pause, Decision::Cancel] {
        let rejected = fixture.app().decide(&fixture.launch(), &id, decision).await.unwrap_err();
        assert!(rejected.to_string().ends_with("is not possible in the state finished"), "{rejected}");
    }
    // So that failed messages can be sent again.
    fixture.provider.accept_all();
    assert_eq!(fixture.app().retry_failed(&fixture.launch(), &id).await.unwrap(), 1);
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&id).await, ["sent", "sent"]);
}

#[tokio::test]
async fn unknown_campaigns_and_recipients_are_not_found() {
    let fixture = Fixture::new().await;
    let known = fixture.accept_sms(&NUMBERS).await;
    let unknown = "a9cRASfbQ".parse().unwrap();
    let pause = fixture.app().decide(&fixture.launch(), &unknown, Decision::Pause).await;
    assert!(matches!(pause, Err(AppError::UnknownCampaign(_))), "{pause:?}");
    let retry = fixture.app().retry_failed(&fixture.launch(), &unknown).await;
    assert!(matches!(retry, Err(AppError::UnknownCampaign(_))), "{retry:?}");
    let resolve = async |number| {
        fixture.app().resolve_unknown(&fixture.write(), &known, number, Resolution::SendAgain).await
    };
    assert!(matches!(resolve(2).await, Err(AppError::UnknownRecipient { number: 2, .. })));
    // Its outcome is not unknown.
    assert!(matches!(resolve(1).await, Err(AppError::Campaign(CampaignError::NotPermitted { .. }))));
    assert_eq!(fixture.app().retry_failed(&fixture.launch(), &known).await.unwrap(), 0);
}
