//! Behaviour of single pages in a real browser, on phone and desktop widths.

use super::WebTool;

/// Responds to requests of the live preview like an overloaded server.
const BUSY: &str = "window.originalFetch = window.fetch; window.fetch = async () =>
    new Response('', { status: 429, headers: { 'Retry-After': '1' } });";

#[test]
fn an_outdated_preview_is_marked() {
    let web = WebTool::start();
    web.log_in();
    web.goto("/handoffs/new");
    web.browser.click_and_wait("button[value='add-channel sms-twilio']");
    web.browser.script(BUSY, &[]);
    web.field("/channels/0/messageComponents/0/content", "Typed while the server is busy");
    let contains =
        |words: &'static str| move |browser: &super::Browser| browser.text("#stale").contains(words);
    web.browser
        .wait_until("the preview is marked as outdated", contains("Too many requests. Trying again in 1 s."));
    web.check_page("stale-preview");
    web.browser.script("window.fetch = window.originalFetch", &[]);
    web.browser.wait_until("the preview is updated again", |browser| {
        browser.text("#live-0").contains("Typed while") && !browser.has("#stale")
    });
}

/// At both widths, the confirmation can be opened and confirmed.
#[test]
fn destructive_actions_can_be_confirmed() {
    let web = WebTool::start();
    web.log_in();
    web.goto("/settings/users");
    web.browser.fill("#username", "carl");
    web.browser.click_and_wait("main form.panel button.primary");
    for (width, dark) in [(390, true), (1280, false)] {
        web.browser.emulate_device(width, dark);
        let asked = [
            ("/settings/clients", "a[href$='/revoke']"),
            ("/settings/api-keys", "a[href$='/revoke']"),
            ("/settings/users", "a[href$='/revoke']"),
            ("/settings/users", "a[href$='/carl/password']"),
        ];
        for (place, (path, link)) in asked.into_iter().enumerate() {
            web.goto(path);
            web.browser.click_and_wait(link);
            assert!(web.browser.has("main form button.danger"), "{path}: {}", web.browser.text("main"));
            web.check_page(&format!("ask-{place}-{width}"));
        }
        web.browser.click_and_wait("main form button.danger");
        assert!(web.browser.has(".secret"), "{}", web.browser.text("main"));
        web.goto("/handoffs?state=published");
        web.browser.click_and_wait("table.handoffs a");
        web.browser.click_and_wait("a[href$='/unpublish']");
        web.check_page(&format!("ask-unpublish-{width}"));
        web.browser.click_and_wait("main form button.danger");
        web.check_page(&format!("undo-{width}"));
        web.browser.click_and_wait("form[action$='/undo'] button");
        assert!(web.browser.text(".flash").contains("Undone"), "{}", web.browser.text("main"));
        assert!(web.browser.text(".summary").contains("Published"), "{}", web.browser.text("main"));
    }
}

/// The demo shows drafts without errors and with readable names.
#[test]
fn the_demo_has_no_errors_and_readable_names() {
    let web = WebTool::start();
    web.log_in();
    let list = web.browser.text("table.handoffs");
    for words in ["Order shipped", "Portuguese (Brazil)", "No findings"] {
        assert!(list.contains(words), "{words} in {list}");
    }
    assert!(!web.browser.has(".badge.error"), "{list}");
    let first = web.browser.text("table.handoffs tbody tr");
    assert!(first.contains("Draft") && first.contains("No findings"), "{first}");
    web.browser.click(".top .menu summary");
    assert!(web.browser.has(".top details[open]"));
    web.browser.script(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
        &[],
    );
    assert!(!web.browser.has(".top details[open]"));
    web.goto("/audit");
    let audit = web.browser.text("main");
    assert!(audit.contains("Levels: ") && !audit.contains('{'), "{audit}");
}
