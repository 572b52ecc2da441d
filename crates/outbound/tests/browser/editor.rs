//! The editor in a real browser: the position of added components, the focus, and the preview.

use super::Walk;

impl Walk {
    /// The name of the field that has the focus.
    fn focused(&self) -> String {
        let name = self.browser.script("return document.activeElement?.name ?? ''", &[]);
        name.as_str().unwrap_or_default().to_owned()
    }

    fn choose(&self, field: &str, value: &str) {
        let choose = "const field = document.querySelector(`[name='${arguments[0]}']`);
            field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.browser.script(choose, &[field, value]);
    }

    /// Whether a part of the element is in the visible area.
    fn sees(&self, css: &str) -> bool {
        let seen = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return box.top < innerHeight - 100 && box.bottom > 100";
        self.browser.script(seen, &[css]) == true
    }
}

#[test]
fn the_focus_moves_to_what_was_added() {
    let walk = Walk::begin();
    walk.sign_in();
    walk.go("/handoffs/new");
    walk.browser.follow("button[value='add-channel wa']");
    assert_eq!(walk.focused(), "/channels/0/templatename");
    walk.browser.follow("button[value='add 0 header']");
    let header = "/channels/0/messageComponents/0";
    assert_eq!(walk.focused(), format!("{header}/sub_type"), "the header is above the text");
    let label =
        || walk.browser.script("return document.querySelector('[for=f-c0-m0-content]').innerText", &[]);
    assert_eq!(label(), "URL, https://…");
    walk.choose(&format!("{header}/sub_type"), "text");
    assert_eq!(label(), "Header text");
    walk.browser.press_tab();
    assert_eq!(walk.focused(), format!("{header}/content"), "fields come before the buttons that remove");
    walk.browser.until("the placeholder is that of a text", |browser| {
        browser.has("#f-c0-m0-content-insert [data-insert='${{1}}']")
    });
    walk.browser.follow("button[value='add-channel sms-twilio']");
    assert_eq!(walk.focused(), "/channels/1/outboundnumber");
    walk.browser.script("document.querySelector(\"[name='/channels/1/language']\").focus()", &[]);
    assert!(walk.sees("#live-1 .device"), "the phone of the channel in use is beside its fields");
    walk.browser.follow("button[value='remove 0 0']");
    assert_eq!(walk.browser.script("return document.activeElement.id", &[]), "f-c0-m0");
    walk.look("editor-parts");
}

#[test]
fn the_editor_is_usable_on_a_phone() {
    let walk = Walk::begin();
    walk.sign_in();
    walk.go("/handoffs/H072047293477869/edit");
    walk.choose("/channels/0/cardOrientation", "HORIZONTAL");
    walk.browser.until("the card lies", |browser| browser.has(".card.horizontal"));
    for width in [1280, 390] {
        walk.browser.look_as(width, false);
        let text = walk
            .browser
            .script("return document.querySelector('.card.horizontal .card-text').offsetWidth", &[]);
        assert!(text.as_u64().unwrap() >= 120, "at {width}: {text}");
    }
    let bar = walk.browser.script("return document.querySelector('.save-bar').offsetHeight", &[]);
    assert!(bar.as_u64().unwrap() <= 60, "{bar}");
    walk.look("editor-bar");
    walk.browser.script("scrollTo(0, 0)", &[]);
    assert!(!walk.sees("#live-0 .device"));
    walk.browser.click(".save-bar .to-preview");
    walk.browser.until("the phone is seen", |_| walk.sees("#live-0 .device"));
}

#[test]
fn missing_fields_of_a_new_component_are_reported_once_visited() {
    let walk = Walk::begin();
    walk.sign_in();
    walk.go("/handoffs/new");
    walk.browser.follow("button[value='add-channel sms-twilio']");
    assert!(!walk.browser.has("#f-c0 .note"), "no finding is shown before a field was left");
    walk.browser.script("document.querySelector('#f-c0-m0-content').focus()", &[]);
    walk.browser.press_tab();
    walk.browser
        .until("the missing text is reported", |browser| browser.has("#nf-c0-m0-content .note.error"));
    assert!(!walk.browser.has("#nf-c0-language .note"), "the language field had no focus yet");
}
