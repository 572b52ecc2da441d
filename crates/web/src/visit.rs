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
    /// The path and query string of this page, to return to after the theme was changed.
    pub(crate) path: String,
    /// The message about the action before this page, if there was one.
    pub(crate) notice: Option<Text>,
}

impl Visit {
    /// Of a form whose path cannot be read with GET: returns to `path` instead.
    #[must_use]
    pub(crate) fn returning_to(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// The CSRF token that every form must contain.
    pub(crate) fn csrf(&self) -> &str {
        self.session.csrf().expose()
    }

    /// The CSRF token as a hidden input.
    pub(crate) fn token(&self) -> Markup {
        html! { input type="hidden" name=(CSRF_FIELD) value=(self.csrf()); }
    }
}
