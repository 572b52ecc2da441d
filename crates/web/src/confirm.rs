//! The page that asks before something is taken away. A page and no dialog: it works without script and
//! at any width.

use axum::response::Response;
use maud::html;

use crate::page::{Page, Part};
use crate::sessions::session::Visit;

/// A question with one form that does it, and a link that leaves it.
pub(crate) struct Question<'q> {
    /// The part of the tool that it belongs to.
    pub(crate) part: Part,
    /// The question, with the name of what it is about.
    pub(crate) title: &'q str,
    /// What happens then, and whether it can be undone.
    pub(crate) consequence: &'q str,
    /// Where the form goes.
    pub(crate) action: &'q str,
    /// Its fields besides the session's token.
    pub(crate) fields: &'q [(&'q str, &'q str)],
    /// The label of the button that does it.
    pub(crate) button: &'q str,
    /// Where the link leads that does nothing.
    pub(crate) back: &'q str,
}

impl Question<'_> {
    /// The page.
    pub(crate) fn ask(&self, visit: &Visit) -> Response {
        let content = html! {
            section class="panel narrow" {
                h1 dir="auto" { (self.title) }
                p { (self.consequence) }
                form method="post" action=(self.action) class="actions" {
                    (visit.token())
                    @for (name, value) in self.fields { input type="hidden" name=(name) value=(value); }
                    button class="danger" { (self.button) }
                    a class="button quiet" href=(self.back) { "Cancel" }
                }
            }
        };
        Page::new(self.title, content).part(self.part).to(visit)
    }
}
