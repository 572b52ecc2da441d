//! The pages on a phone: nothing is wider than the screen, and tables are readable.

use super::Walk;

/// Width of a phone, in CSS pixels.
const PHONE: u32 = 390;

impl Walk {
    /// Checks that a page is not wider than the screen and that its table cells are readable.
    #[track_caller]
    fn fits_a_phone(&self, path: &str) {
        self.go(path);
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
    let walk = Walk::begin();
    walk.sign_in();
    let handoff = walk.browser.script("return document.querySelector('tbody a').pathname", &[]);
    let handoff = handoff.as_str().unwrap();
    // A second version, so that the first can be restored.
    walk.go(&format!("{handoff}/edit"));
    walk.field("/lookbackPeriodDay", "7");
    walk.browser.follow("button[value='save']");
    walk.browser.look_as(PHONE, false);
    for path in [
        "/audit",
        "/settings/users",
        "/settings/clients",
        "/settings/api-keys",
        &format!("{handoff}/history"),
    ] {
        walk.fits_a_phone(path);
    }
    walk.browser.follow("a[href$='/versions/1/restore']");
    walk.browser.follow("main form button.danger");
    assert_eq!(walk.browser.path(), format!("{handoff}/review"));
}
