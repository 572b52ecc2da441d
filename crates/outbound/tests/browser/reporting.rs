//! Reports on desktop and phone, light and dark, after events were sent to the API.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::WebTool;

/// The skill of this test's messages. The demo has others.
const SKILL: &str = "browser test";

impl WebTool {
    pub(super) fn request(&self, path: &str, bearer: Option<&str>, body: &Value) -> Value {
        let request = ureq::post(format!("{}{path}", self.server.base()));
        let request = match bearer {
            Some(bearer) => request.header("authorization", format!("Bearer {bearer}")),
            None => request,
        };
        let sent = request.header("content-type", "application/json").send(body.to_string());
        serde_json::from_str(&sent.unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    /// The bearer of the demo's administrator.
    pub(super) fn bearer(&self, account: &str) -> String {
        let user = &self.server.credentials()["user"];
        let login = json!({ "username": user["username"], "password": user["password"] });
        let response = self.request(&format!("/api/account/{account}/login?v=1.3"), None, &login);
        response["bearer"].as_str().unwrap().to_owned()
    }
}

#[expect(clippy::disallowed_methods, reason = "the server under test reads the real clock")]
pub(super) fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

/// Ten messages of today: five delivered, three read, two failed.
fn events() -> Value {
    let now = now();
    let mut events = Vec::new();
    for number in 0..10 {
        let channel = if number % 2 == 0 { "sms" } else { "wa" };
        let mut add = |mut event: Value| {
            event["messageId"] = json!(format!("browser-{number}"));
            event["attemptedTime"] = json!(now);
            events.push(event);
        };
        add(json!({ "type": "attempted", "app": "prmsg", "channel": channel,
            "skill": SKILL, "source": "API", "address": "+14155550123" }));
        match number {
            0..5 => add(json!({ "type": "delivered", "time": now + 1000 })),
            5..8 => add(json!({ "type": "read", "time": now + 60_000 })),
            _ => add(
                json!({ "type": "failed", "time": now + 1000, "errorSource": "twilio", "errorCode": "30003" }),
            ),
        }
    }
    Value::from(events)
}

/// The sum of a count over the rows of analytics.
fn sum(analytics: &Value, count: &str) -> i64 {
    analytics["analytics"].as_array().unwrap().iter().map(|row| row[count].as_i64().unwrap()).sum()
}

#[test]
fn reports_are_readable_on_every_device() {
    let web = WebTool::start();
    web.log_in();
    let account = web.server.credentials()["account"].as_str().unwrap();
    let bearer = web.bearer(account);
    let recorded = web.request(&format!("/manage/v1/accounts/{account}/events"), Some(&bearer), &events());
    assert_eq!((&recorded["recorded"], &recorded["rejected"]), (&json!(20), &json!(0)), "{recorded}");
    web.goto("/reports");
    web.browser.fill("#skill", SKILL);
    web.browser.click_and_wait("form.filters button");
    let funnel: Vec<_> =
        (1..=6).map(|row| web.browser.text(&format!(".figure tbody tr:nth-of-type({row}) td"))).collect();
    assert_eq!(funnel, ["10", "10", "8", "5", "3", "0"]);
    // The request that the page prints returns the same numbers.
    let command = web.browser.text("[aria-labelledby='api'] code");
    let url = command.split('\'').find(|word| word.contains("/analytics/?")).unwrap();
    let body: Value =
        serde_json::from_str(command.rsplit("-d '").next().unwrap().trim_end_matches('\'')).unwrap();
    let analytics = web.request(url.strip_prefix(web.server.base()).unwrap(), Some(&bearer), &body);
    let counts = ["attempted", "eligible", "sent", "delivered", "read", "conversationscreated"];
    assert_eq!(counts.map(|count| sum(&analytics, count).to_string()), *funnel, "{analytics}");
    web.check_devices("reports", &web.address());
    web.browser.click_and_wait("#content a[href*='error=twilio_30003']");
    assert_eq!(web.browser.path(), "/reports/transactions");
    web.check_devices("messages", &web.address());
    web.browser.click_and_wait("tbody th a");
    assert!(web.browser.text("main").contains("+14155550123"), "{}", web.browser.text("main"));
    web.check_devices("message", &web.address());
    web.create_file();
    web.goto("/reports?from=2020-01-01");
    assert!(web.browser.text(".flash").contains("13 months"), "{}", web.browser.text("main"));
    assert_eq!(web.browser.accessibility_violations(), [""; 0]);
    // The fields and the figures can be reached and used with the keyboard.
    web.goto("/reports");
    let focused = "return document.activeElement?.closest('.scroll a') !== null";
    let reaches = (0..60).any(|_| {
        web.browser.press_tab();
        web.browser.script(focused, &[]) == true
    });
    assert!(reaches, "no link to a day was reached with the tab key");
}

impl WebTool {
    /// Requests a file, waits until it is complete, and deletes it.
    fn create_file(&self) {
        self.goto("/reports/files");
        self.browser.click("[name='addresses']");
        self.browser.click_and_wait("form.filters button.primary");
        self.browser.wait_until("the file is complete", |browser| {
            if !browser.text("main").contains("Ready") {
                self.goto("/reports/files");
            }
            browser.text("main").contains("Ready")
        });
        self.check_devices("report-files", "/reports/files");
        self.browser.click_and_wait("td a[href$='/delete']");
        self.check_page("delete-report-file");
        self.browser.click_and_wait("main form button.danger");
        assert!(self.browser.text(".flash").contains("File deleted"), "{}", self.browser.text("main"));
    }

    /// Path and query string of the page.
    pub(super) fn address(&self) -> String {
        let address = self.browser.script("return location.pathname + location.search", &[]);
        address.as_str().unwrap().to_owned()
    }

    /// Checks a page at desktop and phone width with both themes. Nothing is wider than the screen.
    #[track_caller]
    pub(super) fn check_devices(&self, name: &str, address: &str) {
        for (width, dark, device) in
            [(390, false, "phone"), (390, true, "phone-dark"), (1400, true, "dark"), (1400, false, "desktop")]
        {
            self.browser.emulate_device(width, dark);
            self.goto(address);
            let wide = "return [document.documentElement, ...document.querySelectorAll('.table-frame')]
                .filter((element) => element.scrollWidth > element.clientWidth)
                .map((element) => `${element.scrollWidth} > ${element.clientWidth}: ${element.textContent.trim().slice(0, 80)}`)";
            assert_eq!(self.browser.script(wide, &[]), json!([]), "{name} on {device}");
            self.check_page(&format!("{name}-{device}"));
        }
    }
}
