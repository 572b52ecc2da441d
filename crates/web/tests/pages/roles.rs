//! Access to each page and button by role. The table must contain every route.
use crate::service::Service;
use outbound_model::Role;

const READ: &[Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
const WRITE: &[Role] = &[Role::Administrator, Role::CampaignManager];
const MANAGE: &[Role] = &[Role::Administrator];

const TABLE: [(&str, &[Role]); 81] = [
    ("GET /handoffs", READ),
    ("GET /handoffs/{id}", READ),
    ("GET /handoffs/{id}/review", READ),
    ("GET /handoffs/{id}/history", READ),
    ("GET /handoffs/{id}/compare", READ),
    ("GET /handoffs/{id}/download", READ),
    ("GET /export", READ),
    ("GET /connect", READ),
    ("GET /reports", READ),
    ("GET /reports/download", READ),
    ("GET /reports/files", READ),
    ("POST /reports/files", READ),
    ("GET /reports/files/{id}", READ),
    ("GET /reports/files/{id}/delete", READ),
    ("POST /reports/files/{id}/delete", READ),
    ("GET /reports/erase", MANAGE),
    ("POST /reports/erase", MANAGE),
    ("GET /reports/transactions", READ),
    ("GET /reports/transactions/download", READ),
    ("GET /reports/transactions/{transaction}", READ),
    ("GET /campaigns", READ),
    ("GET /campaigns/{id}", READ),
    ("GET /campaigns/{id}/recipients", READ),
    ("GET /sandbox", READ),
    ("GET /sandbox/{phone}", READ),
    ("POST /sandbox/{phone}", WRITE),
    ("GET /opt-outs", READ),
    ("POST /opt-outs", WRITE),
    ("POST /opt-outs/remove", WRITE),
    ("POST /opt-outs/import", WRITE),
    ("GET /opt-outs/export", MANAGE),
    ("POST /campaigns/{id}/pause", WRITE),
    ("POST /campaigns/{id}/resume-sender", WRITE),
    ("POST /campaigns/{id}/resume", WRITE),
    ("GET /campaigns/{id}/launch", WRITE),
    ("POST /campaigns/{id}/launch", WRITE),
    ("GET /campaigns/{id}/cancel", WRITE),
    ("POST /campaigns/{id}/cancel", WRITE),
    ("GET /campaigns/{id}/retry", WRITE),
    ("POST /campaigns/{id}/retry", WRITE),
    ("GET /campaigns/{id}/recipients/{number}/send-again", WRITE),
    ("POST /campaigns/{id}/recipients/{number}/send-again", WRITE),
    ("POST /campaigns/{id}/recipients/{number}/count-as-sent", WRITE),
    ("GET /handoffs/new", WRITE),
    ("POST /handoffs/new", WRITE),
    ("POST /handoffs/new/live", WRITE),
    ("GET /handoffs/{id}/edit", WRITE),
    ("POST /handoffs/{id}/edit", WRITE),
    ("POST /handoffs/{id}/edit/live", WRITE),
    ("POST /handoffs/{id}/publish", WRITE),
    ("GET /handoffs/{id}/unpublish", WRITE),
    ("POST /handoffs/{id}/unpublish", WRITE),
    ("POST /handoffs/{id}/undo", WRITE),
    ("GET /handoffs/{id}/archive", WRITE),
    ("POST /handoffs/{id}/archive", WRITE),
    ("POST /handoffs/{id}/restore", WRITE),
    ("GET /handoffs/{id}/versions/{number}/restore", WRITE),
    ("POST /handoffs/{id}/versions/{number}/restore", WRITE),
    ("GET /import", WRITE),
    ("POST /import", WRITE),
    ("GET /audit", MANAGE),
    ("GET /settings", MANAGE),
    ("POST /settings", MANAGE),
    ("GET /settings/clients", MANAGE),
    ("POST /settings/clients", MANAGE),
    ("GET /settings/clients/{id}/revoke", MANAGE),
    ("POST /settings/clients/{id}/revoke", MANAGE),
    ("GET /settings/api-keys", MANAGE),
    ("POST /settings/api-keys", MANAGE),
    ("GET /settings/api-keys/{key}/revoke", MANAGE),
    ("POST /settings/api-keys/{key}/revoke", MANAGE),
    ("GET /settings/users", MANAGE),
    ("POST /settings/users", MANAGE),
    ("GET /settings/users/{name}/password", MANAGE),
    ("POST /settings/users/{name}/password", MANAGE),
    ("GET /settings/users/{name}/revoke", MANAGE),
    ("POST /settings/users/{name}/revoke", MANAGE),
    ("POST /settings/users/{name}/role", MANAGE),
    ("GET /password", &Role::ALL),
    ("POST /password", &Role::ALL),
    ("POST /logout", &Role::ALL),
];
/// Routes that need no session.
const OPEN: [&str; 7] =
    ["GET /", "GET /login", "POST /login", "GET /setup", "POST /setup", "POST /theme", "GET /assets/{file}"];

/// All paths that accept forms, with this handoff and names that do not exist.
pub(crate) fn post_routes(id: &str) -> Vec<String> {
    let posts =
        TABLE.iter().map(|(route, _)| *route).chain(OPEN).filter_map(|route| route.strip_prefix("POST "));
    let filled = posts.map(|path| {
        path.replace("{id}", id)
            .replace("{number}", "1")
            .replace("{key}", "none")
            .replace("{name}", "unknown")
    });
    // Logging out ends the session that the other paths need.
    filled.filter(|path| path != "/logout").chain(["/logout".to_owned()]).collect()
}

/// The routes in the source of the router.
fn routes() -> Vec<String> {
    let constants = [
        ("login::PATH", "\"/login\""),
        ("THEME_PATH,", "\"/theme\","),
        ("assets::PATH", "\"/assets/{file}\""),
    ];
    let text = include_str!("../../src/router.rs").to_owned();
    let text = constants.iter().fold(text, |text, (name, path)| text.replace(name, path));
    let mut found = Vec::new();
    for route in text.split(".route(").skip(1) {
        let (path, handlers) = route.trim_start().split_once(',').unwrap();
        let handlers = handlers.trim_start();
        let handlers = handlers.split("\n        .").next().unwrap();
        for (word, method) in [("get(", "GET"), ("post(", "POST")] {
            if handlers.contains(word) {
                found.push(format!("{method} {}", path.trim_matches('"')));
            }
        }
    }
    found
}

#[test]
fn every_route_is_in_the_table() {
    let mut known: Vec<_> = TABLE.iter().map(|(route, _)| *route).chain(OPEN).collect();
    let mut routes = routes();
    known.sort_unstable();
    routes.sort_unstable();
    assert_eq!(routes, known);
}

#[tokio::test]
async fn each_role_has_the_access_in_the_table() {
    let service = Service::new().await;
    let id = service.handoff().await;
    for role in Role::ALL {
        let mut browser = service.logged_in(role).await;
        // Logging out is the last of the table, so the session lives until then.
        for (route, roles) in TABLE {
            let (method, path) = route.split_once(' ').unwrap();
            let path = path.replace("{id}", id.as_str()).replace("{number}", "9");
            let path = path.replace("{key}", "none").replace("{name}", "unknown");
            let response = match method {
                "GET" => browser.get(&path).await,
                _ => browser.post(&path, &[("tag", "none")]).await,
            };
            let no_right = response.status == 403 && response.html.contains("Your role does not allow this");
            assert_eq!(no_right, !roles.contains(&role), "{role}: {route}: {response:?}");
        }
    }
}

#[tokio::test]
async fn routes_that_need_a_session_lead_to_the_log_in_page() {
    let service = Service::new().await;
    let id = service.handoff().await;
    for (route, _) in TABLE {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{id}", id.as_str()).replace("{number}", "1");
        let mut browser = service.browser();
        if method == "GET" {
            let location = browser.get(&path).await.header("location").to_owned();
            assert!(location.starts_with("/login?back=%2F"), "{route}: {location}");
        } else {
            browser.post(&path, &[]).await.says(403, "Log in");
        }
    }
}

#[tokio::test]
async fn buttons_are_shown_only_to_users_who_may_use_them() {
    let service = Service::new().await;
    let id = service.handoff().await;
    for (role, page, words, expected) in [
        (Role::Lpa, "/handoffs".to_owned(), "New handoff", false),
        (Role::Lpa, format!("/handoffs/{id}"), "Archive", false),
        (Role::Lpa, format!("/handoffs/{id}/review"), "Publish version", false),
        (Role::Lpa, "/handoffs".to_owned(), "href=\"/settings\"", false),
        (Role::CampaignManager, "/handoffs".to_owned(), "New handoff", true),
        (Role::CampaignManager, format!("/handoffs/{id}"), "Archive", true),
        (Role::CampaignManager, format!("/handoffs/{id}/review"), "Publish version 1", true),
        (Role::CampaignManager, "/handoffs".to_owned(), "href=\"/audit\"", false),
        (Role::Administrator, "/handoffs".to_owned(), "href=\"/audit\"", true),
        (Role::Agent, "/".to_owned(), "href=\"/handoffs\"", false),
    ] {
        let mut browser = service.browser();
        if !browser.log_in(role.as_str(), crate::service::PASSWORD).await.status.is_redirection() {
            browser = service.logged_in(role).await;
        }
        let seen = browser.get(&page).await;
        assert_eq!(seen.html.contains(words), expected, "{role} {page} {words}");
    }
}
