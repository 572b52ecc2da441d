//! The pages of a handoff show the same findings.
use crate::service::{Browser, Response, Service};
use outbound_model::{HandoffId, Role};

const TEXT: &str = "/channels/0/messageComponents/0/content";

/// Changes the text in the editor, and saves.
async fn save(browser: &mut Browser<'_>, path: &str, text: &str) -> Response {
    let mut fields = browser.get(path).await.fields();
    fields.retain(|(name, _)| name != TEXT);
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = fields.chain([(TEXT, text), ("op", "save")]).collect();
    browser.post_as_is(path, &fields, &[]).await
}

/// The text of a page without tags and spaces, because pages format the counts differently.
fn text_of(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.flat_map(str::split_whitespace).collect()
}

#[tokio::test]
async fn a_handoff_has_the_same_findings_in_the_editor_and_elsewhere() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = format!("/handoffs/{id}");
    for (text, words) in [
        ("Good ${{1}} from all of us", "1warning"),
        ("Good ${{ 1 }} from all of us", "1error"),
        ("Good morning from all of us", "1warning"),
    ] {
        save(&mut browser, &format!("{path}/edit"), text).await.says(303, "");
        for page in ["", "/edit", "/review"] {
            let seen = browser.get(&format!("{path}{page}")).await;
            assert!(text_of(&seen.html).contains(words), "{text}: {page}: {seen:?}");
        }
        assert!(text_of(&browser.get("/handoffs").await.html).contains(words), "{text}");
    }
}

/// Makes a handoff of one WhatsApp template with this text.
async fn template(service: &Service, name: &str, text: &str) -> HandoffId {
    let template = format!(
        r#"{{"name":"{name}","channels":[{{"type":"wa","language":"en",
            "namespace":"b8520e15_f77b_5f76_fb50_9f756d03676b","templatename":"tea","outboundnumber":"12535277322",
            "messageComponents":[{{"type":"body","variables":[],"content":"{text}"}}]}}]}}"#
    );
    let draft = service.app.read_draft(template.as_bytes()).unwrap();
    service.app.create_draft(&service.grant(), draft, None, None).await.unwrap().handoff.stored.id
}

#[tokio::test]
async fn a_collision_with_another_handoff_is_shown_everywhere() {
    let service = Service::new().await;
    template(&service, "First", "Your tea is ready now.").await;
    service.pass(1);
    let second = template(&service, "Second", "Your tea has been cold for long.").await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = format!("/handoffs/{second}");
    for (text, words) in [
        ("Your tea has been cold for long.", "1error"),
        ("Your tea is ready now.", "Nofindings"),
        ("Your tea is not ready yet.", "1error"),
    ] {
        save(&mut browser, &format!("{path}/edit"), text).await.says(303, "");
        for page in [path.clone(), format!("{path}/edit"), format!("{path}/review")] {
            let seen = browser.get(&page).await;
            assert!(text_of(&seen.html).contains(words), "{text}: {page}: {seen:?}");
            let says = seen.html.contains("uses the same template with other content");
            assert_eq!(says, words == "1error", "{text}: {page}");
        }
        let list = text_of(&browser.get("/handoffs?q=Second").await.html);
        assert!(list.contains(words), "{text}");
        let with_errors = browser.get("/handoffs?errors=1").await;
        assert_eq!(with_errors.html.contains(">Second<"), words == "1error", "{text}");
    }
}

#[tokio::test]
async fn what_is_served_and_the_draft_are_both_shown_by_name() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = format!("/handoffs/{id}");
    browser.get(&path).await.says(200, "Draft: version 1, which consumers do not see yet");
    let tag = browser.get(&format!("{path}/review")).await.value("tag");
    browser.post(&format!("{path}/publish"), &[("tag", &tag)]).await.says(303, "");
    browser.get(&path).await.says(200, "What consumers see now: version 1");
    save(&mut browser, &format!("{path}/edit"), "Good evening from all of us").await.says(303, "");
    let page = browser.get(&path).await;
    let (served, draft) = page.html.split_once("Draft: version 2, which consumers do not see yet").unwrap();
    assert!(served.contains("What consumers see now: version 1") && served.contains("Good morning"));
    assert!(draft.contains("Good evening") && !draft.contains("Good morning"), "{draft}");
    browser.get(&path).await.says(200, "1 day, 0 hours");
}
