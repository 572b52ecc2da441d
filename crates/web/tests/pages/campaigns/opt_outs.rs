//! Consumers who get no messages of campaigns.

use axum::body::Body;
use axum::http::Request;
use outbound_app::ReadCampaigns;
use outbound_model::Role;

use crate::service::{Browser, PASSWORD, Response, Service};

const PATH: &str = "/opt-outs";
const REMOVE: &str = "/opt-outs/remove";
const ADDRESS: [(&str, &str); 1] = [("address", "+1 212 555 0100")];
/// The form that sends a file.
const IMPORT: &str = "/opt-outs/import";
const EXPORT: &str = "/opt-outs/export";
const CONFIRMED: [(&str, &str); 2] = [("address", "+1 212 555 0100"), ("confirmed", "1")];

async fn stored(service: &Service) -> Vec<String> {
    let found = service.app.opt_outs(&service.grant::<ReadCampaigns>(), None, 1000).await.unwrap();
    found.iter().map(|opt_out| opt_out.address.as_ref().unwrap().reveal().to_owned()).collect()
}

/// The addresses on a page, as it shows them.
fn addresses(page: &Response) -> Vec<String> {
    let rows = page.html.split("<th scope=\"row\"><code dir=\"auto\">").skip(1);
    rows.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_opt_out_is_added_and_removed_once() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    browser.get(PATH).await.says(200, "No opt-outs");
    for notice in ["The opt-out was added", "This address had opted out already"] {
        let added = browser.post(PATH, &ADDRESS).await;
        browser.get(added.header("location")).await.says(200, notice);
        assert_eq!(stored(&service).await, ["+12125550100"]);
    }
    browser.get(PATH).await.says(200, "User");
    let question = browser.post(REMOVE, &ADDRESS).await;
    question.says(200, "Remove the opt-out of +1 212 555 0100?");
    question.says(200, "name=\"confirmed\" value=\"1\"");
    assert_eq!(stored(&service).await.len(), 1, "nothing changes before the confirmation");
    let removed = browser.post(REMOVE, &CONFIRMED).await;
    browser.get(removed.header("location")).await.says(200, "The opt-out was removed");
    assert!(stored(&service).await.is_empty());
    browser.post(REMOVE, &CONFIRMED).await.says(404, "This address has not opted out.");
}

#[tokio::test]
async fn only_administrators_see_addresses() {
    let service = Service::new().await;
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.post(PATH, &ADDRESS).await.says(303, "");
    let page = administrator.get(PATH).await;
    assert_eq!(addresses(&page), ["+12125550100"]);
    page.says(200, "name=\"address\" value=\"+12125550100\"");
    for (role, has_form) in [(Role::CampaignManager, true), (Role::Lpa, false)] {
        let page = service.logged_in(role).await.get(PATH).await;
        assert_eq!(addresses(&page), ["•••••100"]);
        assert!(!page.html.contains("2125550100"), "{page:?}");
        assert_eq!(page.html.contains("action=\"/opt-outs\""), has_form, "{role}");
    }
}

#[tokio::test]
async fn an_opt_out_without_an_address_is_listed() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    browser.post(PATH, &ADDRESS).await.says(303, "");
    assert!(service.app.erase_consumer(&service.grant(), "+12125550100").await.unwrap());
    let page = browser.get(PATH).await;
    page.says(200, "Address not stored");
    assert!(
        addresses(&page).is_empty() && !page.html.contains("type=\"hidden\" name=\"address\""),
        "{page:?}"
    );
}

#[tokio::test]
async fn opt_outs_are_listed_on_pages() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for number in 0..60 {
        let address = format!("+12125550{}", 100 + number);
        service.app.add_opt_out(&service.grant(), &address).await.unwrap();
    }
    let first = browser.get(PATH).await;
    assert!(first.html.len() < 100 * 1024, "{} bytes", first.html.len());
    let next = first.html.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let second = browser.get(next.split('"').next().unwrap()).await;
    second.says(200, "First page");
    assert!(!second.html.contains("rel=\"next\""), "{second:?}");
    assert_eq!((addresses(&first).len(), addresses(&second).len()), (50, 10));
    let mut seen = [addresses(&first), addresses(&second)].concat();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 60);
    assert_eq!(addresses(&browser.get("/opt-outs?after=x").await), addresses(&first));
}

#[tokio::test]
async fn bad_addresses_are_explained_and_kept() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let long = "1".repeat(129);
    for path in [PATH, REMOVE] {
        for (address, kept) in [("", ""), (" ", ""), (&*long, &*long), ("a\u{7}\"b", "a\u{7}&quot;b")] {
            let fields = [("address", address), ("confirmed", "1")];
            let page = browser.post(path, &fields).await;
            page.says(400, &format!("value=\"{}", if kept.is_empty() { address } else { kept }));
            page.says(400, "role=\"alert\"");
        }
    }
    browser.post(PATH, &[("address", "hello")]).await.says(400, "Expected a phone number");
    browser.post(PATH, &[("address", "<b>1</b>")]).await.says(303, "");
    let page = browser.post(REMOVE, &[("address", "<b>1</b>")]).await;
    page.says(200, "&lt;b&gt;1&lt;/b&gt;?");
    assert!(!page.html.contains("<b>"), "{page:?}");
}

#[tokio::test]
async fn accounts_have_their_own_opt_outs() {
    let service = Service::new().await;
    service.logged_in(Role::Administrator).await.post(PATH, &ADDRESS).await.says(303, "");
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", PASSWORD).await;
    eve.get(PATH).await.says(200, "No opt-outs");
    eve.post(REMOVE, &CONFIRMED).await.says(404, "has not opted out");
    assert_eq!(stored(&service).await.len(), 1);
}

/// Sends a file as browsers do.
async fn import(browser: &mut Browser<'_>, file: &str) -> Response {
    let part = "--edge\r\nContent-Disposition: form-data; name=";
    let body = format!(
        "{part}\"csrf\"\r\n\r\n{}\r\n{part}\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--edge--\r\n",
        browser.csrf
    );
    let request = Request::post(IMPORT).header("content-type", "multipart/form-data; boundary=edge");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_is_imported_and_downloaded() {
    let service = Service::new().await;
    let mut manager = service.logged_in(Role::CampaignManager).await;
    manager.get(PATH).await.says(200, "action=\"/opt-outs/import\"");
    manager.post(PATH, &ADDRESS).await.says(303, "");
    let file = "Phone,since\n+12125550100,2020\n<b>hello</b>\n+12125550101\nmember-2048\n";
    let page = import(&mut manager, file).await;
    for words in ["Added: 2", "Opted out already: 1", "No addresses: 1", "Expected a phone number"] {
        page.says(200, words);
    }
    assert!(page.html.contains("<th scope=\"row\">3</th>") && !page.html.contains("<b>"), "{page:?}");
    assert_eq!(stored(&service).await.len(), 3);
    import(&mut manager, "").await.says(200, "Added: 0");
    let many: Vec<_> = (0..10_001).map(|number| format!("member-{number}")).collect();
    import(&mut manager, &many.join("\n")).await.says(400, "at most 10000 addresses");
    assert_eq!(stored(&service).await.len(), 3, "a file that is too long changes nothing");

    let page = manager.get(PATH).await;
    assert!(!page.html.contains(EXPORT), "{page:?}");
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.get(PATH).await.says(200, "href=\"/opt-outs/export\"");
    let file = administrator.get(EXPORT).await;
    assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(file.header("cache-control"), "private, no-store");
    let mut lines: Vec<_> = file.html.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["+12125550100", "+12125550101", "member-2048"]);
    let page = import(&mut manager, &file.html).await;
    page.says(200, "Opted out already: 3");
}
