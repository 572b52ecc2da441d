//! The messages of a day, and the page of a message.

use outbound_model::Role;

use super::{ADDRESS, events, messages, record, traffic};
use crate::service::{ACCOUNT, Service};

#[tokio::test]
async fn the_messages_of_a_day_are_filtered_and_paged() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let many = (0..120)
        .map(|id| events(&format!("m{id}"), "2016-09-20T10:00:00Z", r#""channel":"inapp","skill":"x""#, &[]));
    record(&service, ACCOUNT, many.collect()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    for (query, expected) in [
        ("", 4),
        ("day=2016-09-21", 2),
        ("day=2016-09-21&error=outbound_wa_470", 1),
        ("day=2016-09-21&error=outbound_wa_4", 0),
        ("day=2016-09-21&status=DELIVERED&channel=wa&handoff=H000000000000001", 1),
        ("status=RESPONDED", 1),
        ("source=UI", 0),
        ("app=c2m", 0),
        ("skill=%3Cb%3E%26%27%22", 1),
    ] {
        let page = browser.get(&format!("/reports/transactions?{query}")).await;
        page.says(200, "Messages of a day");
        assert_eq!(messages(&page).len(), expected, "{query}");
        assert!(!page.html.contains("<b>"), "{query}");
    }
    let (mut path, mut seen) = ("/reports/transactions?day=2016-09-20&channel=inapp".to_owned(), Vec::new());
    loop {
        let page = browser.get(&path).await;
        seen.extend(messages(&page));
        let Some((before, _)) = page.html.split_once("\" rel=\"next\"") else { break };
        path = before.rsplit_once("href=\"").unwrap().1.replace("&amp;", "&");
    }
    seen.dedup();
    assert_eq!((seen.len(), path.contains("offset=100")), (120, true), "{path}");
}

#[tokio::test]
async fn a_message_has_a_time_line_and_its_error_in_words() {
    let service = Service::new().await;
    let handoff = service.handoff().await;
    record(&service, ACCOUNT, traffic().replace("H000000000000001", handoff.as_str())).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let list = browser.get(&format!("/reports/transactions?status=RESPONDED&handoff={handoff}")).await;
    let [path] = &messages(&list)[..] else { panic!("{list:?}") };
    let page = browser.get(path).await;
    for words in
        ["2016-09-22 08:00:01.000", "1.0 s", "3.0 s", "c1", "•••••123", "Only administrators", "Greeting"]
    {
        page.says(200, words);
    }
    assert!(!page.html.contains(ADDRESS), "{page:?}");
    page.says(200, &format!("href=\"/reports?handoff={handoff}\""));
    page.says(200, &format!("href=\"/handoffs/{handoff}\""));
    browser
        .get(&format!("/handoffs/{handoff}"))
        .await
        .says(200, &format!("href=\"/reports?handoff={handoff}\""));
    browser.get(&format!("/reports?handoff={handoff}")).await.says(200, ">Greeting</a>");
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.get(path).await.says(200, ADDRESS);
    let list = browser.get("/reports/transactions?day=2016-09-21&status=FAILED").await;
    browser.get(&messages(&list)[0]).await.says(200, "WhatsApp only accepts templates");
    let list = browser.get("/reports/transactions?channel=sms&status=SKIPPED").await;
    browser.get(&messages(&list)[0]).await.says(200, "&lt;b&gt;");
    // Steps that only a later event proves are marked.
    record(
        &service,
        ACCOUNT,
        events("9", "2016-09-22T09:00:00Z", r#""channel":"wa","skill":"proved""#, &[r#""read""#]),
    )
    .await;
    let list = browser.get("/reports/transactions?skill=proved").await;
    browser.get(&messages(&list)[0]).await.says(200, "a later event proves it");
}
