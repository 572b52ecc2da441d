//! The frame of every page: head, navigation, messages, and the policy that the browser keeps.

use std::fmt::Write;

use axum::http::{HeaderName, HeaderValue, header};
use maud::{DOCTYPE, Markup, html};

use crate::assets::Asset;
use crate::icons::{Icon, icon};
use crate::theme::Theme;

/// What stands around a page's own content.
#[derive(Clone, Debug, Default)]
pub struct Frame<'a> {
    /// The page's title, also its heading in the browser's tab.
    pub title: &'a str,
    /// How it looks.
    pub theme: Theme,
    /// Where this page is, for the form that changes the theme; `/…`.
    pub path: &'a str,
    /// The entries of the navigation.
    pub navigation: &'a [Entry<'a>],
    /// Who is signed in; `None` before.
    pub person: Option<Person<'a>>,
    /// What to tell about what was just done.
    pub flashes: &'a [Flash<'a>],
}

/// An entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its words.
    pub label: &'a str,
    /// Where it leads.
    pub href: &'a str,
    /// Whether the page is in this part.
    pub is_current: bool,
}

/// Who is signed in, and where.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The user's name.
    pub name: &'a str,
    /// The account.
    pub account: &'a str,
    /// Where the form that signs out goes.
    pub sign_out: &'a str,
    /// The token that the session's forms carry.
    pub csrf: &'a str,
}

/// A message about what was just done.
#[derive(Clone, Copy, Debug)]
pub struct Flash<'a> {
    /// How it went.
    pub kind: FlashKind,
    /// The message, a sentence or two.
    pub text: &'a str,
}

/// How something went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FlashKind {
    /// Well.
    Done,
    /// Not done, and why.
    Refused,
}

/// The name of the form field with the session's token.
pub const CSRF_FIELD: &str = "csrf";
/// Where the theme is changed: a form with `theme` and `back`.
pub const THEME_PATH: &str = "/theme";

impl Frame<'_> {
    /// The whole page.
    pub fn page(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" data-theme=(self.theme.as_str()) {
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
                    a class="skip-link" href="#content" { "Skip to the content" }
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
                    nav aria-label="Main" {
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

    /// Without script a form; with it the same button at once.
    fn theme_form(&self) -> Markup {
        let next = if self.theme == Theme::Dark { Theme::Light } else { Theme::Dark };
        html! {
            form method="post" action=(THEME_PATH) data-theme-form {
                input type="hidden" name="back" value=(self.path);
                button class="quiet" name="theme" value=(next.as_str()) aria-label="Light or dark" title="Light or dark" {
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
                    FlashKind::Refused => ("flash refused", Icon::Error, "alert"),
                };
                p class=(class) role=(role) { (icon(symbol)) span dir="auto" { (flash.text) } }
            }
        }
    }
}

fn person_menu(person: &Person<'_>) -> Markup {
    html! {
        span class="account" title="Account" { (person.account) }
        details class="menu" {
            summary { (icon(Icon::User)) span dir="auto" { (person.name) } }
            form method="post" action=(person.sign_out) {
                input type="hidden" name=(CSRF_FIELD) value=(person.csrf);
                a class="button quiet" href="/password" { "Your password" }
                button class="quiet" { "Sign out" }
            }
        }
    }
}

/// The Content-Security-Policy of a page: its own files, and pictures of `media_hosts`. A host that
/// is no plain name is left out.
///
/// ```
/// let (_, policy) = outbound_web::layout::policy(["cdn.example.com", "x; script-src *"]);
/// let policy = policy.to_str().unwrap();
/// assert!(policy.contains("img-src 'self' data: https://cdn.example.com;"));
/// assert!(!policy.contains('*'));
/// ```
pub fn policy<'h>(media_hosts: impl IntoIterator<Item = &'h str>) -> (HeaderName, HeaderValue) {
    let mut pictures = String::from("'self' data:");
    for host in media_hosts.into_iter().filter(|host| is_plain_host(host)) {
        // Writing to a String does not fail.
        let _ = write!(pictures, " https://{host}");
    }
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; form-action 'self'; \
         connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let value = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    (header::CONTENT_SECURITY_POLICY, value)
}

/// Whether a host is letters, digits, dots and hyphens: all that may stand in a policy.
pub(crate) fn is_plain_host(host: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    !host.is_empty() && host.len() <= 253 && host.chars().all(plain)
}
