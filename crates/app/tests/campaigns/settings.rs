//! What the settings of an account change.

use outbound_app::{
    AccountSettings, AddedKeywords, AppError, CampaignEngine, CampaignSettings, EventBody, ExpectedTag,
    Grant, LaneId, ReadDrafts,
};
use outbound_campaigns::{CampaignError, CampaignId};
use outbound_model::AuditAction;
use outbound_reporting::{ReportingChannel, Step};
use outbound_store::{Campaigns, OpenConversation, RecipientQuery};
use serde_json::json;

use crate::fixture::{Fixture, sms, with};
use crate::provider::Answer;

const NUMBER: &str = "12125550100";

impl Fixture {
    async fn set(&self, campaigns: CampaignSettings) {
        let grant: Grant<ReadDrafts> = self.app().operator(&self.account);
        let settings = self.app().settings(&grant).await.unwrap();
        let settings = AccountSettings { campaigns, ..settings };
        let grant = self.app().operator(&self.account);
        self.app().change_settings(&grant, &settings, &ExpectedTag::Any).await.unwrap();
    }

    /// The open conversation of the first recipient.
    async fn conversation(&self, id: &CampaignId) -> Option<OpenConversation> {
        let query = RecipientQuery { campaign: id, state: None, after: None, limit: 1 };
        let stored = self.world.store.read_campaigns(&self.account).recipients(query).await.unwrap();
        let mut transaction = self.world.store.write_campaigns(&self.account).await.unwrap();
        transaction.conversations(&[stored[0].consumer]).await.unwrap().into_iter().next()
    }
}

fn settings() -> CampaignSettings {
    CampaignSettings::default()
}

#[tokio::test]
async fn help_is_answered_once_by_the_sender_that_was_asked() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.send(&mut engine, &[NUMBER]).await;
    fixture.set(CampaignSettings { brand_name: "Tea House".to_owned(), ..settings() }).await;
    fixture.app().add_opt_out(&fixture.write(), &format!("+{NUMBER}")).await.unwrap();
    for _ in 0..2 {
        fixture.repeated_inbound("SM2", NUMBER, "Help!").await;
    }
    fixture.run(&mut engine, 30).await;
    let sent = fixture.provider.sent();
    assert_eq!((sent.len(), sent[1].recipient.as_str()), (2, NUMBER));
    assert!(sent[1].body.contains("From=%2B14155550170"), "{}", sent[1].body);
    assert!(sent[1].body.contains("Body=Tea+House%3A+Reply+STOP+to+get+no+more"), "{}", sent[1].body);
    // Twilio has answered.
    let form = [
        ("MessageSid", "SM3"),
        ("SmsStatus", "received"),
        ("From", "+12125550100"),
        ("To", "+14155550170"),
        ("Body", "HELP"),
        ("OptOutType", "HELP"),
    ];
    fixture.twilio(None, &form).await.unwrap();
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 2);
    // Not at all, and not late.
    fixture.set(CampaignSettings { answer_help: false, ..settings() }).await;
    fixture.inbound(NUMBER, "HELP").await;
    fixture.set(settings()).await;
    fixture.inbound(NUMBER, "HELP").await;
    drop(engine);
    fixture.world.advance_clock(2 * 3600);
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 2);
    assert_eq!(fixture.app().lanes(&fixture.read()).await.unwrap()[0].due_at, None);
}

/// A sender that is stopped does not claim all the time because of an answer.
#[tokio::test]
async fn an_answer_waits_until_its_sender_is_resumed() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.set(settings()).await;
    fixture.send(&mut engine, &[NUMBER]).await;
    fixture.provider.answer("0103", Answer::Refused(401, 20003));
    fixture.accept_sms(&["12125550103"]).await;
    fixture.run(&mut engine, 15).await;
    fixture.inbound(NUMBER, "HELP").await;
    fixture.run(&mut engine, 15).await;
    let lane = async || fixture.app().lanes(&fixture.read()).await.unwrap().remove(0);
    let (stopped, sent) = (lane().await, fixture.provider.sent().len());
    assert!(stopped.paused_reason.is_some());
    fixture.run(&mut engine, 50).await;
    assert_eq!((lane().await.claims, fixture.provider.sent().len()), (stopped.claims, sent));
    fixture.provider.accept_all();
    fixture.app().resume_lane(&fixture.launch(), &stopped.id).await.unwrap();
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), sent + 2);
}

#[tokio::test]
async fn an_account_has_its_own_keywords_and_skills() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let stop = AddedKeywords { stop: vec!["Slutta".to_owned()], ..AddedKeywords::default() };
    let skills = vec!["sales".to_owned()];
    fixture.set(CampaignSettings { keywords: stop, skills, ..settings() }).await;
    fixture.send(&mut engine, &[NUMBER]).await;
    fixture.inbound(NUMBER, "slutta!").await;
    let opt_outs = fixture.app().opt_outs(&fixture.read(), None, 10).await.unwrap();
    assert_eq!(opt_outs.len(), 1);
    let rejected = fixture.accept(&with(sms(&[NUMBER]), "skill", "other".into())).await;
    assert!(matches!(rejected, Err(AppError::Campaign(CampaignError::UnknownSkill))), "{rejected:?}");
}

#[tokio::test]
async fn personal_info_is_accepted_if_it_is_enabled() {
    let fixture = Fixture::new().await;
    let mut request = sms(&[NUMBER]);
    request["consumers"][0]["personalInfo"] = json!({ "firstname": "Ann" });
    let rejected = fixture.accept(&request).await;
    assert!(matches!(rejected, Err(AppError::Campaign(CampaignError::NotEnabled { .. }))), "{rejected:?}");
    fixture.set(CampaignSettings { personal_info: true, ..settings() }).await;
    fixture.accept(&request).await.unwrap();
}

/// A number of an unknown zone: toll-free numbers are used in the whole country, so the candidates have a short opening;
/// a number that no table knows has the account's zone.
#[tokio::test]
async fn messages_to_unknown_zones_follow_the_zone_of_the_account() {
    let fixture = Fixture::new().await;
    let unknown = "870773111632";
    let due = async || {
        let id = fixture.accept_sms(&[unknown]).await;
        fixture.recipients(&id).await[0].due_at.unwrap().to_string()
    };
    // It is noon in UTC.
    assert!(due().await.contains("T12:00"), "{}", due().await);
    fixture.set(CampaignSettings { time_zone: "Pacific/Auckland".to_owned(), ..settings() }).await;
    assert!(due().await.contains("T20:00"), "{}", due().await);
}

#[tokio::test]
async fn late_replies_have_the_default_skill_and_conversations_end_by_settings_or_events() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    let id = fixture.send(&mut engine, &[NUMBER]).await;
    fixture
        .set(CampaignSettings { default_skill: "service".to_owned(), conversation_hours: 2, ..settings() })
        .await;
    fixture.inbound(NUMBER, "Hello").await;
    let open = fixture.conversation(&id).await.unwrap();
    assert_eq!((open.skill.as_str(), open.campaign.as_ref()), ("sales", Some(&id)));
    // An event about the message closes the conversation, whatever id the other system has for it.
    let recipient = fixture.recipients(&id).await.remove(0);
    let attempted = recipient.transaction.attempted_at();
    let close = async |message: &str, conversation: &str| {
        let event = json!([{ "type": "conversationClosed", "messageId": message,
            "attemptedTime": attempted.to_string(), "time": attempted.plus_millis(1).to_string(),
            "conversationId": conversation }]);
        let body = EventBody::Plain(event.to_string().into());
        let grant = fixture.app().operator(&fixture.account);
        let results = fixture.app().record_events(&grant, body, None).await.unwrap();
        assert_eq!(results.problems, []);
    };
    fixture.record_events().await;
    close("another-message", "c-1").await;
    assert!(fixture.conversation(&id).await.is_some());
    close(&format!("{id}-0"), "c-1").await;
    assert_eq!(fixture.conversation(&id).await, None);
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);

    fixture.inbound(NUMBER, "Hello").await;
    fixture.world.advance_clock(3600);
    let skipped = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&skipped).await, ["skipped"]);
    fixture.world.advance_clock(2 * 3600);
    let sent = fixture.send(&mut engine, &[NUMBER]).await;
    assert_eq!(fixture.states(&sent).await, ["sent"]);
    // Plain SMS have the longest lookback period.
    fixture.world.advance_clock(31 * 24 * 3600);
    fixture.inbound(NUMBER, "Late").await;
    let open = fixture.conversation(&id).await.unwrap();
    assert_eq!((open.skill.as_str(), open.campaign), ("service", None));
    let message = fixture.recipients(&sent).await[0].transaction;
    assert!(!fixture.steps(message).await.contains(&Step::ConversationCreated));
}

#[tokio::test]
async fn only_a_lane_that_stopped_is_resumed() {
    let fixture = Fixture::new().await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.send(&mut engine, &[NUMBER]).await;
    let lane = LaneId::new(ReportingChannel::Sms, "14155550170");
    assert!(fixture.app().resume_lane(&fixture.launch(), &lane).await.unwrap());
    let grant = fixture.app().operator(&fixture.account);
    let audit = fixture.app().audit(&grant, None, 100).await.unwrap();
    assert!(audit.iter().all(|record| record.entry.action != AuditAction::CampaignResumed));
}
