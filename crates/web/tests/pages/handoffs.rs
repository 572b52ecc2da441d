//! Handoffs in the web tool: search, edit, publish, compare, restore.
use crate::service::{ACCOUNT, Browser, Response, Service};
use outbound_app::{Criteria, HandoffTag};
use outbound_model::{HandoffId, HandoffState, Role};

/// A template in the format of Meta's Graph API.
pub(crate) const TEMPLATE: &str = r#"{"name":"order_update","language":"en","category":"UTILITY","components":[
    {"type":"BODY","text":"Your order is on its way."}]}"#;
const TEXT: &str = "/channels/0/messageComponents/0/content";

/// The fields of the page's form, some with other values.
fn changed(page: &Response, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = page.fields();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(browser: &mut Browser<'_>, path: &str, fields: &[(String, String)]) -> Response {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_as_is(path, &fields, &[]).await
}

/// Opens the editor, changes the text, and saves.
async fn edit(browser: &mut Browser<'_>, id: &HandoffId, text: &str) -> Response {
    let path = format!("/handoffs/{id}/edit");
    let page = browser.get(&path).await;
    send(browser, &path, &changed(&page, &[(TEXT, text), ("op", "save")])).await
}

pub(crate) async fn count(service: &Service) -> u64 {
    let grant = service.app.operator(&ACCOUNT.parse().unwrap());
    let counts = service.app.count_matches(&grant, &Criteria::default()).await.unwrap();
    counts.draft + counts.published + counts.changed
}

#[tokio::test]
async fn a_handoff_is_edited_published_compared_and_restored() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let tag = browser.get(&format!("/handoffs/{id}/review")).await.value("tag");
    let publish = format!("/handoffs/{id}/publish");
    let published = browser.post(&publish, &[("tag", &tag)]).await;
    assert_eq!(published.header("location"), format!("/handoffs/{id}?done=published"));
    let saved = edit(&mut browser, &id, "Good evening from all of us").await;
    assert_eq!(saved.header("location"), format!("/handoffs/{id}?done=saved"));
    let review = browser.get(&format!("/handoffs/{id}/review")).await;
    review.says(200, "<del>morning</del>");
    review.says(200, "<ins>evening</ins>");
    let inline = browser.get(&format!("/handoffs/{id}/compare?from=2&to=1&view=inline")).await;
    inline.says(200, "Good <del>morning</del><ins>evening</ins> from all of us");
    let restore = format!("/handoffs/{id}/versions/1/restore");
    let tag = browser.get(&restore).await.value("tag");
    let restored = browser.post(&restore, &[("tag", &tag)]).await;
    assert_eq!(restored.header("location"), format!("/handoffs/{id}/review?done=rolled-back"));
    browser.get(&format!("/handoffs/{id}/history")).await.says(200, "restores version 1");
    assert_eq!(service.stored(&id).await.latest_version.number, 3);
}

#[tokio::test]
async fn the_form_of_a_new_handoff_has_no_finding_about_its_dates() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let page = browser.get("/handoffs/new").await;
    assert!(!page.html.contains("GEN-03"), "{page:?}");
}

#[tokio::test]
async fn forms_that_are_sent_twice_are_executed_once() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let tag = HandoffTag::of(&service.stored(&id).await).to_string();
    for act in ["publish", "publish"] {
        let response = browser.post(&format!("/handoffs/{id}/{act}"), &[("tag", &tag)]).await;
        assert_eq!(response.status.as_u16(), 303);
    }
    let path = format!("/handoffs/{id}/edit");
    let form = changed(&browser.get(&path).await, &[(TEXT, "Good night to all of you"), ("op", "save")]);
    let new = changed(&browser.get("/handoffs/new").await, &[("/name", "Made once"), ("op", "save")]);
    for _ in 0..2 {
        assert_eq!(send(&mut browser, &path, &form).await.status.as_u16(), 303);
        assert_eq!(send(&mut browser, "/handoffs/new", &new).await.status.as_u16(), 303);
    }
    assert_eq!((service.stored(&id).await.latest_version.number, count(&service).await), (2, 2));
}

fn new_credential(id: &str) -> [(&str, &str); 3] {
    [("id", id), ("name", "Shop"), ("scope", "handoffs.read")]
}

#[tokio::test]
async fn a_form_that_is_sent_twice_creates_one_credential() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for path in ["/settings/clients", "/settings/api-keys"] {
        let form = browser.get(path).await;
        let [first, other] = [form.value("id"), browser.get(path).await.value("id")];
        browser.post(path, &new_credential(&first)).await.says(200, "shown only once");
        let again = browser.post(path, &new_credential(&first)).await;
        again.says(409, "already created");
        assert_eq!(again.html.matches(">Shop</th>").count(), 1, "{path}");
        // The form of that page, and of another tab, creates another one.
        for id in [again.value("id"), other] {
            browser.post(path, &new_credential(&id)).await.says(200, "shown only once");
        }
        browser.post(path, &new_credential("")).await.says(400, "1 to 64 letters");
        assert_eq!(browser.get(path).await.html.matches(">Shop</th>").count(), 3, "{path}");
    }
}

#[tokio::test]
async fn a_conflict_shows_the_other_changes_and_keeps_the_input() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut anna = service.logged_in(Role::CampaignManager).await;
    let mut bob = service.logged_in(Role::Administrator).await;
    let path = format!("/handoffs/{id}/edit");
    let form = changed(&anna.get(&path).await, &[(TEXT, "What Anna typed for hours"), ("op", "save")]);
    edit(&mut bob, &id, "Good evening from all of us").await;
    let stale = send(&mut anna, &path, &form).await;
    stale.says(409, "Your input is still in the form");
    stale.says(409, "<ins>evening</ins>");
    stale.says(409, "What Anna typed for hours</textarea>");
    let again = changed(&stale, &[("op", "save")]);
    assert_eq!(send(&mut anna, &path, &again).await.status.as_u16(), 303);
    let stored = serde_json::to_string(&service.stored(&id).await.latest).unwrap();
    assert!(stored.contains("What Anna typed"), "{stored}");
}

#[tokio::test]
async fn an_action_on_a_changed_handoff_is_rejected() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let tag = HandoffTag::of(&service.stored(&id).await).to_string();
    edit(&mut browser, &id, "Good evening from all of us").await;
    for act in ["publish", "archive"] {
        let rejected = browser.post(&format!("/handoffs/{id}/{act}"), &[("tag", &tag)]).await;
        rejected.says(409, "somebody has changed this handoff since you opened the page");
    }
    assert_eq!(service.stored(&id).await.state(), HandoffState::Draft);
}

#[tokio::test]
async fn markup_in_input_is_escaped_everywhere() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let (script, path) = ("\"'><script>alert(1)</script>", format!("/handoffs/{id}/edit"));
    let page = browser.get(&path).await;
    let fields =
        ["/name", "/channels/0/outboundnumber", TEXT, "/channels/0/messageComponents/0/optOut", "note"];
    let changes: Vec<_> = fields.iter().map(|name| (*name, script)).chain([("op", "save")]).collect();
    assert_eq!(send(&mut browser, &path, &changed(&page, &changes)).await.status.as_u16(), 303);
    browser.post("/settings/clients", &[("id", "1"), ("name", script), ("scope", "handoffs.read")]).await;
    browser.post("/settings/api-keys", &[("id", "1"), ("name", script)]).await;
    browser.post("/settings/users", &[("username", script), ("role", "lpa")]).await;
    let own = ["", "/edit", "/review", "/history", "/download", "/compare?from=1&to=2"];
    let pages = own.iter().map(|page| format!("/handoffs/{id}{page}"));
    let others = [
        "/handoffs",
        "/handoffs?q=%3Cscript%3E",
        "/audit",
        "/settings/clients",
        "/settings/api-keys",
        "/settings/users",
        "/login?account=%22%3E%3Cscript%3E",
        "/import",
    ];
    for page in pages.chain(others.map(str::to_owned)) {
        let seen = browser.get(&page).await;
        assert_eq!(seen.status, 200, "{page}");
        assert!(!seen.html.contains("<script>"), "{page}: {}", seen.html);
    }
    let imported = browser.post("/import", &[("text", r#"[{"name":"<script>"#)]).await;
    assert!(imported.status == 422 && !imported.html.contains("<script>"), "{imported:?}");
}

#[tokio::test]
async fn with_four_eyes_authors_cannot_publish_their_own_versions() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut anna = service.logged_in(Role::CampaignManager).await;
    let mut bob = service.logged_in(Role::Administrator).await;
    let tag = bob.get("/settings").await.value("tag");
    bob.post("/settings", &[("rules", "provider"), ("four-eyes", "1"), ("tag", &tag)]).await.says(303, "");
    edit(&mut anna, &id, "Good evening from all of us").await;
    let (review, publish) = (format!("/handoffs/{id}/review"), format!("/handoffs/{id}/publish"));
    anna.get(&review).await.says(200, "another user must publish it");
    let tag = HandoffTag::of(&service.stored(&id).await).to_string();
    anna.post(&publish, &[("tag", &tag)]).await.says(409, "another user must publish it");
    let import = [("text", TEMPLATE), ("do", "import")];
    anna.post("/import", &import).await.says(200, "New, version 1, draft");
    assert_eq!(bob.post(&publish, &[("tag", &tag)]).await.status.as_u16(), 303);
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    for number in 0..35 {
        let form = changed(
            &browser.get("/handoffs/new").await,
            &[("/name", &format!("Number {number:02}")), ("op", "save")],
        );
        send(&mut browser, "/handoffs/new", &form).await;
        service.pass(1);
    }
    let page = browser.get("/handoffs?sort=name").await;
    page.says(200, "Number 29");
    assert!(!page.html.contains("Number 30"));
    let next = page.html.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let last = browser.get(&next).await;
    last.says(200, "Number 34");
    assert!(!last.html.contains("Number 29") && !last.html.contains("rel=\"next\""));
    browser.get("/handoffs?q=number+07").await.says(200, "Number 07");
    for nothing in ["q=nowhere", "channel=wa", "language=xx", "state=published"] {
        browser.get(&format!("/handoffs?{nothing}")).await.says(200, "No handoffs match.");
    }
}
