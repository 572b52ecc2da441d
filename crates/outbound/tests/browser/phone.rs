//! The pages on a phone: nothing is wider than the screen, and tables are readable.

use super::WebTool;

/// Width of a phone, in CSS pixels.
const PHONE: u32 = 390;

impl WebTool {
    /// Checks that a page is not wider than the screen and that its table cells are readable.
    #[track_caller]
    fn assert_fits_phone(&self, path: &str) {
        self.goto(path);
        let size = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(self.browser.script(size, &[]), true, "{path} is wider than the screen");
        // Narrow cells break words into letters.
        let narrow = "return [...document.querySelectorAll('tbody td')]
            .filter((cell) => cell.checkVisibility() && cell.offsetWidth < 250).map((cell) => cell.outerHTML)";
        assert_eq!(self.browser.script(narrow, &[]), serde_json::json!([]), "{path}");
    }
}

#[test]
fn tables_can_be_read_on_a_phone() {
    let web = WebTool::start();
    web.log_in();
    let handoff = web.browser.script("return document.querySelector('tbody a').pathname", &[]);
    let handoff = handoff.as_str().unwrap();
    // A second version, so that the first can be restored.
    web.goto(&format!("{handoff}/edit"));
    web.field("/lookbackPeriodDay", "7");
    web.browser.click_and_wait("button[value='save']");
    web.browser.emulate_device(PHONE, false);
    for path in [
        "/audit",
        "/settings/users",
        "/settings/clients",
        "/settings/api-keys",
        &format!("{handoff}/history"),
    ] {
        web.assert_fits_phone(path);
    }
    web.browser.click_and_wait("a[href$='/versions/1/restore']");
    web.browser.click_and_wait("main form button.danger");
    assert_eq!(web.browser.path(), format!("{handoff}/review"));
}
