//! The web tool in a real browser with the real binary, from logging in to logging out. axe-core checks each page, the
//! test keeps a screenshot of it, and the browser must report no errors, including the Content-Security-Policy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod campaigns;
mod driver;
mod editor;
mod pages;
mod phone;
mod reporting;
mod sandbox;
mod updates;

use std::path::Path;

use driver::Browser;
use outbound_testkit::Server;
use serde_json::{Value, json};

const NAME: &str = "Spring sale";
/// The text of each channel.
const MESSAGES: [(&str, &str); 5] = [
    ("/channels/0/messageComponents/0/content", "Hello, spring is here and so is our sale in the shop."),
    ("/channels/1/messageComponents/0/content", "Spring sale in all shops."),
    ("/channels/2/messageComponents/0/content", "Spring sale in all shops."),
    ("/channels/3/messageComponents/0/content", "Spring sale in all shops."),
    ("/channels/4/messageComponents/0/messageText", "Spring sale in all shops."),
];
/// The other required fields.
const FIELDS: [(&str, &str); 15] = [
    ("/name", NAME),
    ("/channels/0/templatename", "spring_sale"),
    ("/channels/0/language", "en"),
    ("/channels/0/namespace", "b8520e15_f77b_5f76_fb50_9f756d03676b"),
    ("/channels/0/outboundnumber", "+14156586515"),
    ("/channels/1/language", "en"),
    ("/channels/1/outboundnumber", "+14156586515"),
    ("/channels/1/messageComponents/0/optOut", "Reply STOP to opt out."),
    ("/channels/2/language", "en"),
    ("/channels/3/serviceAccountName", "spring-agent"),
    ("/channels/3/language", "en"),
    ("/channels/4/appNames", "com.example.shop"),
    ("/channels/4/language", "en"),
    ("/channels/4/messageComponents/0/notificationTitle", "Spring sale"),
    ("/channels/4/messageComponents/0/notificationMessage", "It begins today."),
];
/// Quick replies of the WhatsApp message.
const BUTTONS: [&str; 2] = ["Show me", "Stop"];
const TEMPLATE: &str = r#"{"name":"order_update","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Your order is on its way to you."}]}"#;

/// The server and the browser.
struct WebTool {
    server: Server,
    browser: Browser,
}

impl WebTool {
    fn start() -> Self {
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_outbound")), &["--demo"]).unwrap();
        Self { server, browser: Browser::start() }
    }

    fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.server.base()));
    }

    /// Checks the current page for accessibility faults and browser errors, and takes a screenshot.
    #[track_caller]
    fn check_page(&self, name: &str) {
        assert_eq!(self.browser.accessibility_violations(), [""; 0], "{name}");
        assert_eq!(self.browser.console_errors(), [""; 0], "{name}");
        self.browser.save_screenshot(name);
    }

    fn log_in(&self) {
        let credentials = self.server.credentials();
        let user = &credentials["user"];
        self.goto("/");
        self.check_page("login");
        self.browser.fill("#account", credentials["account"].as_str().unwrap());
        self.browser.fill("#username", user["username"].as_str().unwrap());
        self.browser.fill("#password", user["password"].as_str().unwrap());
        self.browser.click_and_wait("main button.primary");
        assert_eq!(self.browser.path(), "/handoffs");
        self.check_page("list");
    }

    fn field(&self, name: &str, text: &str) {
        self.browser.fill(&format!("[name='{name}']"), text);
    }

    /// Creates a handoff in all five channels. A finding appears and disappears while typing.
    fn create(&self) -> String {
        self.browser.click_and_wait("a[href='/handoffs/new']");
        for channel in ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"] {
            self.browser.click_and_wait(&format!("button[value='add-channel {channel}']"));
        }
        for (name, text) in FIELDS.into_iter().chain(MESSAGES) {
            self.field(name, text);
        }
        for (place, label) in (1..).zip(BUTTONS) {
            let button = format!("/channels/0/messageComponents/{place}");
            self.browser.click_and_wait("button[value='add 0 button']");
            self.field(&format!("{button}/content"), label);
            self.browser.click(&format!("[name='{button}/sub_type'] option[value='quick_reply']"));
        }
        let finding = "does not end with a placeholder";
        self.field(MESSAGES[0].0, "Hello ${{1}}");
        self.browser
            .wait_until("the finding appears", |browser| browser.text(".editor-form").contains(finding));
        self.browser
            .wait_until("the preview shows the text", |browser| browser.text("#live-0").contains("Hello"));
        self.check_page("editor");
        self.field(MESSAGES[0].0, MESSAGES[0].1);
        self.browser
            .wait_until("the finding disappears", |browser| !browser.text(".editor-form").contains(finding));
        self.browser.wait_until("the preview is updated", |browser| {
            browser.text("#live-0").contains("so is our sale")
        });
        self.browser.click_and_wait("button[value='review']");
        let path = self.browser.path();
        path.strip_suffix("/review")
            .unwrap_or_else(|| panic!("{path}: {}", self.browser.text("main")))
            .to_owned()
    }

    fn publish(&self) {
        assert!(self.browser.has("form[action$='/publish']"), "{}", self.browser.text("main"));
        self.check_page("review");
        self.browser.click_and_wait("form[action$='/publish'] button");
        assert!(self.browser.text(".flash").contains("Published"), "{}", self.browser.text("main"));
    }

    /// The published list, read with a client that was created in the settings.
    fn published_handoffs(&self) -> Vec<Value> {
        self.goto("/settings/clients");
        self.browser.fill("#name", "Browser test");
        self.browser.click_and_wait("main form.panel button.primary");
        self.check_page("client-created");
        let pair = |place: u32| self.browser.text(&format!(".secret dd:nth-of-type({place}) code"));
        let (id, secret, base) = (pair(1), pair(2), self.server.base());
        let account = self.server.credentials()["account"].as_str().unwrap().to_owned();
        let form = [("grant_type", "client_credentials"), ("client_id", &*id), ("client_secret", &*secret)];
        let token = ureq::post(format!("{base}/sentinel/api/account/{account}/app/token")).send_form(form);
        let token: Value =
            serde_json::from_str(&token.unwrap().body_mut().read_to_string().unwrap()).unwrap();
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let list = format!("{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=100");
        let list = ureq::get(list).header("authorization", bearer).call();
        serde_json::from_str(&list.unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Saves another version, compares it with the first, and restores the first.
    fn change_compare_and_roll_back(&self, handoff: &str) {
        self.goto(&format!("{handoff}/edit"));
        self.field(MESSAGES[1].0, "Summer sale in all shops.");
        self.browser.click_and_wait("button[value='save']");
        self.goto(&format!("{handoff}/review"));
        assert!(self.browser.text("ins").contains("Summer"), "{}", self.browser.text("main"));
        self.check_page("changes");
        self.goto(&format!("{handoff}/history"));
        self.check_page("history");
        self.browser.click_and_wait("form[action$='/compare'] .pager button");
        assert_eq!((self.browser.text("del"), self.browser.text("ins")), ("Spring".into(), "Summer".into()));
        self.check_page("compare");
        self.goto(&format!("{handoff}/history"));
        self.browser.click_and_wait("a[href$='/versions/1/restore']");
        self.check_page("restore");
        self.browser.click_and_wait("main form button.danger");
        self.browser.click_and_wait("form[action$='/publish'] button");
        assert!(self.browser.text(".tabs").contains("History"));
        self.check_page("handoff");
    }

    fn import(&self) {
        self.goto("/import");
        self.check_page("import");
        self.browser.fill("#text", TEMPLATE);
        self.browser.click_and_wait("button[value='plan']");
        assert!(self.browser.text("main").contains("1 new handoff"), "{}", self.browser.text("main"));
        self.check_page("import-plan");
        self.browser.click_and_wait("button[value='import']");
        assert!(self.browser.text("table").contains("order_update"), "{}", self.browser.text("main"));
    }

    /// Checks the other pages, and some again on a phone and with the dark theme.
    fn check_other_pages(&self, handoff: &str) {
        let own = |page: &str| format!("{handoff}/{page}");
        for path in ["/settings", "/settings/api-keys", "/settings/users", "/connect", "/audit", "/password"]
        {
            self.goto(path);
            self.check_page(&path[1..].replace('/', "-"));
        }
        self.goto(&own("download"));
        self.check_page("download");
        for (width, dark, device) in [(390, false, "phone"), (390, true, "phone-dark"), (1400, true, "dark")]
        {
            self.browser.emulate_device(width, dark);
            for (name, path) in [
                ("list", "/handoffs".to_owned()),
                ("handoff", handoff.to_owned()),
                ("editor", own("edit")),
                ("review", own("review")),
            ] {
                self.goto(&path);
                self.check_page(&format!("{name}-{device}"));
            }
        }
        self.browser.emulate_device(1400, false);
    }
}

#[test]
fn from_signing_in_to_logging_out() {
    let web = WebTool::start();
    web.log_in();
    let handoff = web.create();
    web.publish();
    let listed = web.published_handoffs();
    let ours = listed.iter().find(|one| one["name"] == NAME).unwrap_or_else(|| panic!("{listed:?}"));
    assert_eq!(ours["channels"].as_array().unwrap().len(), 5, "{ours}");
    for (index, label) in BUTTONS.iter().enumerate() {
        let button = &ours["channels"][0]["messageComponents"][index + 1];
        let expected = json!({"type": "button", "index": index, "content": label, "sub_type": "quick_reply"});
        assert_eq!(button, &expected);
    }
    web.change_compare_and_roll_back(&handoff);
    web.import();
    web.check_other_pages(&handoff);
    web.browser.click(".top .menu summary");
    web.browser.click_and_wait("form[action='/logout'] button");
    assert_eq!(web.browser.path(), "/login");
    // The Back button must not show pages of the account.
    for _ in 0..3 {
        web.browser.back();
        assert_eq!(web.browser.path(), "/login");
        assert!(!web.browser.text("body").contains(NAME), "{}", web.browser.text("body"));
    }
    web.goto("/handoffs");
    assert_eq!(web.browser.path(), "/login");
}
