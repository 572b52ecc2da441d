//! An HTTP request as plain data, and the base URL that it is sent to.

use std::fmt;
use std::str::FromStr;

use outbound_auth::Secret;
use url::{Host, Url};

use crate::error::ConnectorError;

/// A request to a provider. `Debug` shows neither its headers' values, nor its path, nor its body: they contain
/// credentials, addresses of consumers and messages.
#[derive(Clone, Eq, PartialEq)]
pub struct ProviderRequest {
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl ProviderRequest {
    pub(crate) fn post(url: Url, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Self {
        Self { url, headers, body }
    }

    /// With another header. `name` is in lower case.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The HTTP method.
    pub const fn method(&self) -> &'static str {
        "POST"
    }

    /// The URL, without user and password.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Names in lower case, and values.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderRequest")
            .field("method", &self.method())
            .field("origin", &self.url.origin().ascii_serialization())
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The domains of the providers' APIs.
const PROVIDER_DOMAINS: [&str; 3] = ["facebook.com", "twilio.com", "googleapis.com"];

/// The start of a provider's URLs: `http` or `https`, a host, perhaps a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Whether the URL names this machine itself. A name that DNS resolves to this machine does not.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
            None => false,
        }
    }

    /// Whether the URL names a provider itself, and not a sandbox.
    pub fn is_of_provider(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default().trim_end_matches('.');
        let is_within = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        PROVIDER_DOMAINS.into_iter().any(is_within)
    }

    /// This URL with one more path segment.
    #[must_use]
    pub fn below(&self, segment: &str) -> Self {
        Self(self.join([segment]))
    }

    /// This URL with more path segments, each of which is escaped.
    pub(crate) fn join<'s>(&self, segments: impl IntoIterator<Item = &'s str>) -> Url {
        let mut url = self.0.clone();
        // Never an error for these schemes.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl FromStr for BaseUrl {
    type Err = ConnectorError;

    fn from_str(text: &str) -> Result<Self, ConnectorError> {
        let expected = "a URL such as http://127.0.0.1:8090, without user, query and fragment";
        let invalid = || ConnectorError::Setting { setting: "base URL", expected };
        let url = Url::parse(text).map_err(|_| invalid())?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        let is_plain = url.query().is_none() && url.fragment().is_none() && !has_user;
        let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
        if is_plain && is_http { Ok(Self(url)) } else { Err(invalid()) }
    }
}

/// A setting that becomes a part of a URL or a field: 1 to 128 visible ASCII characters.
pub(crate) fn check_setting(setting: &'static str, value: &str) -> Result<String, ConnectorError> {
    let is_valid = (1..=128).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic());
    let invalid = ConnectorError::Setting { setting, expected: "1 to 128 visible ASCII characters" };
    if is_valid { Ok(value.to_owned()) } else { Err(invalid) }
}

/// Checks that a credential can be a part of a header.
pub(crate) fn check_credential(setting: &'static str, secret: &Secret) -> Result<(), ConnectorError> {
    let value = secret.expose();
    let is_valid = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
    let invalid = ConnectorError::Setting { setting, expected: "visible ASCII characters" };
    if is_valid { Ok(()) } else { Err(invalid) }
}
