//! Elements that several channels share: the bar with the sender, and buttons.

use maud::{Markup, html};
use outbound_render::{Action, Button, Text as MessageText};

use super::spans::Spans;
use crate::icons::{Icon, icon};
use crate::text::{self, Text};

/// Buttons that are drawn. No channel supports more.
pub(super) const MAX_BUTTONS: usize = 12;

/// The bar on top of a conversation.
pub(super) fn sender_bar(sender: Option<&str>, default_name: &str, is_verified: bool) -> Markup {
    let name = sender.unwrap_or(default_name);
    let initial = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
    html! {
        div class="sender-bar" {
            span class="avatar" aria-hidden="true" { (initial) }
            span class="sender" {
                span class="unseen" { (text::from()) " " }
                bdi { (name) }
                @if is_verified { (icon(Icon::Verified)) }
            }
        }
    }
}

/// A text with its placeholders.
pub(super) fn message_text(text: &MessageText) -> Markup {
    Spans::new(text).draw()
}

/// The icon and label of a button, and for screen readers its action.
pub(super) fn button(button: &Button) -> Markup {
    let symbol = match button.action {
        Action::Reply => Icon::Reply,
        Action::Open { .. } => Icon::Link,
        Action::Dial { .. } => Icon::Phone,
        Action::Other { .. } => Icon::List,
    };
    html! {
        (icon(symbol))
        span dir="auto" {
            @if button.label.text.is_empty() { span class="empty" { (text::no_label()) } }
            @else { (message_text(&button.label)) }
        }
        span class="unseen" { ", " (description(&button.action)) }
    }
}

/// What a tap on a button does.
fn description(action: &Action) -> Text {
    match action {
        Action::Reply => text::sends_quick_reply(),
        Action::Open { url } => text::opens_url(format!("{:.200}", url.text)),
        Action::Dial { number } => text::calls_number(format!("{number:.40}")),
        Action::Other { sub_type } => text::unknown_button_type(format!("{sub_type:.40}")),
    }
}

/// A button as a list item, with its action as a tooltip.
pub(super) fn item(class: &str, one: &Button) -> Markup {
    html! { li class=(class) title=(description(&one.action)) { (button(one)) } }
}

/// The last item of a list that is not complete.
pub(super) fn and_more(total: usize) -> Markup {
    html! { @if total > MAX_BUTTONS { li class="more" { (text::and_more(total - MAX_BUTTONS)) } } }
}
