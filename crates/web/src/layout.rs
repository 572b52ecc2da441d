//! The frame of every page (head, navigation, messages) and its Content-Security-Policy.

use std::fmt::Write;

use axum::http::{HeaderName, HeaderValue, header};
use maud::{DOCTYPE, Markup, html};

use crate::assets::Asset;
use crate::icons::{Icon, icon};
use crate::text;
use crate::theme::Theme;

/// Everything around the content of a page.
#[derive(Clone, Debug, Default)]
pub struct Frame<'a> {
    /// The page's title, shown in the browser's tab.
    pub title: &'a str,
    /// Light or dark.
    pub theme: Theme,
    /// The path of this page (`/…`), to return to after the theme was changed.
    pub path: &'a str,
    /// The entries of the navigation.
    pub navigation: &'a [Entry<'a>],
    /// The logged-in user, if any.
    pub person: Option<Person<'a>>,
    /// Results of the last action.
    pub flashes: &'a [Flash<'a>],
}

/// An entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its label.
    pub label: &'a str,
    /// Its target.
    pub href: &'a str,
    /// Whether the page is in this section.
    pub is_current: bool,
}

/// The logged-in user and the account.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The user's name.
    pub name: &'a str,
    /// The account.
    pub account: &'a str,
    /// The path that logs out.
    pub log_out: &'a str,
    /// The CSRF token of the session.
    pub csrf: &'a str,
}

/// A message about the result of an action.
#[derive(Clone, Copy, Debug)]
pub struct Flash<'a> {
    /// Success or failure.
    pub kind: FlashKind,
    /// The message: one or two sentences.
    pub text: &'a str,
}

/// The result of an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FlashKind {
    /// It was done.
    Done,
    /// It failed; the message says why.
    Error,
}

/// The name of the form field with the CSRF token.
pub const CSRF_FIELD: &str = "csrf";
/// The path of the form that changes the theme, with fields `theme` and `back`.
pub const THEME_PATH: &str = "/theme";

impl Frame<'_> {
    /// The complete page.
    pub fn page(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(text::locale()) data-theme=(self.theme.as_str()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Outbound" }
                    link rel="icon" type="image/svg+xml" href=(Asset::Favicon.path());
                    link rel="stylesheet" href=(Asset::Style.path());
                    script src=(Asset::Script.path()) defer {}
                }
                body {
                    a class="skip-link" href="#content" { (text::skip_to_content()) }
                    (self.top())
                    main id="content" tabindex="-1" {
                        (self.messages())
                        (content)
                    }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        html! {
            header class="top" {
                a class="brand" href="/" { (icon(Icon::Logo)) span { "Outbound" } }
                @if !self.navigation.is_empty() {
                    nav aria-label=(text::main_navigation()) {
                        ul {
                            @for entry in self.navigation {
                                li { a href=(entry.href) aria-current=[entry.is_current.then_some("page")] { (entry.label) } }
                            }
                        }
                    }
                }
                div class="top-end" {
                    (self.theme_form())
                    @if let Some(person) = &self.person { (person_menu(person)) }
                }
            }
        }
    }

    /// A form; the script changes the theme without sending it.
    fn theme_form(&self) -> Markup {
        let next = if self.theme == Theme::Dark { Theme::Light } else { Theme::Dark };
        let label = text::switch_theme();
        html! {
            form method="post" action=(THEME_PATH) data-theme-form {
                input type="hidden" name="back" value=(self.path);
                button class="quiet" name="theme" value=(next.as_str()) aria-label=(label) title=(label) {
                    (icon(Icon::Theme))
                }
            }
        }
    }

    fn messages(&self) -> Markup {
        html! {
            @for flash in self.flashes {
                @let (class, symbol, role) = match flash.kind {
                    FlashKind::Done => ("flash done", Icon::Check, "status"),
                    FlashKind::Error => ("flash error", Icon::Error, "alert"),
                };
                p class=(class) role=(role) { (icon(symbol)) span dir="auto" { (flash.text) } }
            }
        }
    }
}

fn person_menu(person: &Person<'_>) -> Markup {
    html! {
        span class="account" title=(text::account()) { (person.account) }
        details class="menu" {
            summary { (icon(Icon::User)) span dir="auto" { (person.name) } }
            form method="post" action=(person.log_out) {
                input type="hidden" name=(CSRF_FIELD) value=(person.csrf);
                a class="button quiet" href="/password" { (text::change_password()) }
                button class="quiet" { (text::log_out()) }
            }
        }
    }
}

/// The Content-Security-Policy of a page: files of this server, and images from `media_hosts`. Hosts with other
/// characters than those of host names are ignored.
///
/// ```
/// let (_, policy) = outbound_web::layout::policy(["cdn.example.com", "x; script-src *"]);
/// let policy = policy.to_str().unwrap();
/// assert!(policy.contains("img-src 'self' data: https://cdn.example.com;"));
/// assert!(!policy.contains('*'));
/// ```
pub fn policy<'h>(media_hosts: impl IntoIterator<Item = &'h str>) -> (HeaderName, HeaderValue) {
    let mut images = String::from("'self' data:");
    for host in media_hosts.into_iter().filter(|host| is_plain_host(host)) {
        // Writing to a String does not fail.
        let _ = write!(images, " https://{host}");
    }
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src {images}; form-action 'self'; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let value = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    (header::CONTENT_SECURITY_POLICY, value)
}

/// Whether a host consists of letters, digits, dots and hyphens, so that it cannot change the policy.
pub(crate) fn is_plain_host(host: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    !host.is_empty() && host.len() <= 253 && host.chars().all(plain)
}
