//! The inbox of the demo on desktop and phone, light and dark, and replies of a phone.

use serde_json::{Value, json};

use super::WebTool;

/// A documented example: WhatsApp, with a picture and two quick replies.
const TICKET: &str = "H072047293477864";

impl WebTool {
    /// Starts a campaign with the client of the demo. Its messages go to the sandbox of the demo.
    pub(super) fn start_in_demo(&self, campaign: &Value) -> String {
        let credentials = self.server.credentials();
        let account = credentials["account"].as_str().unwrap();
        let form =
            ["client_id", "client_secret"].map(|name| (name, credentials["oauth2"][name].as_str().unwrap()));
        let url = format!("{}/sentinel/api/account/{account}/app/token", self.server.base());
        let token = ureq::post(url).send_form([&[("grant_type", "client_credentials")], &form[..]].concat());
        let token = token.unwrap().body_mut().read_to_string().unwrap();
        let token: Value = serde_json::from_str(&token).unwrap();
        let path = format!("/api/v2/account/{account}/campaign");
        let started = self.request(&path, token["access_token"].as_str(), campaign);
        format!(
            "/campaigns/{}",
            started["proactiveCampaignId"].as_str().unwrap_or_else(|| panic!("{started}"))
        )
    }
}

/// A campaign to this number of phones.
pub(super) fn tickets(phones: u32) -> Value {
    let values = json!({ "1": "Dune", "2": "20:15", "3": "Odeon", "4": "Row 7", "5": "Seats 11 and 12" });
    let consumer = |number: u32| json!({ "consumerContent": { "wa": format!("1212555{number:04}") }, "variables": values });
    json!({
        "campaignName": "Cinema tickets", "skill": "cinema", "templateId": TICKET, "consent": true,
        "consumers": (100..100 + phones).map(consumer).collect::<Vec<_>>(),
    })
}

#[test]
fn phones_of_the_demo_receive_messages_and_reply() {
    let web = WebTool::start();
    web.log_in();
    web.check_devices("inbox-empty", "/sandbox");
    let campaign = web.start_in_demo(&tickets(10));
    web.browser.wait_until("all phones have read the message", |browser| {
        web.goto("/sandbox");
        browser.text("main").matches("Read").count() == 8
    });
    web.check_devices("inbox", "/sandbox");
    // Phones whose number ends in 8 or 9 read nothing.
    web.browser.click_and_wait("tr[data-key='phone+12125550100'] th a");
    let phone = web.browser.path();
    let shown = web.browser.text("main");
    for words in ["Your ticket for Dune", "Row 7", "Just show this QR code at the cinema", "read 200"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    web.browser.click_and_wait(".phone-entry form button");
    assert!(web.browser.text(".flash").contains("The reply was sent"), "{}", web.browser.text("main"));
    web.browser.wait_until("the pressed button is shown", |browser| {
        web.goto(&phone);
        browser.has(".phone-entry.reply")
    });
    web.browser.fill("#text", "Thank you");
    web.browser.click_and_wait("form.filters button.primary");
    web.browser.wait_until("the reply is shown", |browser| {
        web.goto(&phone);
        browser.text(".phone-entry.reply").contains("Thank you")
    });
    web.check_devices("inbox-messages", &phone);
    web.goto("/sandbox");
    web.browser.click_and_wait("tbody tr:nth-of-type(2) th a");
    web.browser.click_and_wait("button[value='STOP']");
    web.browser.wait_until("the consumer has opted out", |browser| {
        web.goto("/opt-outs");
        browser.text("main").contains("STOP")
    });
    web.browser.wait_until("the funnel has the conversation", |browser| {
        web.goto(&campaign);
        browser.has("#funnel") && browser.text("[aria-labelledby='funnel'] tbody tr:nth-of-type(6) td") == "1"
    });
    web.check_devices("campaign-demo", &campaign);
    web.check_devices("campaigns-demo", "/campaigns");
}
