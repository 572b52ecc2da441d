//! The account's settings.

use outbound_app::{AddedKeywords, CampaignSettings, ExpectedTag};
use outbound_model::{Role, Scope};
use outbound_rules::RuleLevel;

use crate::service::{ACCOUNT, Service};

#[tokio::test]
async fn import_defaults_are_settings() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let page = browser.get("/settings").await;
    page.says(200, "<label for=\"wa.sender\">WhatsApp sender</label>");
    let tag = page.value("tag");
    let fields = [("wa.sender", " 15550100 "), ("googlercs.language", "de"), ("sms-twilio.sender", "")];
    browser.post("/settings", &[&fields[..], &[("tag", &*tag)]].concat()).await.says(303, "");
    let settings = || async { service.app.settings(&service.app.operator(&ACCOUNT.parse().unwrap())).await };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let pairs = settings().await.unwrap().import_defaults.pairs();
    assert_eq!(pairs, [pair("wa.sender", "15550100"), pair("googlercs.language", "de")]);
    let page = browser.get("/settings").await;
    assert_eq!((page.value("wa.sender"), page.value("wa.namespace")), ("15550100".into(), String::new()));
    // A form without these fields changes none of them; an empty field removes its value.
    let tag = page.value("tag");
    let fields = [("tag", &*tag), ("wa.sender", "")];
    browser.post("/settings", &fields).await.says(303, "");
    assert_eq!(settings().await.unwrap().import_defaults.pairs(), [pair("googlercs.language", "de")]);
    let long = browser.post("/settings", &[("wa.namespace", &*"x".repeat(256))]).await;
    long.says(400, "WhatsApp namespace: ");
    long.says(400, &"x".repeat(256));
}

#[tokio::test]
async fn campaigns_have_settings() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let page = browser.get("/settings").await;
    page.says(200, "<label for=\"campaigns.timeZone\">Time zone</label>");
    assert_eq!(page.value("campaigns.conversationHours"), "24");
    let tag = page.value("tag");
    let fields = [
        ("tag", &*tag),
        ("campaigns.timeZone", "Europe/Berlin"),
        ("campaigns.conversationHours", " 12 "),
        ("campaigns.keywords.stop", "Slutta\r\n\r\nNej tack\r\n"),
        ("campaigns.skills", "sales\r\nservice"),
        ("campaigns.defaultSkill", "service"),
        ("campaigns.personalInfo", "1"),
        ("campaigns.helpText", "Call us.\r\nReply STOP to end."),
        ("campaigns.brandName", "Tea House"),
    ];
    browser.post("/settings", &fields).await.says(303, "");
    let settings = || async { service.app.settings(&service.app.operator(&ACCOUNT.parse().unwrap())).await };
    let campaigns = settings().await.unwrap().campaigns;
    let expected = CampaignSettings {
        time_zone: "Europe/Berlin".to_owned(),
        conversation_hours: 12,
        skills: vec!["sales".to_owned(), "service".to_owned()],
        default_skill: "service".to_owned(),
        personal_info: true,
        // The box was not checked.
        answer_help: false,
        help_text: "Call us.\nReply STOP to end.".to_owned(),
        brand_name: "Tea House".to_owned(),
        keywords: AddedKeywords {
            stop: vec!["Slutta".to_owned(), "Nej tack".to_owned()],
            ..AddedKeywords::default()
        },
    };
    assert_eq!(campaigns, expected);
    // A form without these fields changes none of them.
    let tag = browser.get("/settings").await.value("tag");
    browser.post("/settings", &[("tag", &*tag)]).await.says(303, "");
    assert_eq!(settings().await.unwrap().campaigns, expected);
    let hours = [("campaigns.timeZone", ""), ("campaigns.conversationHours", "x")];
    browser.post("/settings", &hours).await.says(400, "must be a whole number from 1 to 720");
    let zone = [("campaigns.timeZone", "Mars"), ("campaigns.conversationHours", "24")];
    browser.post("/settings", &zone).await.says(400, "campaigns.timeZone");
}

#[tokio::test]
async fn lists_have_the_documented_lengths() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for number in 0..101 {
        let scopes = [Scope::HandoffsRead].into_iter().collect();
        service.app.create_client(&service.grant(), &format!("Client {number:03}"), scopes).await.unwrap();
        service.pass(1);
    }
    let page = browser.get("/settings/clients").await;
    page.says(200, "Client 051");
    assert!(!page.html.contains("Client 050"), "the newest 50");
    let page = browser.get("/audit").await;
    assert_eq!(page.html.matches("<tr").count(), 101, "a heading and 100 entries: {}", page.html);

    let id = service.handoff().await;
    for number in 1..26 {
        let mut draft = service.stored(&id).await.latest;
        draft.name = format!("Version {number}").parse().unwrap();
        service.app.replace_draft(&service.grant(), &id, draft, &ExpectedTag::Any, None).await.unwrap();
    }
    let page = browser.get(&format!("/handoffs/{id}/history")).await;
    page.says(200, "/versions/2/restore");
    assert!(!page.html.contains("/versions/1/restore"), "the newest 25 of 26");
}

#[tokio::test]
async fn settings_are_changed_only_if_their_tag_is_current() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let tag = browser.get("/settings").await.value("tag");
    let fields = [("rules", "liveperson"), ("hosts", "cdn.example.com\r\nimg.example"), ("rate", "50")];
    let levels = ("levels", "starts-with-placeholder off\r\n\r\n ends-with-placeholder  warning");
    let fields = [fields[0], fields[1], fields[2], levels, ("tag", &*tag), ("confirmed", "1")];
    for _ in 0..2 {
        browser.post("/settings", &fields).await.says(303, "");
    }
    browser.get("/settings").await.says(200, "ends-with-placeholder warning\nstarts-with-placeholder off\n");
    let fields = [("rules", "provider"), ("tag", &*tag)];
    browser.post("/settings", &fields).await.says(409, "somebody else has changed the settings");
    let after = service.app.settings(&service.app.operator(&ACCOUNT.parse().unwrap())).await.unwrap();
    let expected =
        [("ends-with-placeholder", RuleLevel::Warning), ("starts-with-placeholder", RuleLevel::Off)];
    assert_eq!(after.levels, expected.map(|(name, level)| (name.to_owned(), level)).into());
    assert_eq!((after.permitted_media_hosts.len(), after.requests_per_second), (2, Some(50)));
    browser.post("/settings", &[("rate", "many")]).await.says(400, "whole number");
    let half = [("levels", "ends-with-placeholder"), ("rate", "7")];
    let again = browser.post("/settings", &half).await;
    again.says(400, "is not a rule level");
    again.says(400, ">ends-with-placeholder</textarea>");
    again.says(400, "inputmode=\"numeric\" value=\"7\"");
    browser.post("/settings", &[("levels", "no-rule off")]).await.says(400, "no rule");
}
