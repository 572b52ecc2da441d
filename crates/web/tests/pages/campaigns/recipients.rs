//! The recipients of a campaign.

use std::sync::Arc;

use outbound_app::NoMarker;
use outbound_campaigns::{CampaignId, SkipReason, Transition};
use outbound_model::Role;

use super::FIRST_DIGITS;
use crate::service::{Response, Service};

/// The numbers of the listed recipients.
fn numbers(page: &Response) -> Vec<u32> {
    let rows = page.html.split("<th scope=\"row\">Recipient ").skip(1);
    rows.map(|rest| rest.split('<').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn recipients_are_listed_on_pages_and_filtered() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 60).await;
    for number in (0..60).filter(|number| number % 3 == 0) {
        service.fail(&id, number).await;
    }
    for (number, reason) in [(1, SkipReason::OptedOut), (2, SkipReason::OpenConversation)] {
        service.change(&id, number, &[Transition::Skip(reason)]).await;
    }
    let path = format!("/campaigns/{id}/recipients");
    let mut browser = service.logged_in(Role::Lpa).await;
    let first = browser.get(&path).await;
    assert_eq!(numbers(&first), (0..50).collect::<Vec<_>>());
    first.says(200, &format!("href=\"{path}?after=49\""));
    first.says(200, "<code dir=\"auto\">twilio_30003</code>");
    first.says(200, "Not before");
    first.says(200, "The consumer opted out.");
    first.says(200, "The consumer had an open conversation.");
    let second = browser.get(&format!("{path}?after=49")).await;
    assert_eq!(numbers(&second), (50..60).collect::<Vec<_>>());
    second.says(200, "First page");
    assert!(!second.html.contains("rel=\"next\""), "{second:?}");
    let failed = browser.get(&format!("{path}?state=failed")).await;
    assert_eq!(numbers(&failed), (0..60).filter(|number| number % 3 == 0).collect::<Vec<_>>());
    failed.says(200, "value=\"failed\" selected");
    browser
        .get(&format!("{path}?state=sent"))
        .await
        .says(200, "No recipient of this campaign is in this state");
    for (query, says) in [
        ("state=fax", "fax is not a state of recipients"),
        ("state=%3Cb%3E", "&lt;b&gt; is not a state"),
        ("after=x", "x is not the number"),
        ("after=-1", "-1 is not the number"),
    ] {
        let page = browser.get(&format!("{path}?{query}")).await;
        page.says(400, says);
        page.says(400, "Autumn");
    }
}

#[tokio::test]
async fn a_page_of_unknown_outcomes_is_not_too_large() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 51).await;
    for number in 0..51 {
        service.lose(&id, number).await;
    }
    let mut browser = service.logged_in(Role::Administrator).await;
    let page = browser.get(&format!("/campaigns/{id}/recipients?state=unknown")).await;
    assert_eq!(page.html.matches("/send-again\"").count(), 50);
    assert!(page.html.len() < 100 * 1024, "{} bytes", page.html.len());
}

#[tokio::test]
async fn only_administrators_see_complete_addresses() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 1).await;
    let path = format!("/campaigns/{id}/recipients");
    let address = format!("12125550{FIRST_DIGITS}");
    for role in [Role::Lpa, Role::CampaignManager] {
        let page = service.logged_in(role).await.get(&path).await;
        page.says(200, &format!("•{FIRST_DIGITS}</code>"));
        page.says(200, "Only administrators see the whole address");
        assert!(!page.html.contains(&address), "{page:?}");
    }
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.get(&path).await.says(200, &address);
}

#[tokio::test]
async fn each_recipient_links_to_its_time_line() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    let recipients = service.read_recipients(&id).await;
    // The events reach reporting in the background.
    let app = service.app.clone();
    let running =
        tokio::spawn(async move { app.run_campaigns(std::future::pending(), Arc::new(NoMarker)).await });
    let mut browser = service.logged_in(Role::Lpa).await;
    let page = browser.get(&format!("/campaigns/{id}/recipients")).await;
    for recipient in recipients {
        let time_line = format!("/reports/transactions/{}", recipient.transaction);
        page.says(200, &format!("href=\"{time_line}\""));
        let mut message = browser.get(&time_line).await;
        for _ in 0..200 {
            if message.status != 404 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            message = browser.get(&time_line).await;
        }
        message.says(200, "Time line");
        message.says(200, &format!("href=\"/campaigns/{id}\">Autumn</a>"));
    }
    running.abort();
}

/// A campaign with one unknown outcome, of recipient 1.
async fn with_unknown(service: &Service) -> CampaignId {
    let id = service.campaign("Autumn", 3).await;
    service.lose(&id, 1).await;
    id
}

#[tokio::test]
async fn a_message_with_an_unknown_outcome_is_sent_again_after_a_question() {
    let service = Service::new().await;
    let id = with_unknown(&service).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let list = browser.get(&format!("/campaigns/{id}/recipients")).await;
    let path = format!("/campaigns/{id}/recipients/1/send-again");
    assert_eq!(list.html.matches("/send-again\"").count(), 1);
    list.says(200, &format!("href=\"{path}\""));
    let question = browser.get(&path).await;
    question.says(200, "the consumer gets it twice");
    assert_eq!(service.state(&id, 1).await, "unknown");
    let done = browser.post(&path, &[]).await;
    browser.get(done.header("location")).await.says(200, "The message is sent again");
    assert_eq!(service.state(&id, 1).await, "waiting");
    // A second submission sends nothing again, also after the message was sent.
    browser.post(&path, &[]).await.says(409, "Send again is not possible in the state waiting");
    service.change(&id, 1, &[Transition::Start, Transition::Accept]).await;
    browser.post(&path, &[]).await.says(409, "Send again is not possible in the state sent");
    assert_eq!(service.state(&id, 1).await, "sent");
}

#[tokio::test]
async fn a_message_with_an_unknown_outcome_counts_as_sent() {
    let service = Service::new().await;
    let id = with_unknown(&service).await;
    let path = format!("/campaigns/{id}/recipients/1/count-as-sent");
    let mut reader = service.logged_in(Role::Lpa).await;
    let list = reader.get(&format!("/campaigns/{id}/recipients?state=unknown")).await;
    assert_eq!(numbers(&list), [1]);
    assert!(!list.html.contains("count-as-sent"), "{list:?}");
    reader.post(&path, &[]).await.says(403, "Your role does not allow this");
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let done = browser.post(&path, &[]).await;
    assert_eq!(
        done.header("location"),
        format!("/campaigns/{id}/recipients?state=unknown&done=recipient-counted-as-sent")
    );
    browser.get(done.header("location")).await.says(200, "The message counts as sent");
    assert_eq!((service.state(&id, 1).await, service.state(&id, 0).await), ("sent", "waiting"));
    browser.post(&path, &[]).await.says(409, "Count as sent is not possible in the state sent");
    let forged = browser.post_as_is(&path, &[("csrf", "x")], &[]).await;
    assert_eq!(forged.status, 403, "{forged:?}");
}
