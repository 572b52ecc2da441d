//! The list of campaigns.

use outbound_model::Role;

use super::sms;
use crate::service::{PASSWORD, Response, Service};

/// The links to campaigns on a page.
fn campaigns(page: &Response) -> Vec<String> {
    let links = page.html.split("href=\"/campaigns/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_empty_list_explains_how_to_create_a_campaign() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let page = browser.get("/campaigns").await;
    page.says(200, "No campaigns yet");
    let path = "/api/v2/account/12345678/campaign";
    page.says(200, &format!("{path}'"));
    browser.post(path, &[]).await.says(401, "");
    page.says(200, "outbound connection create --account 12345678 ");
    page.says(200, "Ask an administrator for a client");
    page.says(200, "<code>campaigns.launch</code>");
    service
        .logged_in(Role::Administrator)
        .await
        .get("/campaigns")
        .await
        .says(200, "href=\"/settings/clients\"");
}

#[tokio::test]
async fn campaigns_are_listed_newest_first_on_pages() {
    let service = Service::new().await;
    service.connect_sandbox().await;
    let mut ids = Vec::new();
    for number in 0..35 {
        ids.push(service.accept(&sms(&format!("Campaign {number}"), 1)).await.to_string());
        // Some have the same time.
        service.pass(number % 2);
    }
    let mut browser = service.logged_in(Role::Lpa).await;
    let first = browser.get("/campaigns").await;
    first.says(200, "0 of 1 done, 0.0 %");
    first.says(200, "Running");
    let next = first.html.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let second = browser.get(next.split('"').next().unwrap()).await;
    second.says(200, "First page");
    assert!(!second.html.contains("rel=\"next\""), "{second:?}");
    assert_eq!((campaigns(&first).len(), campaigns(&second).len()), (30, 5));
    let mut seen = [campaigns(&first), campaigns(&second)].concat();
    let times = |id: &String| ids.iter().position(|known| known == id).unwrap() / 2;
    assert!(seen.windows(2).all(|pair| times(&pair[0]) >= times(&pair[1])), "{seen:?}");
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
    for before in ["x", "1-", "-1-a9cRASfbQ", "99999999999999999999-a9cRASfbQ"] {
        let page = browser.get(&format!("/campaigns?before={before}")).await;
        assert_eq!(campaigns(&page), campaigns(&first), "{before}");
    }
}

#[tokio::test]
async fn names_are_escaped() {
    let service = Service::new().await;
    let id = service.campaign("<script>alert(1)</script>", 1).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for path in ["", "/cancel", "/retry", "/recipients"] {
        let page = browser.get(&format!("/campaigns/{id}{path}")).await;
        page.says(200, "&lt;script&gt;alert(1)&lt;/script&gt;");
        assert!(!page.html.contains("<script>"), "{page:?}");
    }
    let page = browser.get("/campaigns").await;
    page.says(200, "&lt;script&gt;alert(1)&lt;/script&gt;");
    assert!(!page.html.contains("<script>"), "{page:?}");
}

#[tokio::test]
async fn accounts_do_not_see_campaigns_of_each_other() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 2).await;
    service.lose(&id, 0).await;
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", PASSWORD).await;
    eve.get("/campaigns").await.says(200, "No campaigns yet");
    for path in ["", "/recipients", "/cancel", "/launch", "/retry", "/recipients/0/send-again"] {
        eve.get(&format!("/campaigns/{id}{path}")).await.says(404, "no campaign");
    }
    for path in ["pause", "cancel", "retry", "recipients/0/send-again", "recipients/0/count-as-sent"] {
        eve.post(&format!("/campaigns/{id}/{path}"), &[]).await.says(404, "");
    }
    let campaign = service.read_campaign(&id).await;
    assert_eq!((campaign.control.as_str(), campaign.counts.unknown), ("launched", 1));
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 1).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for campaign in ["a9cRASfbQ", "no%20id", "x", "a9cRASfb%00"] {
        for path in ["", "/recipients", "/cancel", "/launch", "/retry", "/recipients/0/send-again"] {
            browser.get(&format!("/campaigns/{campaign}{path}")).await.says(404, "no ");
        }
        for path in ["pause", "resume", "launch", "cancel", "retry", "recipients/0/count-as-sent"] {
            browser.post(&format!("/campaigns/{campaign}/{path}"), &[]).await.says(404, "no ");
        }
    }
    for number in ["1", "-1", "x", "4294967296", "4294967295"] {
        let path = format!("/campaigns/{id}/recipients/{number}");
        browser.get(&format!("{path}/send-again")).await.says(404, "no such recipient");
        browser.post(&format!("{path}/count-as-sent"), &[]).await.says(404, "recipient");
    }
}
