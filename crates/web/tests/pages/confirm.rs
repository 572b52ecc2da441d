//! Confirmations before destructive actions, and undoing them. Both work without the script.
use crate::service::{ACCOUNT, Browser, Service};
use outbound_model::{HandoffId, HandoffState, Role};

const TEXT: &str = "/channels/0/messageComponents/0/content";

/// Publishes a handoff, and saves a newer draft if `changed`.
async fn published(service: &Service, browser: &mut Browser<'_>, changed: bool) -> HandoffId {
    let id = service.handoff().await;
    let tag = browser.get(&format!("/handoffs/{id}/review")).await.value("tag");
    browser.post(&format!("/handoffs/{id}/publish"), &[("tag", &tag)]).await.says(303, "");
    if changed {
        let path = format!("/handoffs/{id}/edit");
        let mut fields = browser.get(&path).await.fields();
        fields.retain(|(name, _)| name != TEXT);
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = fields.chain([(TEXT, "Good evening from all of us"), ("op", "save")]).collect();
        browser.post_as_is(&path, &fields, &[]).await.says(303, "");
    }
    id
}

#[tokio::test]
async fn unpublishing_and_archiving_are_confirmed_and_can_be_undone() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    for (act, changed) in [("unpublish", false), ("archive", false), ("unpublish", true), ("archive", true)] {
        let id = published(&service, &mut browser, changed).await;
        let before = service.stored(&id).await;
        let grant = service.grant();
        let served = |number| service.app.version(&grant, &id, number);
        let text = served(before.published_version.unwrap()).await.unwrap().1.channels;
        let path = format!("/handoffs/{id}");
        browser.get(&path).await.says(200, &format!("href=\"{path}/{act}\""));
        let question = browser.get(&format!("{path}/{act}")).await;
        question.says(200, "Greeting?");
        assert_eq!(
            service.stored(&id).await.state(),
            before.state(),
            "nothing changes before the confirmation"
        );
        let done = browser.post(&format!("{path}/{act}"), &[("tag", &question.value("tag"))]).await;
        assert_eq!(done.status, 303);
        assert_eq!(service.stored(&id).await.published_version, None);
        let page = browser.get(done.header("location")).await;
        page.says(200, "Undo</button>");
        let undo = [("served", page.value("served")), ("undo", page.value("undo"))];
        let undo = undo.each_ref().map(|(name, value)| (*name, value.as_str()));
        let undone = browser.post(&format!("{path}/undo"), &undo).await;
        assert_eq!(undone.header("location"), format!("{path}?done=undone"));
        let after = service.stored(&id).await;
        assert_eq!(
            (after.state(), &after.latest.channels),
            (before.state(), &before.latest.channels),
            "{act}"
        );
        let again = served(after.published_version.unwrap()).await.unwrap().1.channels;
        assert_eq!(again, text, "{act}: the same version is served again");
        browser.post(&format!("{path}/undo"), &undo).await.says(409, "Nothing was changed");
        assert!(!browser.get(done.header("location")).await.html.contains("Undo</button>"));
        // Names are unique, and the next round creates a handoff with the same name.
        service.app.archive(&service.grant(), &id, &outbound_app::ExpectedTag::Any).await.unwrap();
    }
}

#[tokio::test]
async fn undoing_with_an_invalid_token_is_rejected() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let id = service.handoff().await;
    for undo in ["", "00", &"ab".repeat(32)] {
        let fields = [("served", "1"), ("undo", undo)];
        browser.post(&format!("/handoffs/{id}/undo"), &fields).await.says(409, "Nothing was changed");
        let page = browser.get(&format!("/handoffs/{id}?served=1&undo={undo}")).await;
        assert!(!page.html.contains("Undo</button>"));
    }
    assert_eq!(service.stored(&id).await.state(), HandoffState::Draft);
}

#[tokio::test]
async fn revoking_is_confirmed_with_the_name() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for path in ["/settings/clients", "/settings/api-keys"] {
        let id = browser.get(path).await.value("id");
        let fields = [("id", &*id), ("name", "Shop <1>"), ("scope", "handoffs.read")];
        browser.post(path, &fields).await.says(200, "shown only once");
        let ask = format!("{path}/{id}/revoke");
        browser.get(path).await.says(200, &format!("href=\"{ask}\""));
        let question = browser.get(&ask).await;
        question.says(200, "Shop &lt;1&gt;?");
        question.says(200, &format!("action=\"{ask}\""));
        browser.post(&ask, &[]).await.says(303, "");
        browser.get(path).await.says(200, "Revoked");
        browser.get(&format!("{path}/none/revoke")).await.says(404, "This account has no such");
    }
    browser.post("/settings/users", &[("username", "carl"), ("role", "lpa")]).await.says(200, "carl");
    for (act, words) in [("password", "Set a new password for carl?"), ("revoke", "Revoke the user carl?")] {
        let ask = format!("/settings/users/carl/{act}");
        browser.get("/settings/users").await.says(200, &format!("href=\"{ask}\""));
        browser.get(&ask).await.says(200, words);
        browser.get(&format!("/settings/users/unknown/{act}")).await.says(404, "This account has no such");
    }
}

#[tokio::test]
async fn restoring_a_version_is_confirmed_and_can_be_undone() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let id = published(&service, &mut browser, true).await;
    let path = format!("/handoffs/{id}/versions/1/restore");
    let question = browser.get(&path).await;
    question.says(200, "A new version 3 gets the content of version 1. Version 2 stays in the history");
    let done = browser.post(&path, &[("tag", &question.value("tag"))]).await;
    browser.get(done.header("location")).await.says(200, &format!("/handoffs/{id}/versions/2/restore"));
}

#[tokio::test]
async fn relaxed_rules_are_confirmed() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let fields = |tag: &str| {
        [("rules", "provider"), ("levels", "ends-with-placeholder off"), ("tag", tag)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let tag = browser.get("/settings").await.value("tag");
    let fields = fields(&tag);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let question = browser.post("/settings", &fields).await;
    question.says(200, "The rule ends-with-placeholder");
    question.says(200, "name=\"levels\" value=\"ends-with-placeholder off\"");
    let settings = service.app.settings(&service.app.operator(&ACCOUNT.parse().unwrap())).await.unwrap();
    assert!(settings.levels.is_empty(), "nothing changes before the confirmation");
    fields.push(("confirmed", "1"));
    browser.post("/settings", &fields).await.says(303, "");
}
