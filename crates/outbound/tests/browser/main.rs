//! The web tool in a real browser with the real binary, from signing in to signing out. axe-core checks each page, the
//! test keeps a screenshot of it, and the browser must report no errors, including the Content-Security-Policy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod driver;
mod editor;
mod pages;
mod phone;

use std::path::Path;

use driver::Browser;
use outbound_testkit::Server;
use serde_json::{Value, json};

const NAME: &str = "Spring sale";
/// The text of each channel.
const TEXTS: [(&str, &str); 5] = [
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
struct Walk {
    server: Server,
    browser: Browser,
}

impl Walk {
    fn begin() -> Self {
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_outbound")), &["--demo"]).unwrap();
        Self { server, browser: Browser::start() }
    }

    fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.server.base()));
    }

    /// Checks the current page for accessibility faults and browser errors, and takes a screenshot.
    #[track_caller]
    fn look(&self, name: &str) {
        assert_eq!(self.browser.faults(), [""; 0], "{name}");
        assert_eq!(self.browser.complaints(), [""; 0], "{name}");
        self.browser.shoot(name);
    }

    fn sign_in(&self) {
        let credentials = self.server.credentials();
        let user = &credentials["user"];
        self.go("/");
        self.look("sign-in");
        self.browser.fill("#account", credentials["account"].as_str().unwrap());
        self.browser.fill("#username", user["username"].as_str().unwrap());
        self.browser.fill("#password", user["password"].as_str().unwrap());
        self.browser.follow("main button.primary");
        assert_eq!(self.browser.path(), "/handoffs");
        self.look("list");
    }

    fn field(&self, name: &str, text: &str) {
        self.browser.fill(&format!("[name='{name}']"), text);
    }

    /// Creates a handoff in all five channels. A finding appears and disappears while typing.
    fn create(&self) -> String {
        self.browser.follow("a[href='/handoffs/new']");
        for channel in ["wa", "sms-twilio", "apple-twilio", "googlercs", "inapp"] {
            self.browser.follow(&format!("button[value='add-channel {channel}']"));
        }
        for (name, text) in FIELDS.into_iter().chain(TEXTS) {
            self.field(name, text);
        }
        for (place, label) in (1..).zip(BUTTONS) {
            let button = format!("/channels/0/messageComponents/{place}");
            self.browser.follow("button[value='add 0 button']");
            self.field(&format!("{button}/content"), label);
            self.browser.click(&format!("[name='{button}/sub_type'] option[value='quick_reply']"));
        }
        let finding = "does not end with a placeholder";
        self.field(TEXTS[0].0, "Hello ${{1}}");
        self.browser.until("the finding appears", |browser| browser.text(".editor-form").contains(finding));
        self.browser.until("the phone shows the text", |browser| browser.text("#live-0").contains("Hello"));
        self.look("editor");
        self.field(TEXTS[0].0, TEXTS[0].1);
        self.browser.until("the finding goes", |browser| !browser.text(".editor-form").contains(finding));
        self.browser.until("the phone follows", |browser| browser.text("#live-0").contains("so is our sale"));
        self.browser.follow("button[value='review']");
        let path = self.browser.path();
        path.strip_suffix("/review")
            .unwrap_or_else(|| panic!("{path}: {}", self.browser.text("main")))
            .to_owned()
    }

    fn publish(&self) {
        assert!(self.browser.has("form[action$='/publish']"), "{}", self.browser.text("main"));
        self.look("review");
        self.browser.follow("form[action$='/publish'] button");
        assert!(self.browser.text(".flash").contains("Published"), "{}", self.browser.text("main"));
    }

    /// The published list, read with a client that was created in the settings.
    fn listed(&self) -> Vec<Value> {
        self.go("/settings/clients");
        self.browser.fill("#name", "Browser test");
        self.browser.follow("main form.panel button.primary");
        self.look("client-made");
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
        self.go(&format!("{handoff}/edit"));
        self.field(TEXTS[1].0, "Summer sale in all shops.");
        self.browser.follow("button[value='save']");
        self.go(&format!("{handoff}/review"));
        assert!(self.browser.text("ins").contains("Summer"), "{}", self.browser.text("main"));
        self.look("changes");
        self.go(&format!("{handoff}/history"));
        self.look("history");
        self.browser.follow("form[action$='/compare'] .pager button");
        assert_eq!((self.browser.text("del"), self.browser.text("ins")), ("Spring".into(), "Summer".into()));
        self.look("compare");
        self.go(&format!("{handoff}/history"));
        self.browser.follow("a[href$='/versions/1/restore']");
        self.look("restore");
        self.browser.follow("main form button.danger");
        self.browser.follow("form[action$='/publish'] button");
        assert!(self.browser.text(".tabs").contains("History"));
        self.look("handoff");
    }

    fn import(&self) {
        self.go("/import");
        self.look("import");
        self.browser.fill("#text", TEMPLATE);
        self.browser.follow("button[value='plan']");
        assert!(self.browser.text("main").contains("1 new handoff"), "{}", self.browser.text("main"));
        self.look("import-plan");
        self.browser.follow("button[value='import']");
        assert!(self.browser.text("table").contains("order_update"), "{}", self.browser.text("main"));
    }

    /// Checks the other pages, and some again on a phone and with the dark theme.
    fn look_around(&self, handoff: &str) {
        let own = |page: &str| format!("{handoff}/{page}");
        for path in ["/settings", "/settings/api-keys", "/settings/users", "/connect", "/audit", "/password"]
        {
            self.go(path);
            self.look(&path[1..].replace('/', "-"));
        }
        self.go(&own("download"));
        self.look("download");
        for (width, dark, device) in [(390, false, "phone"), (390, true, "phone-dark"), (1400, true, "dark")]
        {
            self.browser.look_as(width, dark);
            for (name, path) in [
                ("list", "/handoffs".to_owned()),
                ("handoff", handoff.to_owned()),
                ("editor", own("edit")),
                ("review", own("review")),
            ] {
                self.go(&path);
                self.look(&format!("{name}-{device}"));
            }
        }
        self.browser.look_as(1400, false);
    }
}

#[test]
fn from_signing_in_to_signing_out() {
    let walk = Walk::begin();
    walk.sign_in();
    let handoff = walk.create();
    walk.publish();
    let listed = walk.listed();
    let ours = listed.iter().find(|one| one["name"] == NAME).unwrap_or_else(|| panic!("{listed:?}"));
    assert_eq!(ours["channels"].as_array().unwrap().len(), 5, "{ours}");
    for (index, label) in BUTTONS.iter().enumerate() {
        let button = &ours["channels"][0]["messageComponents"][index + 1];
        let expected = json!({"type": "button", "index": index, "content": label, "sub_type": "quick_reply"});
        assert_eq!(button, &expected);
    }
    walk.change_compare_and_roll_back(&handoff);
    walk.import();
    walk.look_around(&handoff);
    walk.browser.click(".top .menu summary");
    walk.browser.follow("form[action='/sign-out'] button");
    assert_eq!(walk.browser.path(), "/sign-in");
    // The Back button must not show pages of the account.
    for _ in 0..3 {
        walk.browser.back();
        assert_eq!(walk.browser.path(), "/sign-in");
        assert!(!walk.browser.text("body").contains(NAME), "{}", walk.browser.text("body"));
    }
    walk.go("/handoffs");
    assert_eq!(walk.browser.path(), "/sign-in");
}
