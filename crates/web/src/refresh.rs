//! Pages that change by themselves: the script (`assets/refresh.js`) fetches them again. Without it, they have a button.

use maud::{Markup, html};

use crate::text;

/// How soon a page changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pace {
    /// At any moment.
    Fast,
    /// At times, for example after a reply of a consumer.
    Slow,
    /// Only after a request of the user.
    Never,
}

impl Pace {
    /// The seconds between two updates.
    fn seconds(self) -> Option<u32> {
        match self {
            Self::Fast => Some(2),
            Self::Slow => Some(10),
            Self::Never => None,
        }
    }
}

/// The content of a page. `path` shows it again.
pub(crate) fn changing(path: &str, pace: Pace, content: &Markup) -> Markup {
    let seconds = pace.seconds();
    html! {
        div class="changing" id="changing" data-refresh=[seconds.map(|_| path)] data-seconds=[seconds] { (content) }
    }
}

/// The button that shows the page again, if it changes.
pub(crate) fn button(path: &str, pace: Pace) -> Markup {
    html! { @if pace != Pace::Never { a class="button" href=(path) data-manual { (text::refresh()) } } }
}
