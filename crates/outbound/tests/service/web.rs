//! The web tool of the real binary: setup of the first administrator, and pages that require a login.

use std::path::Path;

use outbound_testkit::Server;

use crate::support::http::send;
use crate::support::{Engine, OUTBOUND, Response, Service, eventually, on_both_engines, raw};

/// Sends a form as a browser without cookies does. Follows redirects.
fn post(server: &Server, path: &str, form: &str) -> Response {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    send("POST", &format!("{}{path}", server.base()), &headers, form)
}

fn get(server: &Server, path: &str, cookie: &str) -> Response {
    let headers = [("cookie", cookie), ("accept", "text/html")];
    send("GET", &format!("{}{path}", server.base()), &headers, "")
}

/// The setup code, if the server printed one.
fn code(server: &Server) -> Option<String> {
    let output = server.output();
    let shown = output.split_once("enter this code")?.1;
    Some(shown.split("\n\n  ").nth(1)?.lines().next()?.to_owned())
}

fn the_first_administrator_is_created_with_the_printed_code(engine: Engine) {
    let database = engine.database();
    let arguments = ["--database", &database, "--key-file", "key"];
    let server = Server::start(Path::new(OUTBOUND), &arguments).unwrap();
    // The server listens before it prints the code.
    let code = eventually(|| code(&server), Option::is_some);
    let code = code.unwrap_or_else(|| panic!("no code: {}", server.output()));
    let administrator = "account=brand1&username=anna&password=correct+horse&password-again=correct+horse";
    assert_eq!(post(&server, "/setup", &format!("code=wrong&{administrator}")).status, 403);
    // The response redirects to the login page.
    let created = post(&server, "/setup", &format!("code={code}&{administrator}"));
    assert!(created.text().contains("<h1>Log in</h1>"), "{created:?}");
    assert_eq!(get(&server, "/setup", "").status, 404);
    assert!(!server.log().contains("correct horse") && !server.log().contains(&code));
    let wrong = post(&server, "/login", "account=brand1&username=anna&password=wrong");
    assert_eq!(wrong.status, 403);
    assert!(get(&server, "/handoffs", "outbound=brand1.0").text().contains("<h1>Log in</h1>"));
}

fn an_installation_with_an_administrator_shows_no_code(engine: Engine) {
    let service = Service::shared(engine);
    assert_eq!(code(&service.server), None);
    assert_eq!(get(&service.server, "/setup", "").status, 404);
    let output = service.server.output();
    assert!(output.contains(&format!("address    {}/", service.server.base())), "{output}");
}

on_both_engines!(
    the_first_administrator_is_created_with_the_printed_code,
    an_installation_with_an_administrator_shows_no_code,
);

/// The length of a compressed page could reveal secrets in it.
#[test]
fn pages_are_not_compressed() {
    let service = Service::shared(Engine::Sqlite);
    let ask = |path: &str| {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        );
        let response = raw(service.server.base(), request.as_bytes());
        assert_eq!(response.status, 200, "{path}");
        response.header("content-encoding").to_owned()
    };
    assert_eq!(ask("/login"), "");
    let page = get(&service.server, "/login", "");
    let style = page.text().split('"').find(|part| part.contains(".css")).unwrap();
    assert_eq!(ask(style), "gzip", "{style}");
}
