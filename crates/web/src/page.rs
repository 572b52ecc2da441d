//! A page in the making: its content, the part of the tool it belongs to, and what to tell first.

use std::collections::BTreeSet;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use outbound_app::{ManageCredentials, ManageRules, ReadDrafts, ReadHandoffs, WriteHandoffs};

use crate::layout::{Entry, Flash, FlashKind, Frame, Person, policy};
use crate::sessions::session::Visit;
use crate::theme::Theme;

/// The parts of the tool, as the navigation has them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    Handoffs,
    Import,
    Connect,
    Audit,
    RuleSettings,
}

impl Part {
    const ALL: [Part; 5] = [Part::Handoffs, Part::Import, Part::Connect, Part::Audit, Part::RuleSettings];

    fn label(self) -> &'static str {
        match self {
            Part::Handoffs => "Handoffs",
            Part::Import => "Import",
            Part::Connect => "Connect",
            Part::Audit => "Audit",
            Part::RuleSettings => "Settings",
        }
    }

    fn href(self) -> &'static str {
        match self {
            Part::Handoffs => "/handoffs",
            Part::Import => "/import",
            Part::Connect => "/connect",
            Part::Audit => "/audit",
            Part::RuleSettings => "/settings",
        }
    }

    fn is_open_to(self, visit: &Visit) -> bool {
        let session = &visit.session;
        match self {
            Part::Handoffs => session.may::<ReadDrafts>(),
            Part::Import => session.may::<WriteHandoffs>(),
            Part::Connect => session.may::<ReadHandoffs>(),
            Part::Audit => session.may::<ManageCredentials>(),
            Part::RuleSettings => session.may::<ManageRules>(),
        }
    }
}

/// What is going to be shown.
pub(crate) struct Page<'a> {
    title: &'a str,
    content: Markup,
    status: StatusCode,
    part: Option<Part>,
    refused: Option<&'a str>,
    media_hosts: BTreeSet<String>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(title: &'a str, content: Markup) -> Self {
        let (status, media_hosts) = (StatusCode::OK, BTreeSet::new());
        Self { title, content, status, part: None, refused: None, media_hosts }
    }

    pub(crate) fn part(self, part: Part) -> Self {
        Self { part: Some(part), ..self }
    }

    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Says first why what was asked for was not done.
    pub(crate) fn refused(self, status: StatusCode, why: &'a str) -> Self {
        Self { status, refused: Some(why), ..self }
    }

    /// Lets the browser load pictures of these hosts.
    pub(crate) fn media(self, media_hosts: BTreeSet<String>) -> Self {
        Self { media_hosts, ..self }
    }

    /// For somebody who is signed in.
    pub(crate) fn to(&self, visit: &Visit) -> Response {
        let parts = Part::ALL.into_iter().filter(|part| part.is_open_to(visit));
        let entry = |part: Part| Entry {
            label: part.label(),
            href: part.href(),
            is_current: self.part == Some(part),
        };
        let navigation: Vec<_> = parts.map(entry).collect();
        let user = visit.session.user();
        let person = Person {
            name: user.name.as_str(),
            account: user.account.as_str(),
            sign_out: "/sign-out",
            csrf: visit.csrf(),
        };
        let done = visit.notice.map(|text| Flash { kind: FlashKind::Done, text });
        self.framed(visit.theme, &visit.path, &navigation, Some(person), done)
    }

    /// For somebody who is not.
    pub(crate) fn to_stranger(&self, theme: Theme, path: &str) -> Response {
        self.framed(theme, path, &[], None, None)
    }

    fn framed(
        &self,
        theme: Theme,
        path: &str,
        navigation: &[Entry<'_>],
        person: Option<Person<'_>>,
        done: Option<Flash<'_>>,
    ) -> Response {
        let refused = self.refused.map(|text| Flash { kind: FlashKind::Refused, text });
        let flashes: Vec<_> = refused.or(done).into_iter().collect();
        let frame = Frame { title: self.title, theme, path, navigation, person, flashes: &flashes };
        let mut response = (self.status, frame.page(&self.content)).into_response();
        let (name, policy) = policy(self.media_hosts.iter().map(String::as_str));
        response.headers_mut().insert(name, policy);
        // The browser keeps no page, not even for its Back button: after signing out, nobody at the same
        // machine sees what the account has.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // With none at all, browsers would not say which site a form comes from either.
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }
}
