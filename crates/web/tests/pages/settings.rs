//! The account's settings.

use outbound_app::ExpectedTag;
use outbound_model::{Role, Scope};

use crate::service::{ACCOUNT, Service};

#[tokio::test]
async fn values_for_imports_are_settings() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::Administrator).await;
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
async fn lists_have_the_documented_lengths() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::Administrator).await;
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
