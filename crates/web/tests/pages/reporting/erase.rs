//! Erasure of a consumer.

use outbound_model::Role;

use super::{ADDRESS, messages, record, traffic};
use crate::service::{ACCOUNT, Service};

const PATH: &str = "/reports/erase";

#[tokio::test]
async fn a_consumer_is_erased_after_a_confirmation() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let list = browser.get("/reports/transactions?status=RESPONDED").await;
    let [message] = &messages(&list)[..] else { panic!("{list:?}") };
    browser.get(message).await.says(200, ADDRESS);

    browser.get("/reports").await.says(200, "href=\"/reports/erase\"");
    let question = browser.post(PATH, &[("address", ADDRESS)]).await;
    question.says(200, &format!("Erase the consumer {ADDRESS}?"));
    browser.get(message).await.says(200, ADDRESS);
    let confirmed = [("address", ADDRESS), ("confirmed", "1")];
    let erased = browser.post(PATH, &confirmed).await;
    browser.get(erased.header("location")).await.says(200, "The consumer was erased.");
    let page = browser.get(message).await;
    page.says(200, "Not reported, or erased");
    assert!(!page.html.contains(ADDRESS), "{page:?}");
    browser.post(PATH, &confirmed).await.says(404, "No message of this account has this address.");
    browser.post(PATH, &[("address", " ")]).await.says(400, "address");

    let mut manager = service.logged_in(Role::CampaignManager).await;
    let board = manager.get("/reports").await;
    assert!(!board.html.contains(PATH), "{board:?}");
}
