//! Behaviour of single pages in a real browser, on phone and desktop widths.

use super::Walk;

/// Responds to requests of the live preview like an overloaded server.
const BUSY: &str = "window.honest = window.fetch; window.fetch = async () =>
    new Response('', { status: 429, headers: { 'Retry-After': '1' } });";

#[test]
fn an_outdated_preview_is_marked() {
    let walk = Walk::begin();
    walk.sign_in();
    walk.go("/handoffs/new");
    walk.browser.follow("button[value='add-channel sms-twilio']");
    walk.browser.script(BUSY, &[]);
    walk.field("/channels/0/messageComponents/0/content", "Typed while the server is busy");
    let says = |words: &'static str| move |browser: &super::Browser| browser.text("#stale").contains(words);
    walk.browser
        .until("it is told that the preview is stale", says("Too many requests. Trying again in 1 s."));
    walk.look("stale-preview");
    walk.browser.script("window.fetch = window.honest", &[]);
    walk.browser.until("the preview follows by itself", |browser| {
        browser.text("#live-0").contains("Typed while") && !browser.has("#stale")
    });
}

/// At both widths, the confirmation can be opened and confirmed.
#[test]
fn destructive_actions_can_be_confirmed() {
    let walk = Walk::begin();
    walk.sign_in();
    walk.go("/settings/users");
    walk.browser.fill("#username", "carl");
    walk.browser.follow("main form.panel button.primary");
    for (width, dark) in [(390, true), (1280, false)] {
        walk.browser.look_as(width, dark);
        let asked = [
            ("/settings/clients", "a[href$='/revoke']"),
            ("/settings/api-keys", "a[href$='/revoke']"),
            ("/settings/users", "a[href$='/revoke']"),
            ("/settings/users", "a[href$='/carl/password']"),
        ];
        for (place, (path, link)) in asked.into_iter().enumerate() {
            walk.go(path);
            walk.browser.follow(link);
            assert!(walk.browser.has("main form button.danger"), "{path}: {}", walk.browser.text("main"));
            walk.look(&format!("ask-{place}-{width}"));
        }
        walk.browser.follow("main form button.danger");
        assert!(walk.browser.has(".secret"), "{}", walk.browser.text("main"));
        walk.go("/handoffs?state=published");
        walk.browser.follow("table.handoffs a");
        walk.browser.follow("a[href$='/unpublish']");
        walk.look(&format!("ask-unpublish-{width}"));
        walk.browser.follow("main form button.danger");
        walk.look(&format!("undo-{width}"));
        walk.browser.follow("form[action$='/undo'] button");
        assert!(walk.browser.text(".flash").contains("Undone"), "{}", walk.browser.text("main"));
        assert!(walk.browser.text(".summary").contains("Published"), "{}", walk.browser.text("main"));
    }
}

/// The demo shows drafts without errors and with readable names.
#[test]
fn the_demo_has_no_errors_and_readable_names() {
    let walk = Walk::begin();
    walk.sign_in();
    let list = walk.browser.text("table.handoffs");
    for words in ["Order shipped", "Portuguese (Brazil)", "No findings"] {
        assert!(list.contains(words), "{words} in {list}");
    }
    assert!(!walk.browser.has(".badge.error"), "{list}");
    let first = walk.browser.text("table.handoffs tbody tr");
    assert!(first.contains("Draft") && first.contains("No findings"), "{first}");
    walk.browser.click(".top .menu summary");
    assert!(walk.browser.has(".top details[open]"));
    walk.browser.script(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
        &[],
    );
    assert!(!walk.browser.has(".top details[open]"));
    walk.go("/audit");
    let audit = walk.browser.text("main");
    assert!(audit.contains("Levels: ") && !audit.contains('{'), "{audit}");
}
