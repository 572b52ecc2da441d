//! A request of a logged-in user, as pages see it.

use maud::{Markup, html};
use outbound_app::WebSession;
use outbound_auth::Secret;

use crate::layout::CSRF_FIELD;
use crate::text::Text;
use crate::theme::Theme;

/// A request of a logged-in user.
pub(crate) struct Visit {
    pub(crate) session: WebSession,
    pub(crate) cookie: Secret,
    pub(crate) theme: Theme,
    /// Path and query string.
    pub(crate) path: String,
    /// The message about the action before this page, if there was one.
    pub(crate) notice: Option<Text>,
}

impl Visit {
    /// The CSRF token that every form must contain.
    pub(crate) fn csrf(&self) -> &str {
        self.session.csrf().expose()
    }

    /// The CSRF token as a hidden input.
    pub(crate) fn token(&self) -> Markup {
        html! { input type="hidden" name=(CSRF_FIELD) value=(self.csrf()); }
    }
}
