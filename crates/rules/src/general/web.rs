//! GEN-10 and GEN-11: URLs of links and media. URLs are never fetched.

use outbound_model::{At, Piece, Placeholder, pieces};
use outbound_render::Component;
use url::{Host, Url};

use super::{
    MEDIA_HOST, MEDIA_HOST_UNCHECKED, URL_CHARACTERS, URL_LINK_SCHEME, URL_MEDIA_SCHEME, URL_NO_EXTENSION,
    URL_NOT_ABSOLUTE, URL_PLACEHOLDER_HOST, URL_PRIVATE_HOST, URL_RCS_SCHEME, URL_SHORTENER, URL_USER_INFO,
};
use crate::context::Context;
use crate::text;

/// The purpose of a URL.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// A link that is opened with a tap.
    Link,
    /// A file that the provider fetches. The URL may be a single placeholder.
    Media,
    /// A media file of an RCS message, for which sources disagree about http.
    RcsMedia,
}

/// A parsed URL.
pub(crate) struct Address {
    pub(crate) url: Url,
}

impl Address {
    /// The file extension in lower case; `None` if there is none or it is a placeholder.
    pub(crate) fn extension(&self) -> Option<String> {
        let (_, extension) = self.file().rsplit_once('.')?;
        let is_plain =
            (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        is_plain.then(|| extension.to_ascii_lowercase())
    }

    /// The host in lower case.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the host is `domain` or one of its subdomains.
    pub(crate) fn is_within(&self, domain: &str) -> bool {
        let subdomain = self.host().strip_suffix(domain);
        subdomain.is_some_and(|subdomain| subdomain.is_empty() || subdomain.ends_with('.'))
    }

    fn file(&self) -> &str {
        self.url.path().rsplit('/').next().unwrap_or_default()
    }

    /// Whether the file name ends in a placeholder, whose braces are percent-encoded here.
    fn ends_in_placeholder(&self) -> bool {
        self.file().ends_with("%7D%7D")
    }
}

/// The placeholder, if the string consists of exactly one.
pub(crate) fn only_placeholder(text: &str) -> Option<Placeholder> {
    let mut all = pieces(text);
    match (all.next(), all.next()) {
        (Some(Piece::Placeholder(placeholder)), None) => Some(placeholder),
        _ => None,
    }
}

/// Checks the URL `text` at `at`. `part` selects its sample values. Returns the parsed URL; if it is a single
/// placeholder, the one of its sample value.
pub(crate) fn check(
    text: &str,
    purpose: Purpose,
    part: Option<Component>,
    at: &At<'_>,
    ctx: &mut Context<'_>,
) -> Option<Address> {
    if let Some(placeholder) = only_placeholder(text).filter(|_| purpose != Purpose::Link) {
        return sample(placeholder.number, part, at, ctx);
    }
    let address = parse(text, purpose, at, ctx)?;
    scheme(text, &address, purpose, at, ctx);
    host(&address, at, ctx);
    match purpose {
        Purpose::Link if SHORTENERS.iter().any(|shortener| address.is_within(shortener)) => {
            ctx.add(URL_SHORTENER.at(at));
        }
        Purpose::Link => {}
        Purpose::Media | Purpose::RcsMedia => {
            if address.extension().is_none() && !address.ends_in_placeholder() {
                ctx.add(URL_NO_EXTENSION.at(at));
            }
            permitted_host(&address, at, ctx);
        }
    }
    Some(address)
}

/// Checks the sample value of a media URL that is a single placeholder.
fn sample(number: u16, part: Option<Component>, at: &At<'_>, ctx: &mut Context<'_>) -> Option<Address> {
    let address = ctx.sample(part, number).filter(|sample| !sample.contains(is_misread));
    let address = address.and_then(|sample| Url::parse(sample).ok()).map(|url| Address { url });
    match &address {
        Some(address) => permitted_host(address, at, ctx),
        None if !ctx.settings.permitted_media_hosts.is_empty() => ctx.add(MEDIA_HOST_UNCHECKED.at(at)),
        None => {}
    }
    address
}

/// Whether programs treat a character in a URL in different ways.
fn is_misread(c: char) -> bool {
    c == '\\' || c.is_whitespace() || c.is_control()
}

fn parse(text: &str, purpose: Purpose, at: &At<'_>, ctx: &mut Context<'_>) -> Option<Address> {
    if let Some(range) = text::first(text, is_misread) {
        ctx.add(URL_CHARACTERS.at(at).range(range));
        return None;
    }
    let authority = text.find("://").map(|scheme| scheme + 3);
    let host_end = authority
        .and_then(|start| text.get(start..)?.find(['/', '?', '#']).map(|length| start + length))
        .unwrap_or(text.len());
    if let Some(early) = outbound_model::placeholders(text).next().filter(|p| p.range.start < host_end) {
        let is_placeholder = purpose == Purpose::Link && only_placeholder(text).is_some();
        let found = URL_PLACEHOLDER_HOST.at(at).range(early.range);
        ctx.add(if is_placeholder {
            found.say("A link may end with a placeholder, but must not consist of one.")
        } else {
            found
        });
        return None;
    }
    let url = authority.and_then(|_| Url::parse(text).ok()).filter(Url::has_host);
    if url.is_none() {
        ctx.add(URL_NOT_ABSOLUTE.at(at));
    }
    url.map(|url| Address { url })
}

fn scheme(text: &str, address: &Address, purpose: Purpose, at: &At<'_>, ctx: &mut Context<'_>) {
    let scheme = address.url.scheme();
    if scheme == "https" {
        return;
    }
    let is_http = scheme == "http";
    let rule = match purpose {
        Purpose::RcsMedia if is_http => &URL_RCS_SCHEME,
        Purpose::RcsMedia | Purpose::Media => &URL_MEDIA_SCHEME,
        Purpose::Link => &URL_LINK_SCHEME,
    };
    let found = rule.at(at).range(0..scheme.len());
    let fixable = is_http && text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    ctx.add(if fixable { found.fix("https") } else { found });
}

fn host(address: &Address, at: &At<'_>, ctx: &mut Context<'_>) {
    if !address.url.username().is_empty() || address.url.password().is_some() {
        ctx.add(URL_USER_INFO.at(at));
    }
    let is_private = match address.url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.') || PRIVATE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
        }
        _ => true,
    };
    if is_private {
        ctx.add(URL_PRIVATE_HOST.at(at).say(format!("{} is not a public name.", address.host())));
    }
}

fn permitted_host(address: &Address, at: &At<'_>, ctx: &mut Context<'_>) {
    let hosts = &ctx.settings.permitted_media_hosts;
    let port = address.url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let is_permitted = port.is_empty() && hosts.iter().any(|host| host.eq_ignore_ascii_case(address.host()));
    if !hosts.is_empty() && !is_permitted {
        let message = format!("{}{port} is not among the account's permitted media hosts.", address.host());
        ctx.add(MEDIA_HOST.at(at).say(message));
    }
}

/// Suffixes of names that only resolve in private networks (RFC 6761, RFC 6762, RFC 8375).
const PRIVATE_SUFFIXES: [&str; 8] =
    [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".intranet"];

/// Public link shorteners, collected by this project. Brands' own shorteners are not included.
pub(crate) const SHORTENERS: [&str; 14] = [
    "bit.ly",
    "tinyurl.com",
    "goo.gl",
    "t.co",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "tiny.cc",
    "shorturl.at",
    "rb.gy",
    "t.ly",
    "lnkd.in",
];

/// File extensions of media. Other extensions, such as `.php`, do not reveal the media type.
pub(crate) const MEDIA_EXTENSIONS: [&str; 34] = [
    "jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "svg", "heic", "avif", "mp4", "3gp", "3gpp",
    "mov", "m4v", "avi", "mkv", "webm", "mpeg", "mpg", "h263", "pdf", "txt", "doc", "docx", "xls", "xlsx",
    "ppt", "pptx", "mp3", "ogg", "wav", "zip",
];
