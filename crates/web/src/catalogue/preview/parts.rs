//! What phones of several channels show alike: the bar with the sender, and buttons.

use maud::{Markup, html};
use outbound_render::{Action, Button, Text};

use super::spans::Spans;
use crate::icons::{Icon, icon};

/// Buttons that are drawn; no channel takes more.
pub(super) const SHOWN: usize = 12;

/// The bar on top of a conversation.
pub(super) fn sender_bar(sender: Option<&str>, nobody: &str, is_verified: bool) -> Markup {
    let name = sender.unwrap_or(nobody);
    let initial = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
    html! {
        div class="sender-bar" {
            span class="avatar" aria-hidden="true" { (initial) }
            span class="sender" { span class="unseen" { "From " } bdi { (name) } @if is_verified { (icon(Icon::Verified)) } }
        }
    }
}

/// A text with its placeholders.
pub(super) fn text(text: &Text) -> Markup {
    Spans::new(text).draw()
}

/// A button's icon and label, without what a tap does.
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
            @if button.label.text.is_empty() { span class="empty" { "no label" } } @else { (text(&button.label)) }
        }
        span class="unseen" { ", " (does(&button.action)) }
    }
}

/// What a tap does, in words.
fn does(action: &Action) -> String {
    match action {
        Action::Reply => "answers".to_owned(),
        Action::Open { url } => format!("opens {:.200}", url.text),
        Action::Dial { number } => format!("calls {number:.40}"),
        Action::Other { sub_type } => format!("of the unknown kind {sub_type:.40}"),
    }
}

/// A button as an element of a list, with what a tap does when pointed at.
pub(super) fn item(class: &str, one: &Button) -> Markup {
    html! { li class=(class) title=(does(&one.action)) { (button(one)) } }
}

/// What is left of a list that is too long to draw.
pub(super) fn and_more(total: usize) -> Markup {
    html! { @if total > SHOWN { li class="more" { "and " (total - SHOWN) " more" } } }
}
