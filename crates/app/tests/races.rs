//! Races between operations, or between an operation and a change of what it depends on: settings, passwords, handoffs,
//! campaigns and lanes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outbound_app::{
    AccountSettings, App, AppError, CacheSettings, ChangeOwnPassword, Criteria, ExpectedTag, Format,
    ImportDefaults, ImportSource, IncomingHandoff, LaunchCampaigns, LoginRejection, LoginRequest,
    NewConnection, NewUser, PublishMode, ReadCampaigns, RecipientFilter, Search, Sort, SortKey, Submission,
    WriteHandoffs,
};
use outbound_auth::Secret;
use outbound_campaigns::{Control, Decision, Transition};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, Clock, FindingCounts, Generator, HandoffId, Role, Timestamp};
use outbound_rules::RuleLevel;
use outbound_store::{
    Attribution, Campaigns as _, Catalogue as _, Lane, NewVersion, RecipientChange, StoredRecipient,
};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use serde_json::{Value, json};
use support::{node, node_with_environment};

const DRAFT: &str = r#"{"name": "Tea", "channels": [{"type": "sms-twilio", "language": "en",
    "outboundnumber": "+14155550123", "messageComponents": [{"type": "body", "content": "Tea is ready.",
    "variables": [], "optOut": "Reply STOP to opt out, HELP for help."}]}]}"#;
const PASSWORD: &str = "correct horse";
const ADDRESS: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn account() -> AccountId {
    "A".parse().unwrap()
}

/// Starts `operation` while another transaction holds the lock of the account, and then commits `settings`.
async fn while_settings_change<T: Send + 'static>(
    database: &str,
    settings: &AccountSettings,
    operation: impl Future<Output = T> + Send + 'static,
) -> T {
    let store = SqlStore::open(database, &Options::default()).await.unwrap();
    let mut transaction = store.write_catalogue(&account()).await.unwrap();
    transaction.set_settings(&serde_json::to_string(settings).unwrap()).await.unwrap();
    let operation = tokio::spawn(operation);
    // Usually long enough for the operation to wait for the lock. If it is slower, it sees the new settings
    // anyway, so the test does not depend on the speed.
    tokio::time::sleep(Duration::from_millis(100)).await;
    transaction.commit().await.unwrap();
    operation.await.unwrap()
}

async fn create_handoff(app: &App) -> HandoffId {
    let author = app.operator::<WriteHandoffs>(&account());
    let draft = app.read_draft(DRAFT.as_bytes()).unwrap();
    app.create_draft(&author, draft, None, None).await.unwrap().handoff.stored.id
}

async fn changed_settings_apply_to_operations_in_progress(database: &str) {
    let app = node(database, &ManualClock::default(), CacheSettings::default()).await.app;
    app.create_account(account()).await.unwrap();
    let id = create_handoff(&app).await;
    let author = app.operator::<WriteHandoffs>(&account());
    let four_eyes = AccountSettings { four_eyes: true, ..AccountSettings::default() };
    let strict = AccountSettings {
        levels: outbound_rules::catalogue().map(|rule| (rule.name.to_owned(), RuleLevel::Error)).collect(),
        permitted_media_hosts: vec!["cdn.example.com".to_owned()],
        ..AccountSettings::default()
    };

    let (other, by, tea) = (app.clone(), author.clone(), id.clone());
    let publish = async move { other.publish(&by, &tea, &ExpectedTag::Any, false).await };
    let rejected = while_settings_change(database, &four_eyes, publish).await;
    assert!(matches!(rejected, Err(AppError::OwnVersion(_))), "{rejected:?}");

    let none = AccountSettings::default();
    let change = async { app.change_settings(&app.operator(&account()), &none, &ExpectedTag::Any).await };
    change.await.unwrap();
    let (other, by) = (app.clone(), author.clone());
    let handoff = app.read_draft(DRAFT.replace("Tea\"", "Milk\"").as_bytes()).unwrap();
    let import = async move { other.import_all(&by, &[handoff.into()], PublishMode::Valid).await };
    let rejected = Box::pin(while_settings_change(database, &four_eyes, import)).await;
    assert!(matches!(rejected, Err(AppError::ImportPublishes)), "{rejected:?}");

    let (other, by, tea) = (app.clone(), author.clone(), id.clone());
    let draft =
        app.read_draft(DRAFT.replace("Reply STOP to opt out, HELP for help.", "").as_bytes()).unwrap();
    let save = async move { other.replace_draft(&by, &tea, draft, &ExpectedTag::Any, None).await };
    while_settings_change(database, &strict, save).await.unwrap();
    let search = Search {
        criteria: Criteria::default(),
        sort: Sort { key: SortKey::Name, descending: false },
        after: None,
        count: 10,
    };
    let found = app.search(&app.operator(&account()), &search).await.unwrap();
    assert!(found.iter().any(|found| found.findings.errors > 0), "findings are counted by the new rules");
}

/// An import that begins while another one is not committed updates the handoffs that the other one creates.
async fn templates_are_found_that_are_imported_at_the_same_time(database: &str) {
    let app = node(database, &ManualClock::default(), CacheSettings::default()).await.app;
    app.create_account(account()).await.unwrap();
    let templates = |names: &[&str]| {
        let template = |(id, name): (usize, &&str)| {
            json!({"id": id.to_string(), "name": name, "language": "en", "status": "APPROVED", "category": "UTILITY",
                "components": [{"type": "BODY", "text": "Tea is ready."}]})
        };
        let file = names.iter().enumerate().map(template).collect::<Value>().to_string();
        let source = ImportSource {
            text: file.as_bytes(),
            format: Some(Format::Meta),
            channel: None,
            name: None,
            defaults: ImportDefaults::default(),
        };
        app.read_import(source).unwrap().iter().map(IncomingHandoff::from).collect::<Vec<_>>()
    };
    let writer = app.operator::<WriteHandoffs>(&account());
    app.import_all(&writer, &templates(&["first"]), PublishMode::Nothing).await.unwrap();

    let store = SqlStore::open(database, &Options::default()).await.unwrap();
    let mut transaction = store.write_catalogue(&account()).await.unwrap();
    let created = templates(&["first", "second"]).pop().unwrap().handoff;
    let attribution = Attribution { at: app.now(), by: "other" };
    let findings = FindingCounts::default();
    let version = NewVersion { handoff: &created, attribution, note: None, findings, claims: &[] };
    transaction.save(version).await.unwrap();
    let (other, by, renamed) = (app.clone(), writer.clone(), templates(&["one", "two"]));
    let plan = tokio::spawn(async move { other.plan_import(&by, &renamed, PublishMode::Nothing).await });
    // Usually long enough for the plan to wait for the lock; see above.
    tokio::time::sleep(Duration::from_millis(100)).await;
    transaction.commit().await.unwrap();
    let counts = plan.await.unwrap().unwrap().counts;
    assert_eq!((counts.created, counts.changed), (0, 2), "{counts:?}");
}

async fn one_of_two_concurrent_password_changes_succeeds(database: &str) {
    let app = node(database, &ManualClock::default(), CacheSettings::default()).await.app;
    app.create_account(account()).await.unwrap();
    let new = NewUser { name: "anna".parse().unwrap(), role: Role::Lpa, password: Secret::new(PASSWORD) };
    app.create_user(&app.operator(&account()), new).await.unwrap();
    let attempt = |password: &str| {
        let (account, username, password) = (account(), "anna".to_owned(), Secret::new(password));
        app.log_in_web(LoginRequest { account, username, password, address: ADDRESS })
    };
    let login = attempt(PASSWORD).await.unwrap();
    let grant = app.authorize_web::<ChangeOwnPassword>(&login.cookie).await.unwrap();
    let change =
        |new: &str| app.change_own_password(&grant, Secret::new(PASSWORD), Secret::new(new), ADDRESS);
    let (one, two) = tokio::join!(change("the first new one"), change("the second new one"));
    let rejections: Vec<_> = [one.err(), two.err()].into_iter().flatten().collect();
    assert!(matches!(rejections[..], [LoginRejection::Credentials]), "{rejections:?}");
    let succeeded = [attempt("the first new one").await.is_ok(), attempt("the second new one").await.is_ok()];
    assert_eq!(succeeded.iter().filter(|succeeded| **succeeded).count(), 1);
}

/// A request for a plain SMS.
fn campaign_request() -> String {
    let consumer = json!({ "consumerContent": { "sms": "12125550111" }, "variables": { "1": "Hi" } });
    json!({ "campaignName": "Autumn", "skill": "sales", "templateId": "1234567890",
        "outboundNumber": "14155550170", "consent": true, "consumers": [consumer] })
    .to_string()
}

/// An application with a connection to a provider.
async fn connected(database: &str) -> App {
    let app = node(database, &ManualClock::default(), CacheSettings::default()).await.app;
    app.create_account(account()).await.unwrap();
    let base_url = "http://127.0.0.1:8090".to_owned();
    let new = NewConnection { name: "Sandbox".to_owned(), base_url, secret: Some(Secret::new("5ec7e7")) };
    app.create_connection(&app.operator(&account()), new).await.unwrap();
    app
}

/// A message becomes due again while a person cancels the paused campaign: the engine has to cancel the message.
async fn a_recipient_that_waits_during_a_cancellation_is_cancelled(database: &str) {
    let app = connected(database).await;
    let launch = app.operator::<LaunchCampaigns>(&account());
    let body = campaign_request();
    let accepted = app.accept_campaign(&launch, body.as_bytes(), Submission::default()).await.unwrap();
    let id = accepted.id().unwrap();
    app.decide(&launch, &id, Decision::Pause).await.unwrap();
    let store = SqlStore::open(database, &Options::default()).await.unwrap();
    let change = async |transition| {
        let mut transaction = store.write_campaigns(&account()).await.unwrap();
        let stored = transaction.recipient(&id, 0).await.unwrap().unwrap();
        let before = stored.recipient.state().clone();
        let recipient = stored.recipient.apply(&transition).unwrap();
        let after = StoredRecipient { recipient, due_at: None, ..stored };
        transaction.save_recipients(&[RecipientChange { before, after }]).await.unwrap();
        transaction
    };
    change(Transition::Start).await.commit().await.unwrap();
    let transaction = change(Transition::Postpone).await;
    let (other, by, campaign) = (app.clone(), launch.clone(), id.clone());
    let cancel = tokio::spawn(async move { other.decide(&by, &campaign, Decision::Cancel).await });
    // Usually long enough for the decision to wait for the lock; see above.
    tokio::time::sleep(Duration::from_millis(100)).await;
    transaction.commit().await.unwrap();
    cancel.await.unwrap().unwrap();
    let read = app.operator::<ReadCampaigns>(&account());
    let filter = RecipientFilter { limit: 1, ..RecipientFilter::default() };
    let recipients = app.recipients(&read, &id, &filter).await.unwrap();
    assert_eq!(recipients[0].due_at, Some(app.now()));
}

/// A claim makes a message wait until its campaign expires, because the lane is stopped, while a person resumes the lane:
/// the message is due again. SQLite has one writer, so only PostgreSQL has this race.
async fn a_recipient_that_waits_while_its_lane_is_resumed_is_due(database: &str) {
    let app = connected(database).await;
    let (launch, read) = (app.operator::<LaunchCampaigns>(&account()), app.operator(&account()));
    let body = campaign_request();
    let accepted = app.accept_campaign(&launch, body.as_bytes(), Submission::default()).await.unwrap();
    let id = accepted.id().unwrap();
    let lane_id = app.lanes(&read).await.unwrap().remove(0).id;
    let store = SqlStore::open(database, &Options::default()).await.unwrap();
    let change = async |due_at: Timestamp| {
        let mut transaction = store.write_campaigns(&account()).await.unwrap();
        let lane = transaction.lane(&lane_id).await.unwrap().unwrap();
        transaction.save_lane(&Lane { paused_reason: Some("401".to_owned()), ..lane }).await.unwrap();
        let stored = transaction.recipient(&id, 0).await.unwrap().unwrap();
        let before = stored.recipient.state().clone();
        let after = StoredRecipient { due_at: Some(due_at), ..stored };
        transaction.save_recipients(&[RecipientChange { before, after }]).await.unwrap();
        transaction
    };
    change(app.now()).await.commit().await.unwrap();
    let transaction = change(app.now().plus_seconds(3600)).await;
    let (other, lane) = (app.clone(), lane_id.clone());
    let resume = tokio::spawn(async move { other.resume_lane(&launch, &lane).await });
    // Usually long enough for the resumption to wait for the lock; see above.
    tokio::time::sleep(Duration::from_millis(100)).await;
    transaction.commit().await.unwrap();
    assert!(resume.await.unwrap().unwrap());
    let filter = RecipientFilter { limit: 1, ..RecipientFilter::default() };
    let recipients = app.recipients(&read, &id, &filter).await.unwrap();
    assert_eq!(recipients[0].due_at, Some(app.now()));
    let lane = app.lanes(&read).await.unwrap().remove(0);
    assert_eq!((lane.paused_reason, lane.due_at), (None, Some(app.now())));
}

/// All get the response of the one that was accepted.
async fn concurrent_requests_with_one_key_are_accepted_once(database: &str) {
    let app = connected(database).await;
    let (launch, body) = (app.operator::<LaunchCampaigns>(&account()), campaign_request());
    let submission = Submission { idempotency_key: Some("autumn-1"), ..Submission::default() };
    let accept = || app.accept_campaign(&launch, body.as_bytes(), submission);
    let (one, two, three) = tokio::join!(accept(), accept(), accept());
    let accepted = [one, two, three].map(Result::unwrap);
    assert_eq!(accepted.iter().filter(|accepted| !accepted.is_repeated).count(), 1);
    assert!(accepted.iter().all(|one| one.body == accepted[0].body));
}

/// Waits at its next use, once `waiting` is set: sends a signal, and continues when the receiver is dropped.
#[derive(Default)]
struct PausedGenerator {
    bytes: SequenceGenerator,
    waiting: Mutex<Option<SyncSender<()>>>,
}

impl Generator for PausedGenerator {
    fn fill(&self, bytes: &mut [u8]) {
        let waiting = self.waiting.lock().unwrap().take();
        if let Some(waiting) = waiting {
            // The first signal is received, the second one waits until the receiver is dropped.
            while waiting.send(()).is_ok() {}
        }
        self.bytes.fill(bytes);
    }
}

/// Four eyes is switched on after a request was checked, while ids are generated for its campaign.
async fn a_campaign_is_a_draft_if_four_eyes_was_switched_on_before_its_commit(database: &str) {
    let other = connected(database).await;
    let generator = Arc::<PausedGenerator>::default();
    let environment =
        (Arc::new(ManualClock::default()) as Arc<dyn Clock>, generator.clone() as Arc<dyn Generator>);
    let options = Options::default();
    let app = node_with_environment(database, &options, environment, CacheSettings::default()).await.app;
    let (waiting, paused) = sync_channel(0);
    *generator.waiting.lock().unwrap() = Some(waiting);
    let (by, body) = (app.operator::<LaunchCampaigns>(&account()), campaign_request());
    let accepting = app.clone();
    let accept =
        tokio::spawn(
            async move { accepting.accept_campaign(&by, body.as_bytes(), Submission::default()).await },
        );
    let paused =
        tokio::task::spawn_blocking(move || paused.recv_timeout(Duration::from_mins(1)).map(|()| paused))
            .await
            .unwrap()
            .unwrap();
    let four_eyes = AccountSettings { four_eyes: true, ..AccountSettings::default() };
    let expected = ExpectedTag::Any;
    other.change_settings(&other.operator(&account()), &four_eyes, &expected).await.unwrap();
    drop(paused);
    let id = accept.await.unwrap().unwrap().id().unwrap();
    let campaign = app.campaign(&app.operator::<ReadCampaigns>(&account()), &id).await.unwrap();
    assert_eq!(campaign.control, Control::Draft);
    let store = SqlStore::open(database, &options).await.unwrap();
    assert_eq!(store.account_with_changes(None).await.unwrap(), None, "it has not started");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let database = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    Box::pin(changed_settings_apply_to_operations_in_progress(&database("a"))).await;
    one_of_two_concurrent_password_changes_succeeds(&database("b")).await;
    Box::pin(templates_are_found_that_are_imported_at_the_same_time(&database("c"))).await;
    Box::pin(concurrent_requests_with_one_key_are_accepted_once(&database("d"))).await;
    Box::pin(a_recipient_that_waits_during_a_cancellation_is_cancelled(&database("e"))).await;
    Box::pin(a_recipient_that_waits_while_its_lane_is_resumed_is_due(&database("f"))).await;
    Box::pin(a_campaign_is_a_draft_if_four_eyes_was_switched_on_before_its_commit(&database("g"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let database = || Postgres::shared().unwrap().database().unwrap();
    Box::pin(changed_settings_apply_to_operations_in_progress(&database())).await;
    one_of_two_concurrent_password_changes_succeeds(&database()).await;
    Box::pin(templates_are_found_that_are_imported_at_the_same_time(&database())).await;
    Box::pin(concurrent_requests_with_one_key_are_accepted_once(&database())).await;
    Box::pin(a_recipient_that_waits_during_a_cancellation_is_cancelled(&database())).await;
    Box::pin(a_recipient_that_waits_while_its_lane_is_resumed_is_due(&database())).await;
    Box::pin(a_campaign_is_a_draft_if_four_eyes_was_switched_on_before_its_commit(&database())).await;
}
