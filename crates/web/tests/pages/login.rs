//! Sessions: logging in and out, lockout, forms of expired sessions, and the first administrator.
use crate::service::{ACCOUNT, PASSWORD, Service};
use outbound_model::Role;

#[tokio::test]
async fn signing_in_gives_access_and_signing_out_ends_it() {
    let service = Service::new().await;
    service.user("anna", Role::Lpa).await;
    let mut browser = service.browser();
    assert_eq!(browser.get("/handoffs?q=a").await.header("location"), "/login?back=%2Fhandoffs%3Fq%3Da");
    let response = browser.log_in("Anna", PASSWORD).await;
    assert_eq!((response.status.as_u16(), response.header("location")), (303, "/"));
    browser.get("/handoffs").await.says(200, "<h1>Handoffs</h1>");
    let out = browser.post("/logout", &[]).await;
    assert_eq!((out.header("location"), out.header("clear-site-data")), ("/login", "\"cache\""));
    assert_eq!(browser.get("/").await.header("location"), "/login");
}

#[tokio::test]
async fn the_session_cookie_is_http_only_and_bound_to_the_host_with_tls() {
    for (url, expected) in [
        ("http://localhost:8080", ["outbound=", "; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax"]),
        (
            "https://va.example",
            ["__Host-outbound=", "; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure"],
        ),
    ] {
        let service = Service::at(url).await;
        service.user("anna", Role::Lpa).await;
        let response = service.browser().log_in("anna", PASSWORD).await;
        let line = response.header("set-cookie");
        assert!(line.starts_with(expected[0]) && line.ends_with(expected[1]), "{line}");
    }
}

#[tokio::test]
async fn failed_logins_do_not_say_why_and_five_lock_the_user_out() {
    let service = Service::new().await;
    service.user("anna", Role::Lpa).await;
    let mut browser = service.browser();
    for (account, name) in
        [(ACCOUNT, "anna"), (ACCOUNT, "unknown"), ("other", "anna"), ("no account!", "anna")]
    {
        let rejected = browser.log_in_to(account, name, "wrong horse").await;
        rejected.says(403, "Account, user name or password is wrong.");
        assert!(!rejected.html.contains("wrong horse"));
    }
    for _ in 0..4 {
        browser.log_in("anna", "wrong horse").await;
    }
    let locked = browser.log_in("anna", PASSWORD).await;
    locked.says(429, "Try again in 15 minutes.");
    assert_eq!(locked.header("retry-after"), "900");
}

#[tokio::test]
async fn redirects_stay_on_this_site() {
    let service = Service::new().await;
    service.user("anna", Role::Lpa).await;
    for (back, expected) in [
        ("/handoffs/H1?view=inline", "/handoffs/H1?view=inline"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
    ] {
        let fields = [("account", ACCOUNT), ("username", "anna"), ("password", PASSWORD), ("back", back)];
        let response = service.browser().post_as_is("/login", &fields, &[]).await;
        assert_eq!(response.header("location"), expected);
        let themed = service.browser().post_as_is("/theme", &[("theme", "dark"), ("back", back)], &[]).await;
        assert_eq!(themed.header("location"), expected);
    }
}

#[tokio::test]
async fn a_form_is_kept_when_its_session_has_ended() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    service.pass(3600);
    let fields = [("op", "save"), ("/name", "Typed <b>long</b>"), ("@end", "1")];
    let ended = browser.post("/handoffs/new", &fields).await;
    ended.says(403, "Your input was kept");
    let carried = ended.value("carried").replace("&amp;", "&");
    let fields = [("account", ACCOUNT), ("username", "campaign_manager"), ("password", PASSWORD)];
    let fields: Vec<_> =
        fields.into_iter().chain([("back", "/handoffs/new"), ("carried", &*carried)]).collect();
    let kept = browser.post_as_is("/login", &fields, &[]).await;
    kept.says(200, "action=\"/handoffs/new\"");
    kept.says(200, "name=\"/name\" value=\"Typed &lt;b&gt;long&lt;/b&gt;\"");
    let csrf = kept.value("csrf");
    assert!(!csrf.is_empty() && csrf != browser.csrf, "the token is of the new session");
}

#[tokio::test]
async fn a_rejected_login_repeats_a_kept_form_but_no_longer_one() {
    let service = Service::new().await;
    service.user("anna", Role::Agent).await;
    for (length, is_kept) in [(1000, true), (300 * 1024, false)] {
        let carried = format!("note={}", "x".repeat(length));
        let fields =
            [("account", ACCOUNT), ("username", "anna"), ("password", "wrong"), ("carried", &*carried)];
        let rejected = service.browser().post_as_is("/login", &fields, &[]).await;
        rejected.says(403, "name=\"carried\"");
        assert_eq!(rejected.html.contains(&carried), is_kept, "{length}");
    }
}

#[tokio::test]
async fn forms_with_passwords_are_not_kept() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Lpa).await;
    service.pass(3600);
    let ended = browser.post("/password", &[("old-password", PASSWORD), ("password", "another horse")]).await;
    ended.says(403, "your input could not be kept");
    assert!(!ended.html.contains("horse"));
}

#[tokio::test]
async fn changing_the_password_requires_the_current_one() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Agent).await;
    for (old, new, again, status, words) in [
        ("wrong horse", "another horse", "another horse", 403, "The current password is wrong."),
        (PASSWORD, "another horse", "other", 400, "The new passwords differ."),
        (PASSWORD, "short", "short", 400, "at least 10 characters"),
    ] {
        let fields = [("old-password", old), ("password", new), ("password-again", again)];
        browser.post("/password", &fields).await.says(status, words);
    }
    let fields =
        [("old-password", PASSWORD), ("password", "another horse"), ("password-again", "another horse")];
    let changed = browser.post("/password", &fields).await;
    assert_eq!(changed.header("location"), "/password?done=password");
    browser.get("/password?done=password").await.says(200, "Your other sessions have ended.");
    service.browser().log_in("agent", PASSWORD).await.says(403, "is wrong");
}

#[tokio::test]
async fn the_login_page_reports_a_changed_password() {
    let service = Service::new().await;
    let page = service.browser().get("/login?done=password-without-session").await;
    page.says(200, "Your password was changed and your sessions have ended.");
}

#[tokio::test]
async fn the_first_administrator_is_created_once() {
    let service = Service::new().await;
    let mut browser = service.browser();
    browser.get("/setup").await.says(404, "The setup is already complete.");
    assert_eq!(browser.get("/").await.header("location"), "/login");
    let code = service.app.offer_setup().await.unwrap().unwrap();
    assert_eq!(browser.get("/").await.header("location"), "/setup");
    browser.get("/login").await.says(200, "href=\"/setup\"");
    browser.get("/setup").await.says(200, "Create administrator");
    let form = |code: &str, password: &str| {
        let fields = [("code", code), ("account", "new"), ("username", "boss"), ("password", password)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (code, password, status, words) in [
        ("00000-00000-00000-00000", PASSWORD, 403, "The code is wrong"),
        (code.expose(), "short", 400, "at least 10 characters"),
        (code.expose(), PASSWORD, 303, ""),
        (code.expose(), PASSWORD, 404, "The setup is already complete."),
    ] {
        let fields = form(code, password);
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("password-again", password));
        let response = browser.post_as_is("/setup", &fields, &[]).await;
        response.says(status, words);
        if status == 303 {
            assert_eq!(response.header("location"), "/handoffs?done=set-up");
        }
    }
    browser.get("/handoffs?done=set-up").await.says(200, "Setup is complete. You are logged in");
    browser.get("/settings/users").await.says(200, "boss");
}
