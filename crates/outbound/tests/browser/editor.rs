//! The editor in a real browser: the position of added components, the focus, and the preview.

use super::WebTool;

impl WebTool {
    /// The name of the field that has the focus.
    fn focused_field(&self) -> String {
        let name = self.browser.script("return document.activeElement?.name ?? ''", &[]);
        name.as_str().unwrap_or_default().to_owned()
    }

    fn select(&self, field: &str, value: &str) {
        let script = "const field = document.querySelector(`[name='${arguments[0]}']`);
            field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.browser.script(script, &[field, value]);
    }

    /// Whether a part of the element is in the visible area.
    fn is_in_view(&self, css: &str) -> bool {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return box.top < innerHeight - 100 && box.bottom > 100";
        self.browser.script(script, &[css]) == true
    }
}

#[test]
fn the_focus_moves_to_what_was_added() {
    let web = WebTool::start();
    web.log_in();
    web.goto("/handoffs/new");
    web.browser.click_and_wait("button[value='add-channel wa']");
    assert_eq!(web.focused_field(), "/channels/0/templatename");
    web.browser.click_and_wait("button[value='add 0 header']");
    let header = "/channels/0/messageComponents/0";
    assert_eq!(web.focused_field(), format!("{header}/sub_type"), "the header is above the text");
    let label =
        || web.browser.script("return document.querySelector('[for=f-c0-m0-content]').innerText", &[]);
    assert_eq!(label(), "URL, https://…");
    web.select(&format!("{header}/sub_type"), "text");
    assert_eq!(label(), "Header text");
    web.browser.press_tab();
    assert_eq!(
        web.focused_field(),
        format!("{header}/content"),
        "fields come before the buttons that remove"
    );
    web.browser.wait_until("the button inserts a text placeholder", |browser| {
        browser.has("#f-c0-m0-content-insert [data-insert='${{1}}']")
    });
    web.browser.click_and_wait("button[value='add-channel sms-twilio']");
    assert_eq!(web.focused_field(), "/channels/1/outboundnumber");
    web.browser.script("document.querySelector(\"[name='/channels/1/language']\").focus()", &[]);
    assert!(web.is_in_view("#live-1 .device"), "the phone of the channel in use is beside its fields");
    web.browser.click_and_wait("button[value='remove 0 0']");
    assert_eq!(web.browser.script("return document.activeElement.id", &[]), "f-c0-m0");
    web.check_page("editor-parts");
}

#[test]
fn the_editor_is_usable_on_a_phone() {
    let web = WebTool::start();
    web.log_in();
    web.goto("/handoffs/H072047293477869/edit");
    web.select("/channels/0/cardOrientation", "HORIZONTAL");
    web.browser.wait_until("the card is horizontal", |browser| browser.has(".card.horizontal"));
    for width in [1280, 390] {
        web.browser.emulate_device(width, false);
        let text = web
            .browser
            .script("return document.querySelector('.card.horizontal .card-text').offsetWidth", &[]);
        assert!(text.as_u64().unwrap() >= 120, "at {width}: {text}");
    }
    let bar = web.browser.script("return document.querySelector('.save-bar').offsetHeight", &[]);
    assert!(bar.as_u64().unwrap() <= 60, "{bar}");
    web.check_page("editor-bar");
    web.browser.script("scrollTo(0, 0)", &[]);
    assert!(!web.is_in_view("#live-0 .device"));
    web.browser.click(".save-bar .to-preview");
    web.browser.wait_until("the preview is in view", |_| web.is_in_view("#live-0 .device"));
}

#[test]
fn missing_fields_of_a_new_component_are_reported_once_visited() {
    let web = WebTool::start();
    web.log_in();
    web.goto("/handoffs/new");
    web.browser.click_and_wait("button[value='add-channel sms-twilio']");
    assert!(!web.browser.has("#f-c0 .note"), "no finding is shown before a field was left");
    web.browser.script("document.querySelector('#f-c0-m0-content').focus()", &[]);
    web.browser.press_tab();
    web.browser
        .wait_until("the missing text is reported", |browser| browser.has("#nf-c0-m0-content .note.error"));
    assert!(!web.browser.has("#nf-c0-language .note"), "the language field had no focus yet");
}
