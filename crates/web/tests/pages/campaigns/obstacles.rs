//! Why waiting messages are not sent.

use outbound_app::{LaneId, ReadCampaigns};
use outbound_model::{Role, Timestamp};
use outbound_reporting::ReportingChannel;
use outbound_store::{Campaigns, Lane};

use crate::service::{ACCOUNT, Service};

/// Changes the sender of the campaigns of these tests.
async fn change_lane(service: &Service, change: impl FnOnce(&mut Lane)) {
    let id = LaneId::new(ReportingChannel::Sms, "14155550170");
    let mut transaction = service.store.write_campaigns(&ACCOUNT.parse().unwrap()).await.unwrap();
    let mut lane = transaction.lane(&id).await.unwrap().unwrap();
    change(&mut lane);
    transaction.save_lane(&lane).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_sender_that_stopped_is_resumed() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 1).await;
    change_lane(&service, |lane| lane.paused_reason = Some("twilio_<20003>".to_owned())).await;
    let (path, post) = (format!("/campaigns/{id}"), format!("/campaigns/{id}/resume-sender"));
    let mut reader = service.logged_in(Role::Lpa).await;
    let seen = reader.get(&path).await;
    seen.says(200, "SMS <code dir=\"auto\">14155550170</code> has stopped");
    seen.says(200, "twilio_&lt;20003&gt;");
    seen.says(200, "Correct the cause");
    reader.get("/campaigns").await.says(200, "Sender stopped");
    change_lane(&service, |lane| lane.paused_reason = Some("outbound_twilio_20003".to_owned())).await;
    reader.get(&path).await.says(200, "whose numbers end in 9920");
    assert!(!seen.html.contains(&post), "{seen:?}");
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let lane = browser.get(&path).await.value("lane");
    for wrong in ["", "sms", "sms/1", "fax/14155550170"] {
        browser.post(&post, &[("lane", wrong)]).await.says(404, "no such sender");
    }
    let done = browser.post(&post, &[("lane", &lane)]).await;
    let page = browser.get(done.header("location")).await;
    page.says(200, "The sender was resumed");
    assert!(!page.html.contains("has stopped"), "{page:?}");
    page.says(200, "href=\"/campaigns\">All campaigns");
    assert!(!browser.get("/campaigns").await.html.contains("Sender stopped"));
    let lanes = service.app.lanes(&service.grant::<ReadCampaigns>()).await.unwrap();
    assert!(lanes.iter().all(|lane| lane.paused_reason.is_none()), "{lanes:?}");
}

#[tokio::test]
async fn the_page_says_until_when_nothing_is_sent() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 1).await;
    let path = format!("/campaigns/{id}");
    let mut browser = service.logged_in(Role::Lpa).await;
    let until: Timestamp = "2016-09-22T16:31:00Z".parse().unwrap();
    change_lane(&service, |lane| lane.blocked_until = Some(until)).await;
    browser.get(&path).await.says(200, "2016-09-22 16:31 UTC</time>");
    service.pass(60);
    assert!(!browser.get(&path).await.html.contains("16:31 UTC</time>"));
    service.store.hold_sending(Some(until)).await.unwrap();
    browser.get(&path).await.says(200, "may be an old copy");
    service.app.confirm_sending().await.unwrap();
    assert!(!browser.get(&path).await.html.contains("may be an old copy"));
}
