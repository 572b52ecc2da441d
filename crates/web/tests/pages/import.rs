//! Imports and downloads in the web tool.
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use outbound_http::HttpLimits;
use outbound_model::Role;
use tokio::time::{sleep, timeout};

use crate::handoffs::{TEMPLATE, count};
use crate::service::{ACCOUNT, Service};

#[tokio::test]
async fn an_import_is_previewed_first() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
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
async fn an_import_adds_missing_values_and_a_download_asks_for_them() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
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
async fn a_file_is_read_like_pasted_text() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n";
    let token = part("csrf", &browser.csrf);
    for (body, status, words) in [
        (format!("{token}{file}{TEMPLATE}\r\n--edge--\r\n"), 200, "1 new handoff"),
        (format!("{file}{TEMPLATE}\r\n--edge--\r\n"), 403, "nothing was changed"),
        (format!("{token}{file}\u{0}\u{1}\r\n--edge--\r\n"), 422, "line 1, column 1: "),
        (format!("{token}{file}[1]\r\n--edge--\r\n"), 422, "The format is unknown."),
        (format!("{token}{file}{TEMPLATE}"), 400, "arrived incomplete"),
    ] {
        let request = Request::post("/import").header("content-type", "multipart/form-data; boundary=edge");
        browser.send(request.body(Body::from(body)).unwrap()).await.says(status, words);
    }
}

/// Its task must not end with the page.
#[tokio::test]
async fn an_import_that_waits_too_long_continues_after_its_page() {
    let limits = HttpLimits { request: Duration::from_millis(2100), ..HttpLimits::default() };
    let service = Service::new().await.with_limits(limits);
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let turn = service.app.queue_import(&service.grant()).unwrap().permit().await.unwrap();
    let plan = browser.post("/import", &[("text", TEMPLATE), ("do", "plan")]).await;
    plan.says(503, "The preview takes too long");
    let slow = browser.post("/import", &[("text", TEMPLATE), ("do", "import")]).await;
    slow.says(503, "The import takes longer than usual");
    slow.says(503, "It continues.");
    assert_eq!(count(&service).await, 0);
    drop(turn);
    let imported = async {
        while count(&service).await == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_mins(2), imported).await.expect("the import ends");
}
