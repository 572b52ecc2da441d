//! Pages that update by themselves while a campaign runs. No page is loaded again, and no button is pressed.

use super::WebTool;
use super::sandbox::tickets;

impl WebTool {
    /// Opens a page, and marks it.
    fn open(&self, path: &str) {
        self.goto(path);
        self.browser.script("window.isSamePage = true", &[]);
    }

    /// Waits for words on the page that was opened.
    #[track_caller]
    fn wait_for(&self, words: &str) {
        self.browser.wait_until(words, |browser| browser.text("main").contains(words));
        assert_eq!(self.browser.script("return window.isSamePage", &[]), true, "{words}");
    }
}

#[test]
fn pages_of_a_campaign_update_by_themselves() {
    let web = WebTool::start();
    web.log_in();
    web.open("/campaigns");
    assert!(web.browser.has("[data-manual][hidden]"), "the button is not needed");
    // A sender sends 9 messages per second.
    let campaign = web.start_in_demo(&tickets(100));
    web.open(&campaign);
    assert!(!web.browser.text("main").contains("100 of 100 done"), "{}", web.browser.text("main"));
    web.wait_for("100 of 100 done");
    web.wait_for("Finished");
    assert!(!web.browser.has("form[action$='/pause']"), "{}", web.browser.text("main"));
    assert_eq!(web.browser.console_errors(), [""; 0]);
}

#[test]
fn updates_do_not_disturb_a_user_who_types() {
    let web = WebTool::start();
    web.log_in();
    web.open("/sandbox");
    web.start_in_demo(&tickets(1));
    web.wait_for("+12125550100");
    // The keyboard stays where it is.
    web.browser.script("document.querySelector('tbody th a').focus()", &[]);
    web.start_in_demo(&tickets(2));
    web.wait_for("+12125550101");
    let focused = web.browser.script("return document.activeElement.textContent", &[]);
    assert_eq!(focused, "+12125550100");
    web.browser.click_and_wait("tbody tr:last-of-type th a");
    web.open(&web.browser.path());
    web.browser.fill("#text", "Thank you");
    let messages = "return document.querySelectorAll('.phone-entry').length";
    let before = web.browser.script(messages, &[]);
    web.start_in_demo(&tickets(2));
    web.browser.wait_until("the next message", |browser| browser.script(messages, &[]) != before);
    assert_eq!(web.browser.script("return window.isSamePage", &[]), true);
    assert_eq!(web.browser.script("return document.querySelector('#text').value", &[]), "Thank you");
    assert_eq!(web.browser.script("return document.activeElement.id", &[]), "text");
    assert_eq!(web.browser.console_errors(), [""; 0]);
}
