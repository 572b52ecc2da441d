//! What people do to handoffs in a browser: find, edit, publish, compare, roll back.
use crate::service::{ACCOUNT, Answer, Browser, Service};
use axum::body::Body;
use axum::http::Request;
use outbound_app::{Criteria, HandoffTag};
use outbound_model::{HandoffId, HandoffState, Role};
use outbound_rules::RuleLevel;

/// As Meta's Graph API has it.
const TEMPLATE: &str = r#"{"name":"order_update","language":"en","category":"UTILITY","components":[
    {"type":"BODY","text":"Your order is on its way."}]}"#;
const TEXT: &str = "/channels/0/messageComponents/0/content";

/// The page's form with other values in some fields.
fn changed(page: &Answer, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = page.fields();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn send(browser: &mut Browser<'_>, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_as_is(path, &fields, &[]).await
}

/// Opens the editor, types, and saves.
async fn edit(browser: &mut Browser<'_>, id: &HandoffId, text: &str) -> Answer {
    let path = format!("/handoffs/{id}/edit");
    let page = browser.get(&path).await;
    send(browser, &path, &changed(&page, &[(TEXT, text), ("op", "save")])).await
}

async fn count(service: &Service) -> u64 {
    let grant = service.app.operator(&ACCOUNT.parse().unwrap());
    let counts = service.app.count_matches(&grant, &Criteria::default()).await.unwrap();
    counts.draft + counts.published + counts.changed
}

#[tokio::test]
async fn a_handoff_is_edited_published_compared_and_rolled_back() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
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
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let page = browser.get("/handoffs/new").await;
    assert!(!page.html.contains("GEN-03"), "{page:?}");
}

#[tokio::test]
async fn pressing_twice_does_nothing_twice() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let tag = HandoffTag::of(&service.stored(&id).await).to_string();
    for act in ["publish", "publish"] {
        let answer = browser.post(&format!("/handoffs/{id}/{act}"), &[("tag", &tag)]).await;
        assert_eq!(answer.status.as_u16(), 303);
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
async fn a_form_sent_twice_makes_one_secret() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::Administrator).await;
    for path in ["/settings/clients", "/settings/api-keys"] {
        let form = browser.get(path).await;
        let [first, other] = [form.value("id"), browser.get(path).await.value("id")];
        browser.post(path, &new_credential(&first)).await.says(200, "shown only once");
        let again = browser.post(path, &new_credential(&first)).await;
        again.says(409, "already created");
        assert_eq!(again.html.matches(">Shop</th>").count(), 1, "{path}");
        // The form of that page is a new one, and so is that of another tab.
        for id in [again.value("id"), other] {
            browser.post(path, &new_credential(&id)).await.says(200, "shown only once");
        }
        browser.post(path, &new_credential("")).await.says(400, "1 to 64 letters");
        assert_eq!(browser.get(path).await.html.matches(">Shop</th>").count(), 3, "{path}");
    }
}

#[tokio::test]
async fn a_stale_form_says_what_changed_and_keeps_what_was_typed() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut anna = service.signed_in(Role::CampaignManager).await;
    let mut bob = service.signed_in(Role::Administrator).await;
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
async fn an_act_on_what_changed_meanwhile_is_refused() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let tag = HandoffTag::of(&service.stored(&id).await).to_string();
    edit(&mut browser, &id, "Good evening from all of us").await;
    for act in ["publish", "archive"] {
        let refused = browser.post(&format!("/handoffs/{id}/{act}"), &[("tag", &tag)]).await;
        refused.says(409, "somebody has changed this handoff since you opened the page");
    }
    assert_eq!(service.stored(&id).await.state(), HandoffState::Draft);
}

#[tokio::test]
async fn script_shows_as_text_wherever_it_is_typed() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.signed_in(Role::Administrator).await;
    let (script, path) = ("\"'><script>alert(1)</script>", format!("/handoffs/{id}/edit"));
    let page = browser.get(&path).await;
    let texts =
        ["/name", "/channels/0/outboundnumber", TEXT, "/channels/0/messageComponents/0/optOut", "note"];
    let changes: Vec<_> = texts.iter().map(|name| (*name, script)).chain([("op", "save")]).collect();
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
        "/sign-in?account=%22%3E%3Cscript%3E",
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
async fn four_eyes_keep_authors_from_publishing_their_own() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut anna = service.signed_in(Role::CampaignManager).await;
    let mut bob = service.signed_in(Role::Administrator).await;
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
async fn lists_are_filtered_sorted_and_walked() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
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

#[tokio::test]
async fn an_import_shows_its_plan_before_it_is_done() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let plan = browser.post("/import", &[("text", TEMPLATE), ("do", "plan")]).await;
    plan.says(200, "Meta message templates: 1 new handoff");
    plan.says(200, "order_update");
    plan.says(200, "1 kept as a draft");
    assert_eq!(count(&service).await, 0);
    let done = browser.post("/import", &[("text", TEMPLATE), ("do", "import")]).await;
    done.says(200, "New, version 1");
    browser.get("/handoffs").await.says(200, "order_update");
    let changed = TEMPLATE.replace("order is", "parcel is");
    let plan = browser.post("/import", &[("text", &*changed), ("do", "plan")]).await;
    plan.says(200, "0 new handoffs, 1 updated, 0 unchanged");
    plan.says(200, "1 difference");
    let done = browser.post("/import", &[("text", &*changed), ("do", "import"), ("publish", "drafts")]).await;
    done.says(200, "Updated, version 2, draft");
    done.says(200, "Restore version 1 in the history");
    let broken = browser.post("/import", &[("text", "[\n  {\"name\": \"x\",}\n]"), ("do", "plan")]).await;
    broken.says(422, "line 2, column 16");
}

#[tokio::test]
async fn an_import_takes_what_no_file_says_and_a_download_asks_for_it() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let message = ("text", r#"{"contentMessage": {"text": "Hi"}}"#);
    for (name, language) in [("With", "de"), ("Without", "")] {
        let fields = [message, ("name", name), ("language", language), ("sender", "acme"), ("do", "import")];
        browser.post("/import", &fields).await.says(200, "1 new handoff");
    }
    let mut handoffs = Vec::new();
    let grant = service.app.operator(&ACCOUNT.parse().unwrap());
    let all = service.app.export(&grant, |handoff| {
        handoffs.push(handoff.clone());
        Ok::<_, ()>(())
    });
    all.await.unwrap().unwrap();
    handoffs.sort_by_key(|handoff| handoff.name.key());
    for (handoff, language) in handoffs.iter().zip(["de", "en"]) {
        let file = serde_json::to_value(handoff).unwrap();
        assert_eq!(file["channels"][0]["outboundnumber"], "acme");
        let path = format!("/handoffs/{}/download", handoff.id);
        let asks = browser.get(&path).await.html.contains("id=\"language-twilio\"");
        assert_eq!(asks, language == "en");
        let document = browser.get(&format!("{path}?format=twilio&language=en")).await;
        document.says(200, &format!("\"language\": \"{language}\""));
    }
}

#[tokio::test]
async fn a_file_is_read_as_what_is_pasted() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::CampaignManager).await;
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n";
    let token = part("csrf", &browser.csrf);
    for (body, status, words) in [
        (format!("{token}{file}{TEMPLATE}\r\n--edge--\r\n"), 200, "1 new handoff"),
        (format!("{file}{TEMPLATE}\r\n--edge--\r\n"), 403, "nothing was changed"),
        (format!("{token}{file}\u{0}\u{1}\r\n--edge--\r\n"), 422, "line 1, column 1: "),
        (format!("{token}{file}[1]\r\n--edge--\r\n"), 422, "No format that is known"),
        (format!("{token}{file}{TEMPLATE}"), 400, "arrived incomplete"),
    ] {
        let request = Request::post("/import").header("content-type", "multipart/form-data; boundary=edge");
        browser.send(request.body(Body::from(body)).unwrap()).await.says(status, words);
    }
}

#[tokio::test]
async fn settings_are_changed_by_whom_has_seen_them() {
    let service = Service::new().await;
    let mut browser = service.signed_in(Role::Administrator).await;
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
