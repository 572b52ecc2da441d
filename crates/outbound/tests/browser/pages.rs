//! What single pages of the web tool do in a real browser, at the widths of a phone and of a desk.

use super::Walk;

/// Answers the live preview's requests itself, as a server that is too busy.
const BUSY: &str = "window.honest = window.fetch; window.fetch = async () =>
    new Response('', { status: 429, headers: { 'Retry-After': '1' } });";

#[test]
fn a_live_preview_says_when_it_is_stale() {
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
        browser.text("#live").contains("Typed while") && !browser.has("#stale")
    });
}
