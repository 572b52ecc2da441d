//! Campaigns on desktop and phone, light and dark, and decisions about them.

use serde_json::{Value, json};

use super::WebTool;
use super::reporting::now;

/// A weekday that is neither today nor a neighbour of today, in any time zone.
fn other_weekday() -> &'static str {
    const DAYS: [&str; 7] = ["THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY"];
    let days = now() / (24 * 60 * 60 * 1000);
    DAYS[usize::try_from(days % 7 + 3).unwrap() % 7]
}

/// A plain SMS to three phones in the United States, in a window that is closed.
fn request() -> Value {
    let consumer = |number: u32| {
        let address = format!("1212555{:04}", 100 + number);
        json!({ "consumerContent": { "sms": address }, "variables": { "1": "Your tea is ready." } })
    };
    let window = json!({ "startTime": { "hour": 9, "minute": 0 }, "endTime": { "hour": 20, "minute": 30 },
        "day": other_weekday() });
    json!({
        "campaignName": "A rather long name of a campaign about tea in autumn", "skill": "sales",
        "templateId": "1234567890", "outboundNumber": "14155550170", "consent": true,
        "consumers": (0..3).map(consumer).collect::<Vec<_>>(),
        "schedulingMetrics": { "windows": [window] },
    })
}

impl WebTool {
    /// Starts a campaign with a new client and a connection to no sandbox.
    fn start_campaign(&self, account: &str) {
        let bearer = self.bearer(account);
        let create = |what: &str, body: &Value| {
            self.request(&format!("/manage/v1/accounts/{account}/{what}"), Some(&bearer), body)
        };
        create("connections", &json!({ "name": "Sandbox", "baseUrl": "http://sandbox.invalid" }));
        let client = create("clients", &json!({ "name": "Campaigns", "scope": "campaigns.launch" }));
        let form = ["client_id", "client_secret"].map(|name| (name, client[name].as_str().unwrap()));
        let url = format!("{}/sentinel/api/account/{account}/app/token", self.server.base());
        let token = ureq::post(url).send_form([&[("grant_type", "client_credentials")], &form[..]].concat());
        let token = token.unwrap().body_mut().read_to_string().unwrap();
        let token: Value = serde_json::from_str(&token).unwrap();
        let path = format!("/api/v2/account/{account}/campaign");
        let started = self.request(&path, token["access_token"].as_str(), &request());
        assert!(started["proactiveCampaignId"].is_string(), "{started}");
    }
}

#[test]
fn campaigns_are_readable_and_changed_on_every_device() {
    let web = WebTool::start();
    web.log_in();
    web.check_devices("campaigns-empty", "/campaigns");
    web.start_campaign(web.server.credentials()["account"].as_str().unwrap());
    web.check_devices("campaigns", "/campaigns");
    web.browser.click_and_wait("tbody th a");
    let path = web.browser.path();
    assert!(web.browser.text("main").contains("0 of 3 done"), "{}", web.browser.text("main"));
    web.check_devices("campaign", &path);
    for (action, result) in [("pause", "was paused"), ("resume", "was resumed")] {
        web.browser.click_and_wait(&format!("form[action='{path}/{action}'] button"));
        assert!(web.browser.text(".flash").contains(result), "{}", web.browser.text("main"));
    }
    web.browser.click_and_wait(".figure a[href$='state=waiting']");
    assert!(web.browser.text("main").contains("+12125550100"), "{}", web.browser.text("main"));
    web.check_devices("campaign-recipients", &web.address());
    let time_line = web.browser.script("return document.querySelector('tbody a').pathname", &[]);
    web.browser.wait_until("reports have the message", |browser| {
        web.goto(time_line.as_str().unwrap());
        browser.text("main").contains("Time line")
    });
    web.goto("/opt-outs");
    web.browser.fill("#address", "+1 212 555 0100");
    web.browser.click_and_wait("form.filters button.primary");
    web.check_devices("opt-outs", "/opt-outs");
    web.browser.click_and_wait("tbody form button");
    web.check_page("remove-opt-out");
    web.goto(&path);
    web.browser.click_and_wait(&format!("a[href='{path}/cancel']"));
    web.check_page("cancel-campaign");
    web.browser.click_and_wait("main form button.danger");
    assert!(web.browser.text(".flash").contains("was cancelled"), "{}", web.browser.text("main"));
}
