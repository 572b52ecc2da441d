//! Requirements for every page (content policy, heading, labels, size), and error pages.
use crate::campaigns::sms;
use crate::service::{ACCOUNT, Response, Service};
use axum::body::Body;
use axum::http::Request;
use outbound_campaigns::Control;
use outbound_model::Role;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
const MAX_PAGE_SIZE: usize = 100 * 1024;

fn assert_page(path: &str, page: &Response) {
    for (name, expected) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        // The Back button must not show pages after logging out.
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(page.header(name), expected, "{path}: {name}");
    }
    assert!(page.html.len() < MAX_PAGE_SIZE, "{path}: {} bytes", page.html.len());
    assert_eq!(page.html.matches("<h1").count(), 1, "{path}");
    assert_eq!(page.html.matches("<main ").count(), 1, "{path}");
    for forbidden in [" style=", " onclick=", "<style", "javascript:"] {
        assert!(!page.html.contains(forbidden), "{path}: {forbidden}");
    }
    for input in page.html.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let id = input.split_once("id=\"").map(|(_, rest)| rest.split('"').next().unwrap());
        let labelled = input.contains("type=\"hidden\"")
            || input.contains("aria-label=")
            || ["checkbox", "radio"].iter().any(|kind| input.contains(&format!("type=\"{kind}\"")))
            || id.is_some_and(|id| page.html.contains(&format!("for=\"{id}\"")));
        assert!(labelled, "{path}: {input}");
    }
}

#[tokio::test]
async fn every_page_meets_the_requirements() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let own = ["", "/edit", "/review", "/history", "/download", "/compare?from=1&to=1"];
    let pages = own.iter().map(|page| format!("/handoffs/{id}{page}"));
    let campaign = service.campaign("Autumn", 3).await;
    service.lose(&campaign, 0).await;
    service.fail(&campaign, 1).await;
    service.app.add_opt_out(&service.grant(), "+12125550100").await.unwrap();
    let draft = service.accept(&sms("Winter", 1)).await;
    service.set_control(&draft, Control::Draft, None).await;
    let own = ["", "/cancel", "/retry", "/recipients", "/recipients/0/send-again"];
    let campaigns = own.iter().map(|page| format!("/campaigns/{campaign}{page}"));
    let campaigns = campaigns.chain([format!("/campaigns/{draft}/launch")]);
    let others = [
        "/campaigns",
        "/opt-outs",
        "/handoffs",
        "/handoffs/new",
        "/handoffs?state=archived",
        "/import",
        "/connect",
        "/reports",
        "/reports/transactions",
        "/reports/files",
        "/reports/erase",
        "/audit",
        "/settings",
        "/settings/clients",
        "/settings/api-keys",
        "/settings/users",
        "/password",
        "/login",
    ];
    for path in pages.chain(campaigns).chain(others.map(str::to_owned)) {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_page(&path, &page);
    }
}

/// Without the script, changing the theme returns to this path with GET.
#[tokio::test]
async fn pages_after_a_form_return_to_a_page_that_can_be_read() {
    let service = Service::new().await;
    let handoff = service.handoff().await;
    let campaign = service.campaign("Autumn", 1).await;
    service.set_control(&campaign, Control::Cancelled, None).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for (path, fields, status) in [
        (format!("/handoffs/{handoff}/publish"), ("tag", "old"), 409),
        (format!("/handoffs/{handoff}/undo"), ("undo", "x"), 409),
        (format!("/campaigns/{campaign}/resume"), ("", ""), 409),
        (format!("/campaigns/{campaign}/retry"), ("", ""), 409),
        (format!("/campaigns/{campaign}/recipients/0/count-as-sent"), ("", ""), 409),
        ("/opt-outs/remove".to_owned(), ("address", "+12125550100"), 200),
        ("/opt-outs/remove".to_owned(), ("address", ""), 400),
    ] {
        let page = browser.post(&path, &[fields]).await;
        page.says(status, "");
        let back = page.html.split_once("name=\"back\" value=\"").unwrap().1.split('"').next().unwrap();
        browser.get(&back.replace("&amp;", "&")).await.says(200, "");
    }
}

#[tokio::test]
async fn error_pages_show_the_request_id() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Lpa).await;
    for (path, status) in [
        ("/nowhere", 404),
        ("/handoffs/H999", 404),
        ("/handoffs/no%20id", 404),
        ("/settings", 403),
        ("/theme", 405),
        ("/handoffs/H999/compare", 400),
    ] {
        let page = browser.get(path).await;
        page.says(status, page.header("x-request-id"));
        assert_page(path, &page);
    }
}

#[tokio::test]
async fn clients_other_than_browsers_get_json_errors() {
    let service = Service::new().await;
    for (path, accept, html) in [
        ("/nowhere", "text/html", true),
        ("/nowhere", "*/*", false),
        ("/api/account/12345678/app/prmsg/handoffs/list", "text/html", false),
    ] {
        let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
        let response = service.browser().send(request).await;
        assert_eq!(response.html.starts_with("<!DOCTYPE html>"), html, "{path} {accept}");
        assert_eq!(response.html.starts_with('{'), !html, "{path} {accept}");
    }
}

#[tokio::test]
async fn secrets_are_shown_once_and_not_cached() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for (path, fields) in [
        ("/settings/clients", [("name", "Shop"), ("scope", "handoffs.read")]),
        ("/settings/api-keys", [("name", "Shop"), ("x", "")]),
        ("/settings/users", [("username", "carl"), ("role", "lpa")]),
    ] {
        let id = browser.get(path).await.value("id");
        let made = browser.post(path, &[&fields[..], &[("id", &id)]].concat()).await;
        made.says(200, "shown only once");
        assert_eq!(made.header("cache-control"), "no-store");
        let later = browser.get(path).await;
        assert!(!later.html.contains("shown only once"), "{path}");
    }
}

#[tokio::test]
async fn an_administrator_changes_the_roles_of_others() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    browser.post("/settings/users", &[("username", "carl"), ("role", "lpa")]).await.says(200, "carl");
    let role = |role| [("role", role)];
    browser.post("/settings/users/Carl/role", &role("administrator")).await.says(303, "");
    browser.post("/settings/users/carl/role", &role("queen")).await.says(400, "");
    let page = browser.get("/settings/users?done=role-changed").await;
    page.says(200, "Role changed");
    assert!(page.html.contains("aria-label=\"Role of carl\""), "{}", page.html);
    let users = service.app.users(&service.app.operator(&ACCOUNT.parse().unwrap())).await.unwrap();
    let (own, carl) = (&users[0].name, users.iter().find(|user| user.name.as_str() == "carl").unwrap());
    assert_eq!(carl.role, Role::Administrator);
    browser.post(&format!("/settings/users/{own}/role"), &role("agent")).await.says(409, "yourself");
}

#[tokio::test]
async fn the_policy_permits_images_only_from_permitted_hosts() {
    let service = Service::new().await;
    let id = service.handoff().await;
    let mut browser = service.logged_in(Role::Administrator).await;
    let tag = browser.get("/settings").await.value("tag");
    let hosts = |hosts| [("hosts", hosts), ("rules", "provider"), ("tag", tag.as_str())];
    browser.post("/settings", &hosts("cdn.example.com; script-src *")).await.says(400, "is not a host name");
    browser.post("/settings", &hosts("cdn.example.com\nimg.example")).await.says(303, "");
    let page = browser.get(&format!("/handoffs/{id}/edit")).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self' data: https://cdn.example.com https://img.example;"), "{policy}");
}
