//! Decisions about a campaign.

use outbound_campaigns::{CampaignId, Control, Transition};
use outbound_model::Role;

use crate::service::{Response, Service};

/// The buttons and links that decide, as they are on the page of a campaign.
async fn decisions(service: &Service, role: Role, id: &CampaignId) -> Vec<&'static str> {
    let mut browser = service.browser();
    if !browser.log_in(role.as_str(), crate::service::PASSWORD).await.status.is_redirection() {
        browser = service.logged_in(role).await;
    }
    let page = browser.get(&format!("/campaigns/{id}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let all = ["launch", "pause", "resume", "cancel", "retry"];
    all.into_iter().filter(|action| page.html.contains(&format!("=\"/campaigns/{id}/{action}\""))).collect()
}

#[tokio::test]
async fn the_status_and_the_role_determine_the_decisions() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    let manager = Role::CampaignManager;
    assert_eq!(decisions(&service, manager, &id).await, ["pause", "cancel"]);
    assert!(decisions(&service, Role::Lpa, &id).await.is_empty());
    service.fail(&id, 0).await;
    assert_eq!(decisions(&service, manager, &id).await, ["pause", "cancel", "retry"]);
    service.set_control(&id, Control::Paused, None).await;
    assert_eq!(decisions(&service, manager, &id).await, ["resume", "cancel", "retry"]);
    let mut browser = service.logged_in(Role::Administrator).await;
    browser.post(&format!("/campaigns/{id}/resume"), &[]).await.says(303, "");
    service.change(&id, 1, &[Transition::Start, Transition::Accept]).await;
    assert_eq!(decisions(&service, manager, &id).await, ["retry"], "finished");
    service.pass(8 * 24 * 3600);
    assert!(decisions(&service, manager, &id).await.is_empty(), "expired");
}

#[tokio::test]
async fn a_campaign_is_paused_resumed_and_cancelled() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    let path = format!("/campaigns/{id}");
    let mut browser = service.logged_in(Role::CampaignManager).await;
    for (decision, notice, control) in [
        ("pause", "The campaign was paused", Control::Paused),
        ("resume", "The campaign was resumed", Control::Launched),
        ("cancel", "The campaign was cancelled", Control::Cancelled),
    ] {
        if decision == "cancel" {
            browser.get(&format!("{path}/cancel")).await.says(200, "Cancel Autumn?");
            assert_eq!(service.read_campaign(&id).await.control, Control::Launched);
        }
        let done = browser.post(&format!("{path}/{decision}"), &[]).await;
        assert_eq!(done.status, 303, "{done:?}");
        browser.get(done.header("location")).await.says(200, notice);
        assert_eq!(service.read_campaign(&id).await.control, control);
        // The second submission changes nothing.
        let again = browser.post(&format!("{path}/{decision}"), &[]).await;
        assert_eq!((again.status.as_u16(), again.header("location")), (303, &*path), "{again:?}");
        assert_eq!(service.read_campaign(&id).await.control, control);
    }
    for decision in ["pause", "resume", "launch"] {
        let page = browser.post(&format!("{path}/{decision}"), &[]).await;
        page.says(409, &format!("{} is not possible in the state cancelled.", capital(decision)));
        page.says(409, "<h1 dir=\"auto\">Autumn</h1>");
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[tokio::test]
async fn a_draft_is_launched_after_a_question() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    service.set_control(&id, Control::Draft, None).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    assert_eq!(decisions(&service, Role::Administrator, &id).await, ["launch", "cancel"]);
    let path = format!("/campaigns/{id}/launch");
    let question = browser.get(&path).await;
    question.says(200, "Launch Autumn?");
    question.says(200, "2 consumers get a message");
    question.says(200, &format!("action=\"{path}\""));
    assert_eq!(service.read_campaign(&id).await.control, Control::Draft);
    browser.post(&path, &[]).await.says(303, "");
    assert_eq!(service.read_campaign(&id).await.control, Control::Launched);
}

#[tokio::test]
async fn nobody_is_asked_about_what_is_not_possible() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = format!("/campaigns/{id}");
    let refuses = |page: &Response, reason: &str| {
        page.says(409, reason);
        page.says(409, "<h1 dir=\"auto\">Autumn</h1>");
    };
    refuses(&browser.get(&format!("{path}/launch")).await, "Launch is not possible in the state running.");
    service.set_control(&id, Control::Cancelled, None).await;
    for action in ["launch", "cancel", "retry"] {
        let reason = format!("{} is not possible in the state cancelled.", capital(action));
        refuses(&browser.get(&format!("{path}/{action}")).await, &reason);
    }
}

#[tokio::test]
async fn the_page_says_why_a_campaign_is_paused() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = format!("/campaigns/{id}");
    service.set_control(&id, Control::Paused, Some("50 failures in a row <b>")).await;
    browser.get(&path).await.says(200, "50 failures in a row &lt;b&gt;.");
    browser.post(&format!("{path}/resume"), &[]).await.says(303, "");
    browser.post(&format!("{path}/pause"), &[]).await.says(303, "");
    let page = browser.get(&path).await;
    page.says(200, "A user paused this campaign");
    assert!(!page.html.contains("50 failures"), "{page:?}");
    browser.post(&format!("{path}/resume"), &[]).await.says(303, "");
    service.set_control(&id, Control::Paused, Some("outbound_wa_132015")).await;
    let explained = "outbound_wa_132015</code>. WhatsApp paused the template for its low quality. Improve";
    browser.get(&path).await.says(200, explained);
}

#[tokio::test]
async fn failed_messages_are_retried_once() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 3).await;
    for number in [0, 2] {
        service.fail(&id, number).await;
    }
    let path = format!("/campaigns/{id}/retry");
    let mut browser = service.logged_in(Role::CampaignManager).await;
    browser.get(&path).await.says(200, "Retry the failed messages of Autumn?");
    assert_eq!(service.read_campaign(&id).await.counts.failed, 2);
    let done = browser.post(&path, &[]).await;
    browser.get(done.header("location")).await.says(200, "The failed messages are sent again");
    let again = browser.post(&path, &[]).await;
    assert_eq!((again.status.as_u16(), again.header("location")), (303, &*format!("/campaigns/{id}")));
    let retries: Vec<_> = service.read_recipients(&id).await.iter().map(|r| r.retries).collect();
    assert_eq!((retries, service.read_campaign(&id).await.counts.waiting), (vec![1, 0, 1], 3));
    browser.get(&format!("/campaigns/{id}/recipients")).await.says(200, "sent again 1 time");
    service.fail(&id, 0).await;
    service.pass(8 * 24 * 3600);
    let mut browser = service.browser();
    browser.log_in(Role::CampaignManager.as_str(), crate::service::PASSWORD).await;
    browser.post(&path, &[]).await.says(409, "Retry is not possible in the state expired.");
}
