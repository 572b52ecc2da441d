//! Forms are accepted only from pages of this site and of the same session.
use crate::service::Service;
use outbound_model::{HandoffState, Role};

#[tokio::test]
async fn a_form_without_the_csrf_token_is_rejected() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let other = service.logged_in(Role::Administrator).await;
    for csrf in ["", "0", &"0".repeat(64), &other.csrf] {
        let archive = format!("/handoffs/{id}/archive");
        browser.post_as_is(&archive, &[("csrf", csrf)], &[]).await.says(403, "nothing was changed");
    }
    assert_eq!(service.stored(&id).await.state(), HandoffState::Draft);
}

#[tokio::test]
async fn a_form_from_another_site_is_rejected() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let (path, csrf) = (format!("/handoffs/{id}/unpublish"), browser.csrf.clone());
    let tag = outbound_app::HandoffTag::of(&service.stored(&id).await).to_string();
    for (header, expected) in [
        (("sec-fetch-site", "cross-site"), 403),
        (("sec-fetch-site", "same-site"), 403),
        (("origin", "https://evil.example"), 403),
        (("origin", "null"), 403),
        (("origin", "http://localhost:8080"), 303),
        (("sec-fetch-site", "same-origin"), 303),
    ] {
        let response = browser.post_as_is(&path, &[("csrf", &csrf), ("tag", &tag)], &[header]).await;
        assert_eq!(response.status.as_u16(), expected, "{header:?}");
    }
}

#[tokio::test]
async fn handoffs_of_other_accounts_are_not_found() {
    let service = Service::new().await;
    let id = service.handoff().await;
    service.app.create_account("other".parse().unwrap()).await.unwrap();
    service.user_of("other", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("other", "eve", crate::service::PASSWORD).await;
    for page in ["", "/review", "/history", "/edit", "/download", "/compare?from=1&to=1"] {
        eve.get(&format!("/handoffs/{id}{page}")).await.says(404, "<h1>Not found</h1>");
    }
    for act in ["publish", "unpublish", "archive", "restore", "versions/1/restore"] {
        let path = format!("/handoffs/{id}/{act}");
        eve.post(&path, &[("tag", "1-0-draft")]).await.says(404, "<h1>Not found</h1>");
    }
    let list = eve.get("/handoffs").await;
    list.says(200, "No handoffs yet");
    assert!(!list.html.contains("Greeting"));
}
