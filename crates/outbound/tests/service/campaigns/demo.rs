//! `serve --demo`: a new user starts a campaign with the commands on the page, reads what the phones received in the inbox,
//! and replies from two of them.

use std::process::Command;

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, Response, Service, eventually, on_both_engines, raw};

const CLIENT: &str = "Tea shop client";

/// The administrator of the demo, logged in to the web tool.
struct Visitor<'s> {
    service: &'s Service,
    cookie: String,
}

impl<'s> Visitor<'s> {
    fn log_in(service: &'s Service) -> Self {
        let user = &service.server.credentials()["user"];
        let field = |name: &str| user[name].as_str().unwrap().replace(' ', "+");
        let form = format!("account={ACCOUNT}&username={}&password={}", field("username"), field("password"));
        let response = Self { service, cookie: String::new() }.send_form("/login", &form);
        assert_eq!(response.status, 303, "{response:?}");
        let cookie = response.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { service, cookie }
    }

    /// Sends a form, and does not follow the redirect.
    fn send_form(&self, path: &str, form: &str) -> Response {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.cookie,
            form.len()
        );
        raw(self.service.server.base(), request.as_bytes())
    }

    fn get(&self, path: &str) -> String {
        let response =
            self.service.send("GET", path, &[("cookie", &self.cookie), ("accept", "text/html")], "");
        assert_eq!(response.status, 200, "{path}: {response:?}");
        response.text().to_owned()
    }

    /// Replies from a phone to its newest message.
    fn reply(&self, phone: &str, text: &str) {
        let page = self.get(phone);
        let value = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let form = format!("csrf={}&message={}&text={text}", value("csrf"), value("message"));
        let sent = self.send_form(phone, &form);
        assert_eq!(sent.header("location"), format!("{phone}?done=sandbox-replied"), "{sent:?}");
    }

    /// The numbers of the funnel on the page of a campaign; empty until reports have it.
    fn funnel(&self, campaign: &str) -> Vec<String> {
        let page = self.get(campaign);
        let Some((_, funnel)) = page.split_once("id=\"funnel\"") else { return Vec::new() };
        let rows = funnel.split("</table>").next().unwrap().split("<tr>").skip(2);
        rows.map(|row| between(row, "<td class=\"number\">", "<").to_owned()).collect()
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap()
}

/// The commands of a page, with the credentials of a client.
fn commands(page: &str, service: &Service) -> String {
    let create =
        ["client", "create", "--account", ACCOUNT, "--scope", "campaigns.launch", "--name", CLIENT, "--json"];
    let client = service.installation.run(&create).json();
    let shown = between(between(page, "aria-labelledby=\"try\"><code>", "</pre>"), "", "</code>");
    let shown = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(shown.to_owned(), |text, (entity, letter)| text.replace(entity, letter));
    shown
        .replace("YOUR_CLIENT_ID", client["client_id"].as_str().unwrap())
        .replace("YOUR_CLIENT_SECRET", client["client_secret"].as_str().unwrap())
}

/// Runs the commands and returns what the last one printed.
fn run(commands: &str) -> Value {
    let output = Command::new("sh").args(["-euc", commands]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&printed).unwrap_or_else(|_| panic!("not JSON: {printed} {:?}", output.stderr))
}

fn the_commands_on_the_page_start_a_campaign(engine: Engine) {
    let service = Service::start(engine);
    let visitor = Visitor::log_in(&service);
    assert!(visitor.get("/sandbox").contains("No messages yet"));
    let commands = commands(&visitor.get("/campaigns"), &service);
    let started = run(&commands);
    assert_eq!(started["acceptedConsumers"].as_array().map(Vec::len), Some(10), "{started}");
    let campaign = format!("/campaigns/{}", started["proactiveCampaignId"].as_str().unwrap());

    let page = visitor.get(&campaign);
    assert!(
        page.contains(CLIENT) && visitor.get("/campaigns").contains(CLIENT),
        "the name of the client: {page}"
    );
    let delivered = ["10", "10", "10", "10", "0", "0"];
    assert_eq!(eventually(|| visitor.funnel(&campaign), |funnel| *funnel == delivered), delivered);
    let inbox = visitor.get("/sandbox");
    let phones: Vec<_> = inbox
        .split("href=\"/sandbox/")
        .skip(1)
        .map(|rest| format!("/sandbox/{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(phones.len(), 10, "{inbox}");
    assert!(visitor.get(&phones[0]).contains(", your tea is ready."));

    visitor.reply(&phones[0], "STOP");
    visitor.reply(&phones[1], "Thank+you");
    let number = between(&visitor.get(&phones[0]), "<h1 dir=\"auto\">", "<").to_owned();
    eventually(|| visitor.get("/opt-outs"), |page| page.contains(&number));
    let opt_outs = visitor.get("/opt-outs");
    assert_eq!(opt_outs.matches("<code dir=\"auto\">+1212555").count(), 1, "{opt_outs}");
    let answered = ["10", "10", "10", "10", "0", "1"];
    assert_eq!(eventually(|| visitor.funnel(&campaign), |funnel| *funnel == answered), answered);
    // The phones that opted out or are in a conversation get no further message.
    let again = run(&commands);
    let campaign = format!("/campaigns/{}", again["proactiveCampaignId"].as_str().unwrap());
    let page = eventually(|| visitor.get(&campaign), |page| page.contains("10 of 10 done"));
    assert!(page.contains("10 of 10 done"), "{page}");
    assert_eq!(visitor.get("/sandbox").matches("href=\"/sandbox/").count(), 10);
    assert!(visitor.get(&phones[0]).contains("STOP"));
    assert_eq!(visitor.get(&phones[0]).matches("your tea is ready.").count(), 1);
    let sent = || visitor.funnel(&campaign).get(2).cloned().unwrap_or_default();
    assert_eq!(eventually(sent, |sent| sent == "8"), "8");
}

on_both_engines!(the_commands_on_the_page_start_a_campaign);

/// The sandbox has a new address after a restart; the connection is replaced.
#[test]
fn a_demo_that_is_restarted_is_connected_again() {
    let service = Service::start(Engine::Sqlite);
    let list = ["connection", "list", "--account", ACCOUNT, "--json"];
    let before = service.installation.run(&list).json();
    let folder = service.server.folder().display();
    let database = format!("sqlite:{folder}/outbound.db");
    let restarted = outbound_testkit::Server::start(
        crate::support::OUTBOUND.as_ref(),
        &["--demo", "--database", &database],
    )
    .unwrap();
    assert!(restarted.output().contains("phones of a sandbox"), "{}", restarted.output());
    let after = service.installation.run(&list).json();
    assert_eq!((before.as_array().map(Vec::len), after.as_array().map(Vec::len)), (Some(1), Some(1)));
    assert_eq!(before[0]["name"], after[0]["name"]);
    assert_ne!(before[0]["baseUrl"], after[0]["baseUrl"]);
}

/// `--demo` never connects an account that it has not created.
#[test]
fn an_account_that_is_no_demo_is_not_connected() {
    let installation = crate::support::Installation::with_account(Engine::Sqlite, ACCOUNT);
    let database = format!("sqlite:{}/outbound.db", installation.folder.display());
    let server = outbound_testkit::Server::start(
        crate::support::OUTBOUND.as_ref(),
        &["--demo", "--database", &database],
    )
    .unwrap();
    assert!(!server.output().contains("phones of a sandbox"), "{}", server.output());
    let list = ["connection", "list", "--account", ACCOUNT, "--json"];
    assert_eq!(installation.run(&list).json(), Value::Array(Vec::new()));
}
