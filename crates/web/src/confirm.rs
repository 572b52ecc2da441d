//! The confirmation before a change that takes something away. A page instead of a dialog works without script
//! and on any screen.

use axum::response::Response;
use maud::html;

use crate::page::{Page, Section};
use crate::sessions::session::Visit;
use crate::text;

/// A question, with a form that confirms and a link that cancels.
pub(crate) struct Question<'q> {
    /// The section of the tool.
    pub(crate) section: Section,
    /// The question, with the name of the affected object.
    pub(crate) title: &'q str,
    /// What will happen, and whether it can be undone.
    pub(crate) consequence: &'q str,
    /// The path that the form is posted to.
    pub(crate) action: &'q str,
    /// The fields of the form besides the CSRF token.
    pub(crate) fields: &'q [(&'q str, &'q str)],
    /// The label of the button that confirms.
    pub(crate) button: &'q str,
    /// The path that the link leads to.
    pub(crate) back: &'q str,
}

impl Question<'_> {
    /// The response with the page.
    pub(crate) fn ask(&self, visit: &Visit) -> Response {
        let content = html! {
            section class="panel narrow" {
                h1 dir="auto" { (self.title) }
                p { (self.consequence) }
                form method="post" action=(self.action) class="actions" {
                    (visit.token())
                    @for (name, value) in self.fields { input type="hidden" name=(name) value=(value); }
                    button class="danger" { (self.button) }
                    a class="button quiet" href=(self.back) { (text::back()) }
                }
            }
        };
        Page::new(self.title, content).section(self.section).response(visit)
    }
}
