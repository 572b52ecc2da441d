//! The banner of pages about messages that went to a sandbox. All connections are to sandboxes yet.

use maud::{Markup, html};
use outbound_app::App;

use crate::text;
use crate::visit::Visit;

/// The inbox of the sandbox inside a server.
pub(crate) const INBOX: &str = "/sandbox";

/// On pages of campaigns.
pub(crate) fn of_campaigns(app: &App, visit: &Visit) -> Markup {
    let has_inbox = app.has_sandbox(&visit.session.user().account);
    html! {
        div class="banner" {
            span class="words" {
                strong { (text::sandbox()) } " "
                @if has_inbox { (text::sandbox_banner_demo()) } @else { (text::sandbox_banner()) }
                @if !app.reports_sandbox() { " " (text::sandbox_not_in_reports()) }
            }
            @if has_inbox && !visit.path.starts_with(INBOX) { a href=(INBOX) { (text::sandbox_inbox()) } }
        }
    }
}

/// On reports, if they contain messages to sandboxes.
pub(crate) fn of_reports(app: &App, visit: &Visit) -> Markup {
    let is_demo = app.has_sandbox(&visit.session.user().account);
    html! {
        @if app.reports_sandbox() {
            div class="banner" {
                span class="words" {
                    strong { (text::sandbox()) } " "
                    @if is_demo { (text::reports_of_demo()) } @else { (text::reports_of_sandbox()) }
                }
            }
        }
    }
}
