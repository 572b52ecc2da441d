//! A page: its title and content, its section of the tool, and the message on top.

use std::borrow::Cow;
use std::collections::BTreeSet;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use outbound_app::{
    ManageCredentials, ManageRules, ReadCampaigns, ReadDrafts, ReadHandoffs, ReadReports, WriteHandoffs,
};

use crate::layout::{Entry, Flash, FlashKind, Frame, Person, policy};
use crate::text::{self, Text};
use crate::theme::Theme;
use crate::visit::Visit;

/// The sections of the tool, which are the entries of the navigation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Section {
    Handoffs,
    Import,
    Campaigns,
    Reports,
    Connect,
    Audit,
    Settings,
}

impl Section {
    const ALL: [Section; 7] = [
        Section::Handoffs,
        Section::Import,
        Section::Campaigns,
        Section::Reports,
        Section::Connect,
        Section::Audit,
        Section::Settings,
    ];

    fn label(self) -> Text {
        match self {
            Section::Handoffs => text::handoffs(),
            Section::Import => text::import(),
            Section::Campaigns => text::campaigns(),
            Section::Reports => text::reports(),
            Section::Connect => text::connect(),
            Section::Audit => text::audit_log(),
            Section::Settings => text::settings(),
        }
    }

    fn href(self) -> &'static str {
        match self {
            Section::Handoffs => "/handoffs",
            Section::Import => "/import",
            Section::Campaigns => "/campaigns",
            Section::Reports => "/reports",
            Section::Connect => "/connect",
            Section::Audit => "/audit",
            Section::Settings => "/settings",
        }
    }

    fn is_open_to(self, visit: &Visit) -> bool {
        let session = &visit.session;
        match self {
            Section::Handoffs => session.may::<ReadDrafts>(),
            Section::Import => session.may::<WriteHandoffs>(),
            Section::Campaigns => session.may::<ReadCampaigns>(),
            Section::Reports => session.may::<ReadReports>(),
            Section::Connect => session.may::<ReadHandoffs>(),
            Section::Audit => session.may::<ManageCredentials>(),
            Section::Settings => session.may::<ManageRules>(),
        }
    }
}

/// A page that is not sent yet.
pub(crate) struct Page<'a> {
    title: Cow<'a, str>,
    content: Markup,
    status: StatusCode,
    section: Option<Section>,
    error: Option<Cow<'a, str>>,
    done: Option<Text>,
    media_hosts: BTreeSet<String>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(title: impl Into<Cow<'a, str>>, content: Markup) -> Self {
        Self {
            title: title.into(),
            content,
            status: StatusCode::OK,
            section: None,
            error: None,
            done: None,
            media_hosts: BTreeSet::new(),
        }
    }

    pub(crate) fn section(self, section: Section) -> Self {
        Self { section: Some(section), ..self }
    }

    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Shows on top why the request failed.
    pub(crate) fn error(self, status: StatusCode, why: impl Into<Cow<'a, str>>) -> Self {
        Self { status, error: Some(why.into()), ..self }
    }

    /// Shows on top what was done, to a visitor without a session.
    pub(crate) fn done(self, done: Option<Text>) -> Self {
        Self { done, ..self }
    }

    /// Lets the browser load images from these hosts.
    pub(crate) fn media(self, media_hosts: BTreeSet<String>) -> Self {
        Self { media_hosts, ..self }
    }

    /// The response for a logged-in user.
    pub(crate) fn response(&self, visit: &Visit) -> Response {
        let sections = Section::ALL.into_iter().filter(|section| section.is_open_to(visit));
        let sections: Vec<_> = sections.map(|section| (section, section.label())).collect();
        let entries = sections.iter().map(|(section, label)| Entry {
            label,
            href: section.href(),
            is_current: self.section == Some(*section),
        });
        let navigation: Vec<_> = entries.collect();
        let user = visit.session.user();
        let person = Person {
            name: user.name.as_str(),
            account: user.account.as_str(),
            log_out: "/logout",
            csrf: visit.csrf(),
        };
        let done = visit.notice.as_deref().map(|text| Flash { kind: FlashKind::Done, text });
        self.framed(visit.theme, &visit.path, &navigation, Some(person), done)
    }

    /// The response for a visitor without a session.
    pub(crate) fn public_response(&self, theme: Theme, path: &str) -> Response {
        let done = self.done.as_deref().map(|text| Flash { kind: FlashKind::Done, text });
        self.framed(theme, path, &[], None, done)
    }

    fn framed(
        &self,
        theme: Theme,
        path: &str,
        navigation: &[Entry<'_>],
        person: Option<Person<'_>>,
        done: Option<Flash<'_>>,
    ) -> Response {
        let error = self.error.as_deref().map(|text| Flash { kind: FlashKind::Error, text });
        let flashes: Vec<_> = error.or(done).into_iter().collect();
        let frame = Frame { title: &self.title, theme, path, navigation, person, flashes: &flashes };
        let mut response = (self.status, frame.page(&self.content)).into_response();
        let (name, policy) = policy(self.media_hosts.iter().map(String::as_str));
        response.headers_mut().insert(name, policy);
        // The browser must not store pages, not even for its Back button: after somebody logs out, the next
        // person at the same machine must not see data of the account.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // With `no-referrer`, browsers would send `Origin: null` with forms, which the origin check rejects.
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }
}
